"""Time-based codes: the vectors of the RFC, the window, one acceptance for each step."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.factors.totp.codes import (
    STEP,
    code_of,
    enrolment_address,
    in_groups,
    matching_step,
    new_totp_secret,
    step_at,
)
from idp.kernel.secrets import Secret

# RFC 6238 appendix B: the ASCII secret "12345678901234567890" in base32.
VECTOR = Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
NOW = datetime(2026, 11, 24, 8, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_rfc6238_appendix_b_vectors(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert code_of(VECTOR, step_at(now)) == code
    assert matching_step(VECTOR, code, now) == step_at(now)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_mf_5_rfc6238_5_2_one_step_either_way_is_accepted(steps: int) -> None:
    code = code_of(VECTOR, step_at(NOW) + steps)
    assert matching_step(VECTOR, code, NOW) == step_at(NOW) + steps


@pytest.mark.parametrize("steps", [-2, 2])
def test_mf_5_two_steps_either_way_are_refused(steps: int) -> None:
    assert matching_step(VECTOR, code_of(VECTOR, step_at(NOW) + steps), NOW) is None


@pytest.mark.parametrize("steps", [-1, 0])
def test_rfc6238_5_2_an_accepted_step_and_those_before_it_are_spent(steps: int) -> None:
    accepted = step_at(NOW)
    assert matching_step(VECTOR, code_of(VECTOR, accepted + steps), NOW, accepted) is None


@pytest.mark.parametrize("entered", ["", "12345", "2870821", "28708x", "٢٨٧٠٨٢", "２８７０８２", "287082" * 20])
def test_what_is_no_code_is_wrong(entered: str) -> None:
    assert matching_step(VECTOR, entered, datetime.fromtimestamp(59, UTC)) is None


def test_spaces_that_apps_show_do_no_harm() -> None:
    assert matching_step(VECTOR, " 287 082\n", datetime.fromtimestamp(59, UTC)) == 1


@given(st.text(max_size=40))
def test_any_text_is_judged(entered: str) -> None:
    fitting = {code_of(VECTOR, step_at(NOW) + steps) for steps in (-1, 0, 1)}
    assert (matching_step(VECTOR, entered, NOW) is not None) is ("".join(entered.split())[:32] in fitting)


def test_a_step_lasts_thirty_seconds() -> None:
    begins = NOW.replace(second=0)
    assert step_at(begins + STEP - timedelta(microseconds=1)) == step_at(begins)
    assert step_at(begins + STEP) == step_at(begins) + 1


def test_rfc4226_4_secrets_have_160_bits_and_do_not_print() -> None:
    secret = new_totp_secret()
    assert len(secret.reveal()) * 5 == 160
    assert secret != new_totp_secret()
    assert secret.reveal() not in repr(secret)


def test_the_address_names_account_issuer_and_secret() -> None:
    address = urlsplit(enrolment_address(VECTOR, "***001", "DVCQG"))
    reported = parse_qs(address.query)
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/DVCQG:%2A%2A%2A001")
    assert reported == {"secret": [VECTOR.reveal()], "issuer": ["DVCQG"]}


def test_the_secret_is_read_in_groups_of_four() -> None:
    assert in_groups(VECTOR) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
