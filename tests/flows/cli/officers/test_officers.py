"""`idp officers`: issued once and shown once, listed without names, extended, withdrawn."""

from tests.flows.cli.operator import Operator

ISSUE = (
    "officers", "issue", "--agency", "h55", "--name", "nvbinh", "--full-name", "Lê Thị Minh",
    "--post", "Công chức một cửa", "--until", "2030-12-31",
)  # fmt: skip


def issued(operator: Operator) -> dict[str, str]:
    document = operator.run(*ISSUE, "--json").json()
    assert isinstance(document, dict)
    return document


def test_issuing_prints_name_code_and_where_to_set_up(either: Operator) -> None:
    document = issued(either)
    assert document["sign_in_name"] == "h55.nvbinh"
    assert len(document["enrolment_code"]) == 19
    assert document["enrol_at"].endswith("/officers/enrol")


def test_a_name_is_issued_once(operator: Operator) -> None:
    issued(operator)
    again = operator.run(*ISSUE)
    assert (again.code, "h55.nvbinh" in again.err) == (1, True)


def test_the_list_names_posts_and_no_persons(operator: Operator) -> None:
    document = issued(operator)
    listed = operator.good("officers", "list")
    assert document["officer_code"] in listed
    assert "Lê Thị Minh" not in listed
    (row,) = [one for one in listed_json(operator) if one["officer_code"] == document["officer_code"]]
    assert (row["agency"], row["state"]) == ("H55", "not set up")


def listed_json(operator: Operator) -> list[dict[str, object]]:
    found = operator.run("officers", "list", "--agency", "H55", "--json").json()
    assert isinstance(found, list)
    return found


def test_an_account_is_extended_until_it_is_withdrawn(operator: Operator) -> None:
    code = issued(operator)["officer_code"]
    assert "2031-06-30 17:00:00Z" in operator.good("officers", "extend", code, "--until", "2031-06-30")
    assert "signed out everywhere" in operator.good("officers", "withdraw", "H55.NVBinh", "--reason", "left")
    assert "already" in operator.good("officers", "withdraw", code)
    assert operator.run("officers", "extend", code, "--until", "2032-01-01").code == 1
    assert operator.run("officers", "renew", code).code == 1
    (row,) = listed_json(operator)
    assert (row["state"], row["withdraw_reason"]) == ("withdrawn", "left")


def test_a_code_that_was_lost_is_renewed(operator: Operator) -> None:
    document = issued(operator)
    renewed = operator.run("officers", "renew", document["officer_code"], "--json").json()
    assert isinstance(renewed, dict)
    assert renewed["enrolment_code"] != document["enrolment_code"]


def test_wrong_values_are_told_in_one_line(operator: Operator) -> None:
    for changed, reported in (
        (("--agency", "000.00.00.H55"), "before 2020"),
        (("--name", "Nguyễn"), "--name"),
        (("--until", "31/12/2030"), "YYYY-MM-DD"),
        (("--until", "2020-01-01"), "has passed"),
        (("--full-name", "X2"), "--full-name"),
        (("--post", "<b>"), "--post"),
        (("--code", "a b"), "--code"),
    ):
        done = operator.run(*ISSUE, *changed)
        assert (done.code, reported in done.err, done.err.count("\n")) == (1, True, 1), (changed, done.err)
