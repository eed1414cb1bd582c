"""What was typed to issue an account or give a role: every problem is found before any is told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.admin.administrators.posts import (
    LONGEST_TERM,
    NewRole,
    PostCommand,
    Problems,
    RoleCommand,
    Rule,
    read_day,
    read_last_day,
    read_post,
    read_role,
)
from idp.admin.errors import InvalidInputError
from idp.officers.roles import NATIONAL, Role

# The evening of the day before in Viet Nam has not ended yet.
NOW = datetime(2026, 11, 25, 16, 59, tzinfo=UTC)
GOOD = PostCommand("h55.242", "NVBinh", "Lê Thị Minh", "  Quản trị   viên ", "2026-11-25")


def problems_of(command: PostCommand) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInputError) as refused:
        read_post(command, "me", NOW)
    return {(problem.field, problem.rule) for problem in refused.value.problems}


def test_a_good_wish_is_read_as_it_is_kept() -> None:
    post = read_post(GOOD, "me", NOW)
    assert (post.agency, post.name.text, post.post) == ("H55.242", "h55.242.nvbinh", "Quản trị viên")
    assert (post.starts_at, post.ends_at, post.issued_by) == (NOW, NOW + timedelta(minutes=1), "me")


def test_every_problem_is_found_at_once() -> None:
    assert problems_of(PostCommand("5", "N", "X2", "<b>", "31/12/2030", code="a b")) == {
        ("agency", Rule.NOT_AN_AGENCY_CODE),
        ("name", Rule.NOT_A_SIGN_IN_NAME),
        ("full_name", Rule.NOT_A_NAME),
        ("post", Rule.NOT_PLAIN_TEXT),
        ("until", Rule.NOT_A_DAY),
        ("code", Rule.NOT_AN_OFFICER_CODE),
    }


@pytest.mark.parametrize(
    ("until", "rule"),
    [
        ("2026-11-24", Rule.DAY_PASSED),
        ("2033-01-01", Rule.TOO_FAR),
        ("9999-12-31", Rule.TOO_FAR),
        ("0001-01-01", Rule.NOT_A_DAY),
        ("2027-02-29", Rule.NOT_A_DAY),
        ("２０２７-01-01", Rule.NOT_A_DAY),
        ("20270101", Rule.NOT_A_DAY),
        ("2027-W01-1", Rule.NOT_A_DAY),
        ("", Rule.NOT_A_DAY),
    ],
)
def test_a_last_day_is_a_day_to_come_within_five_years(until: str, rule: Rule) -> None:
    found = Problems()
    read_last_day(until, "until", NOW, found)
    assert [(one.field, one.rule) for one in found.found] == [("until", rule)]


def test_an_account_that_ends_before_it_begins_is_refused() -> None:
    command = PostCommand("H55", "nvbinh", "Lê Thị Minh", "post", "2026-12-01", starts="2026-12-02")
    assert problems_of(command) == {("until", Rule.BEFORE_START)}


@given(st.text(max_size=40))
def test_whatever_is_typed_as_a_day_is_a_day_or_a_problem(text: str) -> None:
    found = Problems()
    ends_at = read_last_day(text, "until", NOW, found)
    assert found.found or NOW < ends_at <= NOW + LONGEST_TERM + timedelta(days=2)
    read_day(text, "starts", found)


@pytest.mark.parametrize(
    ("role", "agency", "read"),
    [
        ("auditor", "national", NewRole(Role.AUDITOR, NATIONAL)),
        ("national_operator", " National ", NewRole(Role.NATIONAL_OPERATOR, NATIONAL)),
        ("agency_administrator", "h55", NewRole(Role.AGENCY_ADMINISTRATOR, "H55")),
    ],
)
def test_a_role_is_read_with_its_agency(role: str, agency: str, read: NewRole) -> None:
    assert read_role(RoleCommand(role, agency)) == read


@pytest.mark.parametrize(
    ("role", "agency", "reported"),
    [
        ("king", "H55", ("role", Rule.UNKNOWN_ROLE)),
        ("auditor", "", ("over", Rule.NOT_AN_AGENCY_CODE)),
        ("national_operator", "H55", ("over", Rule.ROLE_NOT_HELD_THERE)),
        ("agency_administrator", "national", ("over", Rule.ROLE_NOT_HELD_THERE)),
    ],
)
def test_a_role_that_is_none_or_not_held_there_is_refused(role: str, agency: str, reported: tuple[str, Rule]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_role(RoleCommand(role, agency))
    assert [(one.field, one.rule) for one in refused.value.problems] == [reported]
