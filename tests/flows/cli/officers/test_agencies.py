"""`idp agencies`: a file applied and compared, agencies listed and shown, two provinces merged with their clients."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from clients.model import ClientId
from tests.flows.cli.operator import Operator, entry
from tests.support.running.servers import REPOSITORY

DEMONSTRATION = REPOSITORY / "portals" / "agencies.yaml"


def agency(code: str, name: str, **members: str) -> dict[str, str]:
    kind = "commune" if "." in code else "province"
    return {
        "code": code,
        "kind": kind,
        "name": name,
        "name#en": name,
        "day": "2021-01-01",
        "decision": "QĐ 1",
        **members,
    }


TWO = (
    agency("H03", "Tỉnh Bắc Kạn"),
    agency("H55", "Tỉnh Thái Nguyên"),
    agency("H55.1", "Phường Phan Đình Phùng", parent="H55"),
)
MERGE = (
    "agencies", "merge", "H03", "H55", "--into", "H19", "--name", "Tỉnh Thái Nguyên", "--name-en", "Thai Nguyen",
    "--kind", "province", "--decision", "NQ 202/2025/QH15", "--day", "2025-07-01",
)  # fmt: skip


def file_of(operator: Operator, *entries: Mapping[str, str]) -> Path:
    path = operator.folder / "agencies.yaml"
    path.write_text(yaml.safe_dump({"agencies": [dict(one) for one in entries]}, allow_unicode=True))
    return path


def applied(operator: Operator) -> Path:
    file = file_of(operator, *TWO)
    operator.good("agencies", "apply", file)
    return file


def test_a_dry_run_says_what_applying_does_and_a_second_time_changes_nothing(either: Operator) -> None:
    file = file_of(either, *TWO)
    assert either.good("agencies", "apply", file, "--dry-run") == (
        "+ H03\n+ H55\n+ H55.1\n3 new, 0 changed, 0 unchanged (nothing was written)\n"
    )
    assert either.run("agencies", "list", "--json").json() == []
    assert either.good("agencies", "apply", file).endswith("3 new, 0 changed, 0 unchanged\n")
    assert either.good("agencies", "apply", file) == "0 new, 0 changed, 3 unchanged\n"
    assert either.reasons("admin:agency:founded") == ["file"] * 3
    listed = either.run("agencies", "list", "--below", "H55", "--json").json()
    assert isinstance(listed, list)
    assert [row["code"] for row in listed] == ["H55", "H55.1"]


def test_drift_tells_differences_and_what_the_file_does_not_name(operator: Operator) -> None:
    file = applied(operator)
    assert operator.run("agencies", "drift", file).code == 0
    changed = {**TWO[0], "name": "Bắc Kạn"}
    del changed["day"]
    done = operator.run("agencies", "drift", file_of(operator, changed, TWO[1]))
    assert done.code == 1
    assert "~ H03\n    name: Tỉnh Bắc Kạn -> Bắc Kạn\n" in done.out
    assert "not in the file: H55.1\n" in done.out
    document = operator.run("agencies", "drift", file_of(operator, *TWO[:2]), "--json")
    assert '"not_in_file": [\n    "H55.1"' in document.out


def test_a_wrong_file_writes_nothing_and_is_told_entry_by_entry(operator: Operator) -> None:
    done = operator.run("agencies", "apply", file_of(operator, TWO[0], {**TWO[1], "parent": "H03"}))
    assert done.code == 2
    assert "agencies[1] (H55).parent" in done.err
    assert operator.run("agencies", "list", "--json").json() == []


def test_who_begins_merges_two_provinces_with_their_clients(postgres_operator: Operator) -> None:
    applied(postgres_operator)
    clients = postgres_operator.client_file(
        entry(ClientId("bac-kan"), agency="H03"), entry(ClientId("thai-nguyen"), agency="H55")
    )
    postgres_operator.good("clients", "apply", clients)
    assert postgres_operator.good(*MERGE) == "H03, H55 went up in H19.\n"
    for client_id in ("bac-kan", "thai-nguyen"):
        shown = postgres_operator.run("clients", "show", client_id, "--json").json()
        assert isinstance(shown, dict)
        assert shown["agency"] == "H19"
        assert shown["sector_identifier"] == f"dichvucong.{client_id}.gov.vn"
    document = postgres_operator.run("agencies", "show", "H19", "--json").json()
    assert isinstance(document, dict)
    assert document["clients"] == ["bac-kan", "thai-nguyen"]
    assert [one["code"] for one in document["history"]] == ["H19", "H03", "H55"]
    assert "merged" in postgres_operator.good("agencies", "show", "H03")
    listed = postgres_operator.run("agencies", "list", "--day", "2025-06-30", "--json").json()
    assert isinstance(listed, list)
    assert [row["code"] for row in listed] == ["H03", "H55", "H55.1"]
    (event,) = [one for one in postgres_operator.events() if one["name"] == "admin:agency:merged"]
    details = event["details"]
    assert isinstance(details, dict)
    assert (details["agency"], details["others"]) == ("H19", "H03 H55")


def test_once_there_are_two_operators_the_host_proposes_and_moves_nothing(operator: Operator) -> None:
    applied(operator)
    operator.good("clients", "apply", operator.client_file(entry(ClientId("bac-kan"), agency="H03")))
    reported = operator.good(*MERGE)
    assert "Proposed as change" in reported
    assert "agencies.H19.clients: - nothing + bac-kan" in reported
    shown = operator.run("clients", "show", "bac-kan", "--json").json()
    assert isinstance(shown, dict)
    assert shown["agency"] == "H03"
    again = operator.run(*MERGE)
    assert (again.code, "another change of this agency waits" in again.err) == (1, True)
    unit = {**TWO[0], "code": "H03.U", "kind": "unit", "parent": "H03"}
    operator.good("agencies", "apply", file_of(operator, unit))
    moved = operator.run("agencies", "apply", file_of(operator, {**unit, "parent": "H55", "day": "2024-01-01"}))
    assert (moved.code, "H03.U would stand below others, which takes two" in moved.err) == (1, True)


def test_once_there_are_two_operators_the_host_gives_no_client_to_another_agency(operator: Operator) -> None:
    """Nor does a file take it from its agency; one that had none is given to somebody, and the rest changes as ever."""
    applied(operator)
    operator.good(
        "clients", "apply", operator.client_file(entry(ClientId("bac-kan"), agency="H03"), entry(ClientId("hue")))
    )
    for member in ({"agency": "H55"}, {}):
        asked = operator.client_file(entry(ClientId("bac-kan"), scope="openid", **member))
        refused = operator.run("clients", "apply", asked)
        assert (refused.code, "bac-kan would go to another agency, which takes its word" in refused.err) == (1, True)
        assert "agency: H03 ->" in operator.good("clients", "apply", asked, "--dry-run")
    operator.good(
        "clients",
        "apply",
        operator.client_file(
            entry(ClientId("bac-kan"), agency="H03", scope="openid"), entry(ClientId("hue"), agency="H55")
        ),
    )
    shown = [operator.run("clients", "show", one, "--json").json() for one in ("bac-kan", "hue")]
    assert [(one["agency"], one["scope"]) for one in shown if isinstance(one, dict)] == [
        ("H03", "openid"),
        ("H55", "openid profile"),
    ]


def test_what_cannot_be_merged_is_told_in_words(operator: Operator) -> None:
    applied(operator)
    for arguments, reported in (
        (("H99", "--into", "H55", "--decision", "x"), "no agency has the code H99"),
        (("H55", "--into", "H55", "--decision", "x"), "cannot go up in itself"),
        (("H03", "--into", "H55", "--decision", ""), "decision: nothing is written"),
        (("H03", "--into", "H55", "--decision", "x", "--day", "2031-01-01"), "the day has not come"),
        (("H03", "--into", "H55", "--decision", "x", "--day", "1/7"), "YYYY-MM-DD"),
        (("H03", "--into", "H19", "--name", "x", "--decision", "x"), "--kind"),
    ):
        done = operator.run("agencies", "merge", *arguments)
        assert (done.code, reported in done.err) == (1, True), done.err


def test_a_client_file_names_agencies_that_stand_once_there_are_any(postgres_operator: Operator) -> None:
    foreign = postgres_operator.client_file(entry(ClientId("hue"), agency="H99"))
    postgres_operator.good("clients", "apply", foreign)
    file = applied(postgres_operator)
    done = postgres_operator.run("clients", "apply", foreign)
    assert (done.code, "hue.agency: no agency has the code H99; correct it" in done.err) == (2, True)
    postgres_operator.good(*MERGE)
    done = postgres_operator.run(
        "clients", "apply", postgres_operator.client_file(entry(ClientId("bac-kan"), agency="H03")), "--dry-run"
    )
    assert "bac-kan.agency: H03 was closed on 2025-07-01; write H19, which came of it" in done.err
    desk = entry(ClientId("desk"), agency="H19", account_kinds=["officer"], officer_agencies=["H19", "H03"])
    done = postgres_operator.run("clients", "apply", postgres_operator.client_file(desk), "--dry-run")
    assert (done.code, "desk.officer_agencies: H03 is no agency today; name one that stands" in done.err) == (2, True)
    bank = entry(ClientId("bank"), agency="Z99.BANK", sector="other", redirect_uris=["https://bank.example/cb"])
    postgres_operator.good(
        "clients", "apply", postgres_operator.client_file(bank, entry(ClientId("hue"), agency="H19"))
    )
    assert postgres_operator.run("agencies", "apply", file).code == 2


def test_the_demonstration_is_applied_once_and_holds_the_portals_agencies(bare: Operator) -> None:
    portals = REPOSITORY / "portals" / "portals.yaml"
    bare.good("prepare", "--agencies", DEMONSTRATION, "--clients", portals)
    assert bare.run("agencies", "drift", DEMONSTRATION).code == 0
    bare.good("agencies", "merge", "H03", "--into", "H55", "--decision", "NQ 202/2025/QH15")
    bare.good("prepare", "--agencies", DEMONSTRATION, "--clients", portals)
    assert bare.run("agencies", "drift", DEMONSTRATION).code == 2
