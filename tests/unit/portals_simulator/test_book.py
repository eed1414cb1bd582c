"""The register's book: what changes do to people, and what cannot happen."""

from dataclasses import replace
from datetime import datetime

import pytest

from portals.simulator.answers import VIETNAM
from portals.simulator.book import Book, Change, ChangeKind, ImpossibleChangeError, is_invented, new_change_id
from portals.simulator.people import PEOPLE
from portals.simulator.person import Status

ONE = PEOPLE[0].number
# The form of a number that somebody may hold; never written out as one.
SOMEBODYS = "".join(("001", "190000001"))
AT = datetime(2026, 10, 1, 9, 30, tzinfo=VIETNAM)
REPLACED = Change("BD-1", ChangeKind.NUMBER_REPLACED, ONE, AT, new_number="099190000001")
RENAMED = Change("BD-2", ChangeKind.NAME_CHANGED, ONE, AT, new_name="Nguyễn Văn Bình An")
DIED = Change("BD-3", ChangeKind.DIED, ONE, AT)


def test_2_4_a_replaced_number_is_kept_and_names_the_new_one() -> None:
    book = Book()
    book.change(REPLACED)
    holder = book.holder_of("099190000001")
    assert holder is not None
    assert (holder.full_name, holder.born) == (PEOPLE[0].full_name, PEOPLE[0].born)
    assert (book.people[ONE].extra.status, book.people[ONE].extra.replaced_by) == (Status.CANCELLED, "099190000001")
    assert book.holder_of(ONE) is None


def test_a_changed_name_stands_whole() -> None:
    book = Book()
    book.change(RENAMED)
    holder = book.holder_of(ONE)
    assert holder is not None
    assert (holder.full_name, holder.typed_name, holder.extra.in_parts) == (
        "Nguyễn Văn Bình An",
        "Nguyễn Văn Bình An",
        False,
    )


def test_nobody_answers_for_a_person_who_died() -> None:
    book = Book()
    book.change(DIED)
    assert book.holder_of(ONE) is None
    assert book.people[ONE].extra.status is Status.DECEASED


@pytest.mark.parametrize(
    "change",
    [
        replace(REPLACED, new_number=PEOPLE[1].number),
        replace(REPLACED, new_number=ONE),
        replace(REPLACED, new_number=SOMEBODYS),
        replace(REPLACED, new_number="12345"),
        replace(REPLACED, new_number=""),
        replace(RENAMED, new_name=""),
        replace(DIED, number="099187000001"),
        replace(DIED, number="033899000029"),
        replace(DIED, number="000000036"),
    ],
    ids=["taken", "itself", "a-real-one", "short", "none", "no-name", "unknown", "dead", "older-card"],
)
def test_what_cannot_happen_changes_nothing(change: Change) -> None:
    book = Book()
    with pytest.raises(ImpossibleChangeError):
        book.change(change)
    assert (book.people, book.changes) == (Book().people, [])


def test_the_demonstration_people_themselves_never_change() -> None:
    Book().change(DIED)
    assert Book().holder_of(ONE) is PEOPLE[0]


@pytest.mark.parametrize(
    ("number", "invented"),
    [("099187000001", True), ("003187000001", True), ("001899000001", True), (SOMEBODYS, False), ("٠٠١", False)],
)
def test_11_only_numbers_that_nobody_can_hold_are_given(number: str, *, invented: bool) -> None:
    assert is_invented(number) is invented


def test_a_page_holds_the_days_and_kinds_asked_for() -> None:
    book = Book()
    for day in (1, 2, 3):
        book.change(replace(RENAMED, id=f"BD-{day}", at=AT.replace(day=day)))
    book.change(replace(DIED, at=AT.replace(day=3)))
    kinds = (ChangeKind.NAME_CHANGED,)
    assert [one.id for one in book.page("20261002", "20261003", kinds, 1, 10)] == ["BD-2", "BD-3"]
    assert [one.id for one in book.page("20261001", "20261003", kinds, 2, 2)] == ["BD-3"]
    assert book.page("20261001", "20261003", kinds, 3, 2) == []


def test_no_id_is_given_twice() -> None:
    assert len({new_change_id() for _ in range(100)}) == 100
