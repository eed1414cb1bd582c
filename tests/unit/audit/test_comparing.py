"""Whatever is done to the events of a checkpoint, the comparison names exactly it."""

from hashlib import sha256
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from idp.audit.comparing import RangeComparison
from idp.audit.entries import Entry, read_listing, write_listing
from idp.audit.findings import Finding, FindingKind, Place
from idp.audit.merkle import MerkleTree
from idp.kernel.ids import EventId

PLACE = Place(7, "a", "z")
Reported = list[tuple[FindingKind, str, str]]


def entry(name: str, content: str = "") -> Entry:
    return Entry(EventId(name), sha256((content or name).encode()).digest())


def compared(
    sealed: list[Entry], found: list[Entry], late: dict[EventId, bytes] | None = None, forgettable: str = ""
) -> tuple[Reported, str | None]:
    """Return what is told, and the root if all is as it was sealed."""
    listed = read_listing(write_listing(sealed))
    assert listed is not None
    comparison = RangeComparison(PLACE, listed, late or {}, forgettable)
    findings: list[Finding] = [reported for one in found if (reported := comparison.see(one)) is not None]
    findings += comparison.close()
    return [(one.kind, one.event_id, one.other_id) for one in findings], comparison.root()


def root_of(entries: list[Entry]) -> str:
    tree = MerkleTree()
    for one in entries:
        tree.add(one.leaf)
    return tree.root().hex()


NAMES = st.lists(st.integers(0, 999).map("{:04}".format), unique=True, min_size=2, max_size=40).map(sorted)


@given(NAMES, st.randoms())
def test_what_is_as_it_was_sealed_has_no_findings_and_the_root_in_whatever_order(
    names: list[str], chance: Random
) -> None:
    sealed = [entry(name) for name in names]
    found = list(sealed)
    chance.shuffle(found)
    assert compared(sealed, found) == ([], root_of(sealed))


@given(NAMES, st.data())
def test_removed_edited_and_added_events_are_named_each_and_nothing_else(names: list[str], data: st.DataObject) -> None:
    sealed = [entry(name) for name in names]
    fates = data.draw(st.lists(st.sampled_from(["keep", "remove", "edit"]), min_size=len(names), max_size=len(names)))
    added = data.draw(st.lists(st.integers(1000, 1020).map(str), unique=True))
    found = [entry(one.id, "edited " + one.id) if fate == "edit" else one
             for one, fate in zip(sealed, fates, strict=True) if fate != "remove"]  # fmt: skip
    reported, root = compared(sealed, [*found, *(entry(name) for name in added)])
    expected = {
        (FindingKind.EVENT_REMOVED, name, "") for name, fate in zip(names, fates, strict=True) if fate == "remove"
    }
    expected |= {
        (FindingKind.EVENT_EDITED, name, "") for name, fate in zip(names, fates, strict=True) if fate == "edit"
    }
    expected |= {(FindingKind.EVENT_ADDED, name, "") for name in added}
    assert set(reported) == expected
    assert len(reported) == len(expected)
    assert (root is None) == any(fate != "keep" for fate in fates)


@given(NAMES, st.integers(min_value=1))
def test_the_end_cut_off_is_every_event_of_it(names: list[str], cut: int) -> None:
    kept = cut % len(names)
    reported, _ = compared([entry(name) for name in names], [entry(name) for name in names[:kept]])
    assert reported == [(FindingKind.EVENT_REMOVED, name, "") for name in names[kept:]]


@given(NAMES, st.data())
def test_two_events_that_changed_places_are_both_named_with_where_they_were(
    names: list[str], data: st.DataObject
) -> None:
    one, other = data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True).map(sorted))
    swapped = {one: entry(one, other), other: entry(other, one)}
    reported, root = compared([entry(name) for name in names], [swapped.get(name, entry(name)) for name in names])
    assert reported == [(FindingKind.EVENT_MOVED, one, other), (FindingKind.EVENT_MOVED, other, one)]
    assert root is None


@given(NAMES, st.data())
def test_an_event_under_another_id_was_moved(names: list[str], data: st.DataObject) -> None:
    moved = data.draw(st.sampled_from(names))
    found = [entry("9999", moved), *(entry(name) for name in names if name != moved)]
    assert compared([entry(name) for name in names], found)[0] == [(FindingKind.EVENT_MOVED, "9999", moved)]


def test_a_copy_of_an_event_is_one_that_was_added() -> None:
    sealed = [entry("a"), entry("b")]
    assert compared(sealed, [*sealed, entry("c", "a")])[0] == [(FindingKind.EVENT_ADDED, "c", "")]
    assert compared(sealed, [entry("a"), entry("b", "a")])[0] == [(FindingKind.EVENT_EDITED, "b", "")]


def test_what_was_sealed_as_late_is_told_as_late_while_it_is_as_it_was() -> None:
    late = entry("c")
    assert compared([entry("a")], [entry("a"), late], {late.id: late.mark})[0] == [(FindingKind.EVENT_LATE, "c", "")]
    # The checkpoint that sealed it tells of the edit.
    assert compared([entry("a")], [entry("a"), entry("c", "edited")], {late.id: late.mark})[0] == []


def test_old_events_that_are_gone_may_have_been_forgotten_and_are_counted() -> None:
    sealed = [entry(name) for name in "abcd"]
    reported, root = compared(sealed, [entry("b")], forgettable="c")
    assert reported == [(FindingKind.EVENTS_FORGOTTEN, "", ""), (FindingKind.EVENT_REMOVED, "c", ""),
                    (FindingKind.EVENT_REMOVED, "d", "")]  # fmt: skip
    assert root is None


def test_however_many_copies_were_added_only_as_many_are_held_as_were_sealed() -> None:
    reported, _ = compared([entry("a")], [entry(f"copy {n}", "a") for n in range(5)])
    assert sorted(kind for kind, _, _ in reported) == [*[FindingKind.EVENT_ADDED] * 4, FindingKind.EVENT_MOVED]
