"""What people state of themselves: plain text, and no number that a portal would take for checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.account.own_claims import OWN_NAMES, fault_of


@pytest.mark.parametrize(
    ("claim", "value", "fault"),
    [
        ("nickname", "Hoà con", None),
        ("preferred_username", "hoa-12345678", None),
        ("preferred_username", "hoa-123456789", "own_number"),
        ("nickname", "(+84) 912-345-678", "own_number"),
        ("nickname", "a\u2066b", "own_text"),
        ("website", "https://hoa.example/0912345678", None),
        ("website", "https://hoa.example/<b>", "own_text"),
    ],
)
def test_what_may_be_kept(claim: str, value: str, fault: str | None) -> None:
    assert fault_of(claim, value) == fault


@given(
    st.sampled_from(sorted(OWN_NAMES)), st.lists(st.sampled_from([" ", ".", "-", "_", "/", ""]), min_size=8, max_size=8)
)
def test_no_way_of_parting_digits_hides_a_number(claim: str, parts: list[str]) -> None:
    digits = "912345678"
    written = "".join(digit + part for digit, part in zip(digits, [*parts, ""], strict=True))
    assert fault_of(claim, written) == "own_number"
