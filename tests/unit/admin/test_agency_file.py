"""The file of agencies: every problem of every entry, the plan it makes, and that a second time changes nothing."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
import yaml

from clients.errors import ClientFileError
from idp.admin.agencies.commands import Close, Merge, Rename
from idp.admin.agencies.file import parse_agency_file
from idp.admin.agencies.plan import AgencyPlan, plan_agencies
from idp.agencies.effects import after
from idp.agencies.tree import AgencyNames, SuccessionKind, Tree
from tests.support.builders.agencies import COMMUNE, LONG_AGO, TODAY, act, carried, founding, names, planted

HA_NOI = {"code": "H26", "kind": "province", "name": "Hà Nội", "name#en": "Hanoi", "decision": "QĐ 20/2020"}
BA_DINH = {**HA_NOI, "code": "H26.1", "kind": "commune", "name": "Ba Đình", "name#en": "Ba Dinh", "parent": "H26"}
EMPTY = Tree.of(0, ())


def file_of(*entries: Mapping[str, object]) -> bytes:
    return yaml.safe_dump({"agencies": [dict(entry) for entry in entries]}, allow_unicode=True).encode()


def planned(tree: Tree, *entries: Mapping[str, object]) -> AgencyPlan:
    return plan_agencies(tree, parse_agency_file(file_of(*entries)), act())


def done(tree: Tree, plan: AgencyPlan) -> Tree:
    for step in plan.steps:
        tree = after(tree, step.changes)
    return tree


def problems(tree: Tree, *entries: Mapping[str, object]) -> Sequence[tuple[str, str]]:
    with pytest.raises(ClientFileError) as refused:
        planned(tree, *entries)
    return [(problem.field, problem.rule) for problem in refused.value.problems]


def test_what_stands_above_is_founded_first_whatever_the_order() -> None:
    plan = planned(EMPTY, BA_DINH, HA_NOI)
    assert [(step.code, step.kind) for step in plan.steps] == [
        ("H26", SuccessionKind.FOUNDED),
        ("H26.1", SuccessionKind.FOUNDED),
    ]
    assert done(EMPTY, plan).lineage("H26.1", TODAY) == ("H26.1", "H26")


def test_a_second_time_changes_nothing() -> None:
    tree = done(EMPTY, planned(EMPTY, HA_NOI, BA_DINH))
    again = planned(tree, BA_DINH, HA_NOI)
    assert (again.steps, set(again.unchanged), again.unnamed) == ((), {"H26", "H26.1"}, ())


def test_a_day_may_lie_in_the_past_and_is_a_day_in_yaml_or_a_text() -> None:
    for day in (date(2021, 1, 1), "2021-01-01"):
        assert done(EMPTY, planned(EMPTY, {**HA_NOI, "day": day})).on("H26", LONG_AGO) is not None


def test_names_and_place_are_brought_to_what_the_file_says() -> None:
    tree = done(
        EMPTY,
        planned(EMPTY, *({**one, "day": LONG_AGO.isoformat()} for one in (HA_NOI, BA_DINH, {**HA_NOI, "code": "H01"}))),
    )
    plan = planned(tree, {**BA_DINH, "name": "Ba  Đình mới ", "parent": "H01"})
    assert [[str(one) for one in step.differences] for step in plan.steps] == [
        ["name: Ba Đình -> Ba Đình mới"],
        ["parent: H26 -> H01"],
    ]
    assert plan.unnamed == ("H01", "H26")
    period = done(tree, plan).on("H26.1", TODAY)
    assert period is not None
    assert (period.names, period.parent) == (AgencyNames("Ba Đình mới", "Ba Dinh"), "H01")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({**HA_NOI, "kind": "district"}, ("agencies[0] (H26).kind", "value")),
        ({**HA_NOI, "name": 5}, ("agencies[0] (H26).name", "value")),
        ({**HA_NOI, "parent": ["G22"]}, ("agencies[0] (H26).parent", "value")),
        ({**HA_NOI, "day": "1/7/2025"}, ("agencies[0] (H26).day", "value")),
        ({**HA_NOI, "day": 20250701}, ("agencies[0] (H26).day", "value")),
        ({**HA_NOI, "colour": "red"}, ("agencies[0] (H26).colour", "unknown-member")),
        ({**HA_NOI, "code": "h26"}, ("agencies[0] (h26).code", "code-form")),
        ({**HA_NOI, "decision": ""}, ("agencies[0] (H26).decision", "text-missing")),
        ({**HA_NOI, "day": "2031-01-01"}, ("agencies[0] (H26).day", "day-to-come")),
        ({**BA_DINH}, ("agencies[0] (H26.1).parent", "parent-unknown")),
    ],
)
def test_a_wrong_entry_is_named(entry: Mapping[str, object], expected: tuple[str, str]) -> None:
    assert problems(EMPTY, entry) == [expected]


def test_every_problem_of_every_entry_is_told_at_once() -> None:
    assert problems(EMPTY, {**HA_NOI, "code": "x"}, {**BA_DINH, "name#en": "<i>"}) == [
        ("agencies[0] (x).code", "code-form"),
        ("agencies[1] (H26.1).name_en", "text-plain"),
        ("agencies[1] (H26.1).parent", "parent-unknown"),
    ]


def test_entries_that_stand_above_each_other_are_refused() -> None:
    first, second = ({**BA_DINH, "code": "G1", "kind": "unit"}, {**BA_DINH, "code": "G2", "kind": "unit"})
    assert {rule for _, rule in problems(EMPTY, {**first, "parent": "G2"}, {**second, "parent": "G1"})} == {
        "parent-unknown",
        "code-form",
    }


@pytest.mark.parametrize(
    "text", ["agencies: 5", "clients: []", "agencies: [[1]]", "agencies: [{1: 2}]", "a: *x", "\x00"]
)
def test_a_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ClientFileError):
        parse_agency_file(text.encode())


def test_a_code_stands_in_a_file_once() -> None:
    assert problems(EMPTY, HA_NOI, HA_NOI) == [("agencies[1].code", "twice")]


def test_a_closed_agency_and_another_kind_are_refused() -> None:
    tree = carried(planted([founding("H26"), founding("H26.1", COMMUNE, "H26")]), Close("H26.1"))
    assert problems(tree, BA_DINH) == [("agencies[0] (H26.1).code", "closed")]
    assert problems(tree, {**HA_NOI, "kind": "ministry"})[0] == ("agencies[0] (H26).kind", "kind")


def test_a_file_does_not_rewrite_what_was_in_force() -> None:
    tree = carried(planted([founding("H26")]), Rename("H26", names("Thăng Long")), date(2024, 1, 1))
    assert problems(tree, {**HA_NOI, "day": "2023-01-01"}) == [("agencies[0] (H26).day", "day-too-early")]


def test_a_merged_agency_is_not_founded_again_by_an_old_file() -> None:
    tree = carried(planted([founding("H26"), founding("H01")]), Merge(("H26",), "H01"))
    assert problems(tree, HA_NOI) == [("agencies[0] (H26).code", "closed")]
