"""Sex: the register's code and the claim."""

import pytest

from idp.proofing.values.sexes import Sex


@pytest.mark.parametrize(("code", "gender"), [("0", None), ("1", "male"), ("2", "female")])
def test_oidc_core_5_1_gender_is_left_out_where_nothing_is_known(code: str, gender: str | None) -> None:
    assert Sex(code).oidc_gender == gender
