"""`idp admins`: an account with a role in one act, shown once; roles listed without names, granted, revoked."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.flows.cli.operator import Operator

CREATE = (
    "admins", "create", "--agency", "g22", "--name", "nvbinh", "--full-name", "Lê Thị Minh",
    "--post", "Quản trị viên", "--until", "2030-12-31",
)  # fmt: skip


def created(operator: Operator, *options: str) -> dict[str, str]:
    document = operator.run(*CREATE, *options, "--json").json()
    assert isinstance(document, dict)
    return document


def listed(operator: Operator, code: str) -> list[tuple[object, ...]]:
    found = operator.run("admins", "list", "--json").json()
    assert isinstance(found, list)
    return [(one["role"], one["over"], one["given_by"]) for one in found if one["officer_code"] == code]


def test_creating_prints_where_and_with_what_to_set_up(either: Operator) -> None:
    document = created(either, "--role", "national_operator")
    assert (document["sign_in_name"], document["over"]) == ("g22.nvbinh", "national")
    assert len(document["enrolment_code"]) == 19
    assert document["enrol_at"].endswith("/officers/enrol")
    assert listed(either, document["officer_code"]) == [("national_operator", "national", "operator")]


def test_the_first_two_operators_approve_at_once_and_whoever_comes_later_does_not(postgres_operator: Operator) -> None:
    before = created(postgres_operator, "--role", "agency_administrator", "--name", "before")
    operators = [created(postgres_operator, "--role", "national_operator", "--name", name) for name in ("one", "two")]
    after = created(postgres_operator, "--role", "national_operator", "--name", "three")
    agencys = created(postgres_operator, "--role", "agency_administrator", "--name", "later")
    first = [datetime.fromisoformat(str(one["approves_from"])) for one in (before, *operators)]
    later = [datetime.fromisoformat(str(one["approves_from"])) for one in (after, agencys)]
    assert min(later) - max(first) > timedelta(hours=71)


def test_the_demonstrations_administrators_approve_at_once_and_whom_the_host_adds_does_not(operator: Operator) -> None:
    created(operator, "--role", "national_operator")
    found = operator.run("admins", "list", "--json").json()
    assert isinstance(found, list)
    rested = {one["officer_code"] for one in found if datetime.fromisoformat(one["approves_from"]) <= datetime.now(UTC)}
    assert len(found) > len(rested) == len([one for one in found if "-DEMO" in one["officer_code"]]) > 2


def test_the_role_is_for_the_accounts_agency_unless_another_is_named(operator: Operator) -> None:
    own = created(operator, "--role", "agency_administrator")
    other = created(operator, "--role", "auditor", "--over", "h55", "--name", "another")
    assert [one["over"] for one in (own, other)] == ["G22", "H55"]


def test_a_taken_name_makes_neither_account_nor_role(operator: Operator) -> None:
    created(operator, "--role", "auditor")
    before = operator.run("admins", "list", "--json").json()
    done = operator.run(*CREATE, "--role", "national_operator")
    assert (done.code, "g22.nvbinh is taken" in done.err) == (1, True)
    assert operator.run("admins", "list", "--json").json() == before


def test_the_list_names_no_persons(operator: Operator) -> None:
    document = created(operator, "--role", "auditor", "--over", "H55")
    out = operator.good("admins", "list", "--agency", "h55")
    assert document["officer_code"] in out
    assert "Lê Thị Minh" not in out
    assert document["officer_code"] not in operator.good("admins", "list", "--agency", "national")


def test_roles_are_granted_once_revoked_once_and_end_with_the_account(operator: Operator) -> None:
    code = created(operator, "--role", "auditor")["officer_code"]
    role = ("--role", "support", "--over", "national")
    grant = ("admins", "grant", "g22.nvbinh", *role, "--until", "2030-06-30")
    assert "2030-06-30 17:00:00Z" in operator.good(*grant)
    assert operator.run(*grant).code == 1
    assert ("support", "national", "operator") in listed(operator, code)
    assert "no longer" in operator.good("admins", "revoke", code, *role)
    assert operator.run("admins", "revoke", code, *role).code == 1
    assert listed(operator, code) == [("auditor", "G22", "operator")]
    operator.good("officers", "withdraw", code)
    assert operator.run(*grant).code == 1


def test_every_act_is_an_event_that_names_role_and_reach(operator: Operator) -> None:
    code = created(operator, "--role", "auditor")["officer_code"]
    role = ("--role", "support", "--over", "H55")
    operator.good("admins", "grant", code, *role, "--until", "2030-06-30")
    operator.good("admins", "revoke", code, *role)
    events = [one for one in operator.events() if str(one["name"]).startswith("admin:")][-3:]
    assert [one["name"] for one in events] == [
        "admin:administrator:issued", "admin:administrator:granted", "admin:administrator:revoked",
    ]  # fmt: skip
    for one, expected in zip(events, (("auditor", "G22"), ("support", "H55"), ("support", "H55")), strict=True):
        details = one["details"]
        assert isinstance(details, dict)
        assert (details["role"], details["over"]) == expected
        assert details["officer"]


@pytest.mark.parametrize(
    ("changed", "reported"),
    [
        (("--role", "king"), "--role: there is no such role"),
        (("--role", "auditor", "--agency", "000.00.00.H55"), "before 2020"),
        (("--role", "auditor", "--name", "Nguyễn"), "--name"),
        (("--role", "auditor", "--until", "31/12/2030"), "YYYY-MM-DD"),
        (("--role", "auditor", "--until", "2020-01-01"), "has passed"),
        (("--role", "auditor", "--until", "2090-01-01"), "five years"),
        (("--role", "auditor", "--full-name", "X2"), "--full-name"),
        (("--role", "auditor", "--post", "<b>"), "--post"),
        (("--role", "national_operator", "--over", "H55"), "for the whole country"),
        (("--role", "agency_administrator", "--over", "national"), "for an agency"),
    ],
)
def test_wrong_values_are_told_in_one_line(operator: Operator, changed: tuple[str, ...], reported: str) -> None:
    done = operator.run(*CREATE, *changed)
    assert (done.code, reported in done.err, done.err.count("\n")) == (1, True, 1), done.err
