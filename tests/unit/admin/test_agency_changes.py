"""Each rule of the tree of agencies broken once, and what a change that keeps them writes."""

from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.admin.agencies.changes import decide
from idp.admin.agencies.commands import Act, Close, Command, Found, Merge, Move, Rename, Split
from idp.admin.errors import InvalidInputError, NotFoundError
from idp.agencies.effects import (
    BeginPeriod,
    ClaimTree,
    CloseAgency,
    KeepSuccession,
    MoveBelongings,
    MoveClient,
    after,
)
from idp.agencies.ports import Belongings
from idp.agencies.tree import AgencyNames, SuccessionKind, Tree
from idp.officers.roles import NATIONAL
from records.structs import replace
from tests.support.builders.agencies import (
    AT,
    COMMUNE,
    LONG_AGO,
    MINISTRY,
    TODAY,
    UNIT,
    act,
    carried,
    founding,
    names,
    planted,
)

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
TREE = planted(
    [
        founding("G15", MINISTRY),
        founding("G15.1", UNIT, "G15"),
        founding("G15.1.1", UNIT, "G15.1"),
        founding("H55"),
        founding("H55.1", COMMUNE, "H55"),
        founding("H55.2", COMMUNE, "H55"),
        founding("H03"),
        founding("H03.1", COMMUNE, "H03"),
        founding("H26"),
    ]
)


def broken(tree: Tree, command: Command, given: Act | None = None) -> set[tuple[str, str]]:
    """Return field and name of every rule that a command breaks."""
    with pytest.raises(InvalidInputError) as refused:
        decide(tree, command, given or act())
    return {(problem.field, problem.rule) for problem in refused.value.problems}


def happened(tree: Tree, command: Command) -> list[tuple[str, str, SuccessionKind]]:
    """Return what a change keeps of itself: to whom, who came of it, what."""
    kept = [effect.succession for effect in decide(tree, command, act()) if isinstance(effect, KeepSuccession)]
    assert all((one.day, one.decision, one.at, one.by) == (TODAY, "NQ 202/2025/QH15", AT, "operator") for one in kept)
    return [(one.code, one.successor, one.kind) for one in kept]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (founding("h77"), {("code", "code-form")}),
        (founding("000.00.00.H55"), {("code", "code-form")}),
        (founding("H55"), {("code", "code-given")}),
        (
            Found("H77", MINISTRY, NATIONAL, AgencyNames("", "x" * 201)),
            {("name_vi", "text-missing"), ("name_en", "text-length")},
        ),
        (founding("H77", name="<b>"), {("name_vi", "text-plain"), ("name_en", "text-plain")}),
        (founding("H77.1", COMMUNE, "H77"), {("parent", "parent-unknown")}),
        (founding("H77.1", COMMUNE), {("parent", "parent-kind")}),
        (founding("H77.1", COMMUNE, "G15"), {("parent", "parent-kind")}),
        (founding("H77", parent="H55"), {("parent", "parent-kind")}),
        (Rename("H55", names("H55")), {("name_vi", "unchanged")}),
        (Rename("H55", AgencyNames("a\nb", "b")), {("name_vi", "text-plain")}),
        (Move("H55.1", "H55"), {("parent", "unchanged")}),
        (Move("G15.1", "G15.1.1"), {("parent", "circle")}),
        (Move("G15.1", "G15.1"), {("parent", "circle")}),
        (Move("H55.1", NATIONAL), {("parent", "parent-kind")}),
        (Merge((), "H55"), {("codes", "text-missing")}),
        (Merge(("H03", "H03"), "H55"), {("codes", "twice")}),
        (Merge(("H55", "H03"), "H55"), {("into", "itself")}),
        (Merge(("G15",), "G15.1.1"), {("into", "circle")}),
        (Merge(("H55",), "G15"), {("children", "parent-kind")}),
        (Merge(("G15",), founding("G77", UNIT, "G15.1")), {("into.parent", "circle")}),
        (Merge(("H03",), founding("H55")), {("into.code", "code-given")}),
        (Split("H55", (founding("H81"),)), {("parts", "too-few")}),
        (Split("H55", (founding("H81"), founding("H81"))), {("parts", "twice")}),
        (Split("H55", (founding("H81"), founding("H82")), {"H03.1": "H81"}), {("children", "not-below")}),
        (Split("H55", (founding("H81"), founding("H82")), {"H55.1": "H83"}), {("parts", "no-part")}),
        (Split("H55", (founding("H81"), founding("H82")), {}, {ClientId("c"): "H82"}), {("clients", "not-below")}),
        (Split("H55", (founding("H81"), founding("h82"))), {("parts.1.code", "code-form")}),
        (Close("H55"), {("code", "not-empty")}),
    ],
)  # fmt: skip
def test_a_broken_rule_is_named_with_its_field(command: Command, expected: set[tuple[str, str]]) -> None:
    assert broken(TREE, command) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (act(TOMORROW), {("day", "day-to-come")}),
        (act(LONG_AGO), {("day", "day-too-early")}),
        (act(LONG_AGO - timedelta(days=1)), {("day", "day-too-early")}),
        (act(decision=" "), {("decision", "text-missing")}),
        (act(decision="x" * 301), {("decision", "text-length")}),
    ],
)
def test_a_change_names_a_day_that_can_be_and_the_decision(given: Act, expected: set[tuple[str, str]]) -> None:
    assert broken(TREE, Rename("H55", names("Thái Nguyên")), given) == expected


@pytest.mark.parametrize("command", [Rename("H99", names("x")), Move("H99", ""), Merge(("H99",), "H55"), Close("H99")])
def test_a_code_that_was_never_given_is_not_found(command: Command) -> None:
    with pytest.raises(NotFoundError):
        decide(TREE, command, act())


def test_every_change_claims_the_whole_tree_first() -> None:
    assert decide(TREE, Rename("H55", names("Thái Nguyên")), act())[0] == ClaimTree(version=TREE.version)


def test_a_closed_code_is_never_given_again_and_is_changed_no_more() -> None:
    tree = carried(TREE, Close("H26"))
    assert broken(tree, founding("H26")) == {("code", "code-given")}
    assert broken(tree, Rename("H26", names("x"))) == {("code", "closed")}
    assert broken(tree, Close("H26")) == {("code", "closed")}
    assert broken(tree, Merge(("H26",), "H55")) == {("codes", "closed")}
    assert broken(tree, Merge(("H55",), "H26")) == {("into", "parent-not-standing")}
    assert broken(tree, founding("H26.1", COMMUNE, "H26")) == {("parent", "parent-not-standing")}


def test_what_began_today_is_put_right_today_and_leaves_one_period() -> None:
    once = carried(TREE, Rename("H55", names("Thai Nguyen")))
    twice = carried(once, Rename("H55", names("Thái Nguyên")))
    assert [period.names.vi for period in twice.agencies["H55"].periods] == ["H55", "Thái Nguyên"]
    before = twice.on("H55", YESTERDAY)
    assert before is not None
    assert (before.names, before.to_day) == (names("H55"), TODAY)


def test_what_began_on_an_earlier_day_stays_as_it_was() -> None:
    tree = carried(TREE, Rename("H55", names("Thái Nguyên")), YESTERDAY)
    assert broken(tree, Rename("H55", names("x")), act(YESTERDAY)) == {("day", "day-too-early")}


def test_a_parent_founded_later_is_none_on_the_day() -> None:
    tree = carried(TREE, founding("G20", MINISTRY), YESTERDAY)
    command = Move("G15.1", "G20")
    assert broken(tree, command, act(YESTERDAY - timedelta(days=1))) == {("parent", "parent-not-standing")}
    assert carried(tree, command, YESTERDAY).lineage("G15.1.1", TODAY) == ("G15.1.1", "G15.1", "G20")


def test_nothing_ends_before_what_left_it_had_left() -> None:
    tree = carried(TREE, Move("G15.1.1", "G15"), TODAY)
    assert broken(tree, Close("G15.1"), act(YESTERDAY)) == {("day", "day-too-early")}
    assert broken(tree, Merge(("G15.1",), "G15"), act(YESTERDAY)) == {("day", "day-too-early")}
    assert carried(tree, Close("G15.1")).on("G15.1", TODAY) is None


def test_a_circle_on_a_later_day_is_one_too() -> None:
    tree = planted([founding("G15", MINISTRY), founding("G15.1", UNIT, "G15"), founding("G15.2", UNIT, "G15")])
    later = carried(tree, Move("G15.2", "G15.1"), TODAY)
    assert broken(later, Move("G15.1", "G15.2"), act(YESTERDAY)) == {("parent", "circle")}


def test_a_tree_does_not_grow_without_end() -> None:
    codes = [f"G15{'.1' * level}" for level in range(17)]
    tree = planted([founding("G15", MINISTRY), *(founding(code, UNIT, code[:-2]) for code in codes[1:16])])
    assert len(tree.lineage(codes[15], TODAY)) == 16
    assert broken(tree, founding(codes[16], UNIT, codes[15])) == {("parent", "depth")}
    assert broken(carried(tree, founding("G16", MINISTRY)), Merge(("G16",), founding("G17", UNIT, codes[15]))) == {
        ("into.parent", "depth")
    }
    assert carried(tree, founding("G16", MINISTRY)).height("G15", TODAY) == 15


def test_two_provinces_go_up_in_a_third_with_all_below_them() -> None:
    changes = decide(TREE, Merge(("H55", "H03"), founding("H19")), act())
    assert [effect for effect in changes if isinstance(effect, MoveBelongings)] == [
        MoveBelongings(code="H55", to_code="H19", at=AT),
        MoveBelongings(code="H03", to_code="H19", at=AT),
    ]
    assert happened(TREE, Merge(("H55", "H03"), founding("H19"))) == [
        ("H19", "H19", SuccessionKind.FOUNDED),
        ("H55.1", "H55.1", SuccessionKind.MOVED),
        ("H55.2", "H55.2", SuccessionKind.MOVED),
        ("H03.1", "H03.1", SuccessionKind.MOVED),
        ("H55", "H19", SuccessionKind.MERGED),
        ("H03", "H19", SuccessionKind.MERGED),
    ]
    tree = carried(TREE, Merge(("H55", "H03"), founding("H19")))
    assert tree.subtree("H19", TODAY) == ["H03.1", "H19", "H55.1", "H55.2"]
    assert tree.subtree("H55", YESTERDAY) == ["H55", "H55.1", "H55.2"]
    assert tree.lineage("H55", TODAY) == ()


def test_parent_and_child_go_up_in_another_together() -> None:
    tree = carried(TREE, Merge(("G15", "G15.1"), founding("G77", MINISTRY)))
    assert tree.subtree("G77", TODAY) == ["G15.1.1", "G77"]


def test_a_split_hands_everything_on_to_its_first_part_but_what_it_names() -> None:
    command = Split("H55", (founding("H81"), founding("H82")), {"H55.2": "H82"}, {ClientId("portal"): "H82"})
    changes = decide(TREE, command, act(), Belongings((ClientId("portal"), ClientId("other"))))
    assert MoveClient(client_id=ClientId("portal"), code="H55", to_code="H82", at=AT) in changes
    assert changes[-1] == MoveBelongings(code="H55", to_code="H81", at=AT)
    tree = after(TREE, changes)
    assert (tree.children("H81", TODAY), tree.children("H82", TODAY)) == (["H55.1"], ["H55.2"])
    assert happened(TREE, replace(command, clients={}))[-2:] == [
        ("H55", "H81", SuccessionKind.SPLIT),
        ("H55", "H82", SuccessionKind.SPLIT),
    ]


def test_moving_keeps_the_name_and_renaming_the_place() -> None:
    moved = decide(TREE, Move("H55.1", "H03"), act())[1]
    renamed = decide(TREE, Rename("H55.1", names("Phường")), act())[1]
    assert (moved, renamed) == (
        BeginPeriod(code="H55.1", day=TODAY, parent="H03", names=names("H55.1")),
        BeginPeriod(code="H55.1", day=TODAY, parent="H55", names=names("Phường")),
    )


@pytest.mark.parametrize(
    "own", [Belongings((ClientId("portal"),)), Belongings(officers=1), Belongings(administrators=1)]
)
def test_what_has_something_of_its_own_is_merged_and_not_closed(own: Belongings) -> None:
    with pytest.raises(InvalidInputError) as refused:
        decide(TREE, Close("H26"), act(), own)
    assert [problem.rule for problem in refused.value.problems] == ["not-empty"]


def test_closing_names_no_successor() -> None:
    assert CloseAgency(code="H26", day=TODAY) in decide(TREE, Close("H26"), act())
    assert happened(TREE, Close("H26")) == [("H26", "", SuccessionKind.CLOSED)]


def test_founded_and_closed_on_one_day_never_stood() -> None:
    tree = carried(carried(TREE, founding("H77")), Close("H77"))
    assert (tree.agencies["H77"].periods, tree.on("H77", TODAY)) == ((), None)
    assert broken(tree, founding("H77")) == {("code", "code-given")}
