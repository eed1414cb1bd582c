"""What is typed to find somebody: one whole value, a purpose of the list, a case that says nothing of the person."""

import pytest

from idp.admin.errors import InvalidInputError
from idp.admin.people.commands import (
    REASONS,
    Act,
    ActReason,
    LookupCommand,
    LookupKey,
    Purpose,
    read_lookup,
    read_new_phone,
    read_reason,
)

NUMBER, CASE = "001899000001", "HT-2026-0042"


def problems(by: str = "number", value: str = NUMBER, purpose: str = "complaint", case: str = CASE) -> dict[str, str]:
    try:
        read_lookup(LookupCommand(by, value, purpose, case))
    except InvalidInputError as error:
        return {problem.field: problem.rule for problem in error.problems}
    return {}


@pytest.mark.parametrize(
    ("by", "typed", "value"),
    [
        ("number", " 001 899 000 001 ", "001899000001"),
        ("phone", "0912 345 678", "+84912345678"),
        ("phone", "0084912345678", "+84912345678"),
        ("email", "Hoa@People.Example", "hoa@people.example"),
        ("account", "  " + "0123456789ABCDEFGHIJKLMNOP" + " ", "0123456789abcdefghijklmnop"),
    ],
)
def test_a_whole_value_is_read_in_the_spelling_that_is_indexed(by: str, typed: str, value: str) -> None:
    sought, why = read_lookup(LookupCommand(by, typed, "lost_device", "ht/12.b"))
    assert (sought.by, sought.value) == (LookupKey(by), value)
    assert (why.purpose, why.case) == (Purpose.LOST_DEVICE, "HT/12.B")


@pytest.mark.parametrize(
    ("by", "typed", "rule"),
    [
        ("number", "", "not_a_number"),
        ("number", "00189900000", "not_a_number"),
        ("number", "001899%", "not_a_number"),
        ("number", "123456789", "not_a_number"),
        ("number", "h55.nvbinh", "not_a_number"),
        ("phone", "091234", "not_a_phone"),
        ("phone", "01612345678", "not_a_phone"),
        ("email", "@people.example", "not_an_email"),
        ("email", "hoa", "not_an_email"),
        ("account", "0123", "not_an_account"),
        ("account", "%" * 26, "not_an_account"),
        ("name", "Nguyễn Thị Hoà", None),
    ],
)
def test_a_part_of_a_value_finds_nobody(by: str, typed: str, rule: str | None) -> None:
    assert problems(by, typed) == ({"by": "choose"} if rule is None else {"value": rule})


def test_every_problem_is_told_at_once() -> None:
    assert problems("number", "1", "curious", "") == {
        "value": "not_a_number",
        "purpose": "choose",
        "case": "case_form",
    }


@pytest.mark.parametrize("case", ["", "ab", "a" * 41, "HT 12", "về bà Hoà", "a@b.vn", "<b>12</b>", "=1+1", "HT\n12"])
def test_a_case_is_a_reference_and_no_sentence(case: str) -> None:
    assert problems(case=case) == {"case": "case_form"}


@pytest.mark.parametrize("case", [NUMBER, "HT-912345678", "HT.001-899-000-001", "001/899/000/001"])
def test_a_case_holds_no_number_of_a_person(case: str) -> None:
    assert problems(case=case) == {"case": "case_tells"}


def test_a_case_does_not_hold_the_phone_or_the_account_that_is_looked_for() -> None:
    assert problems("phone", "0912345678", case="HT-912-345-678") == {"case": "case_tells"}
    assert problems("account", "0123456789abcdefghijklmnop", case="0123456789ABCDEFGHIJKLMNOP") == {
        "case": "case_tells"
    }


def test_nothing_typed_is_repeated_in_an_error() -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_lookup(LookupCommand("number", "00189900000", "complaint", "001-899-000-001"))
    reported = f"{refused.value} {refused.value.problems}"
    assert "00189900000" not in reported
    assert "001-899" not in reported


def test_what_is_typed_does_not_print() -> None:
    sought, _ = read_lookup(LookupCommand("number", NUMBER, "complaint", CASE))
    assert NUMBER not in f"{sought!r} {LookupCommand('number', NUMBER, 'complaint', CASE)!r}"


@pytest.mark.parametrize("act", Act)
def test_each_act_has_reasons_of_its_own(act: Act) -> None:
    assert [read_reason(act, reason) for reason in REASONS[act]] == list(REASONS[act])
    for word in [*(set(ActReason) - set(REASONS[act])), "", "because"]:
        with pytest.raises(InvalidInputError):
            read_reason(act, word)


def test_a_phone_that_is_shown_is_a_mobile_number() -> None:
    assert read_new_phone("0912 345 678").e164 == "+84912345678"
    with pytest.raises(InvalidInputError):
        read_new_phone("02431234567")
