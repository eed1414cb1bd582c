"""Claims of a scope: what the person has of them, typed as stored, nothing empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.protocol.claims import claims_for
from idp.protocol.policy import SCOPES

STANDARD = {
    "profile": "name family_name given_name middle_name nickname preferred_username profile picture website gender "
    "birthdate zoneinfo locale updated_at",
    "email": "email email_verified",
    "address": "address",
    "phone": "phone_number phone_number_verified",
}


@pytest.mark.parametrize("scope", STANDARD)
def test_oidc_core_5_4_a_scope_means_exactly_its_standard_claims(scope: str) -> None:
    assert set(SCOPES[scope]) == set(STANDARD[scope].split())
    profile: dict[str, object] = {claim: 1 for claims in SCOPES.values() for claim in claims}
    assert set(claims_for([scope], profile)) == set(STANDARD[scope].split())


@pytest.mark.parametrize("empty", [None, ""])
def test_oidc_core_5_3_2_a_claim_without_a_value_is_left_out(empty: object) -> None:
    assert claims_for(["profile"], {"name": empty, "gender": "female"}) == {"gender": "female"}


@pytest.mark.parametrize("value", [False, 0, 1793865600, {"country": "VN"}])
def test_a_value_that_is_false_or_zero_is_a_value(value: object) -> None:
    assert claims_for(["profile"], {"website": value}) == {"website": value}


@pytest.mark.parametrize(
    ("at", "reported"), [(1793836800, 1793836800), (1793836801, 1793836800), (1793923199, 1793836800)]
)
def test_updated_at_tells_the_day_and_not_the_second_that_joins_portals(at: int, reported: int) -> None:
    assert claims_for(["profile"], {"updated_at": at}) == {"updated_at": reported}


@pytest.mark.parametrize(
    "typed",
    ["Ho\u00e0\u202egpj.exe", "a\u200bb", "<b>Cong an</b>", "0912345678", "+84 912 345 678", "001-899-000-001",
     "\uff10\uff19\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", "hoa 0912.345.678"],
)  # fmt: skip
@pytest.mark.parametrize("claim", ["nickname", "preferred_username"])
def test_a_name_that_people_gave_themselves_is_plain_text_and_no_number(claim: str, typed: str) -> None:
    """Those from before the rule too: a portal takes a number in it for one that was checked."""
    assert claims_for(["profile"], {claim: typed, "name": "Hoà"}) == {"name": "Hoà"}


@pytest.mark.parametrize("typed", ["Hoà con", "hoa.nguyen-92", "Nguyễn Thị Hoà 19920101", "😀", "h37.nvbinh"])
def test_names_that_people_give_themselves_are_released(typed: str) -> None:
    assert claims_for(["profile"], {"nickname": typed}) == {"nickname": typed}


def test_a_scope_that_is_not_ours_releases_nothing() -> None:
    assert claims_for(["records:read", ""], {"name": "x"}) == {}


@given(st.lists(st.sampled_from(sorted(SCOPES))), st.dictionaries(st.text(max_size=10), st.integers()))
def test_nothing_outside_the_scopes_is_ever_released(scope: list[str], profile: dict[str, object]) -> None:
    allowed = {claim for name in scope for claim in SCOPES[name]}
    assert claims_for(scope, profile).keys() <= allowed & profile.keys()
