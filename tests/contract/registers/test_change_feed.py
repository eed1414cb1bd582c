"""The feed of every register: each change once, in order, page by page, and people are what it made of them."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.kernel.ids import new_id
from idp.proofing.model import SYSTEM, ClaimedIdentity, Purpose
from idp.proofing.registers.feed import ChangeKind, FeedPage, RegisterChange
from idp.proofing.registers.ports import Found, NoAnswer, NoRecord, RegisterAnswer
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from portals.simulator.people import PEOPLE
from portals.simulator.person import Person
from tests.contract.registers.conftest import ENOUGH, TOO_SHORT, RegisterUnderTest

ONE, TWO, THREE = PEOPLE[0], PEOPLE[1], PEOPLE[2]
NEW_NUMBER = "099190000001"


async def read(under_test: RegisterUnderTest, cursor: str) -> FeedPage:
    page = await under_test.register.changes(cursor, request_id=new_id(), deadline=ENOUGH)
    assert isinstance(page, FeedPage)
    return page


async def read_all(under_test: RegisterUnderTest, cursor: str = "") -> tuple[list[RegisterChange], str, int]:
    """Return every change after the cursor, the cursor reached, and how many pages it took."""
    changes, pages, more = list[RegisterChange](), 0, True
    while more:
        page = await read(under_test, cursor)
        changes, cursor, pages, more = [*changes, *page.changes], page.cursor, pages + 1, page.more
    return changes, cursor, pages


async def ask(under_test: RegisterUnderTest, person: Person, number: str) -> RegisterAnswer:
    claimed = ClaimedIdentity(PersonalNumber(number), person.full_name, BirthDate.parse(person.born))
    return await under_test.register.look_up(
        claimed,
        request_id=new_id(),
        purpose=Purpose("VPCP", "kiểm thử", may_look_up=True),
        on_behalf_of=SYSTEM,
        deadline=ENOUGH,
    )


async def test_a_register_in_which_nothing_happened_has_an_empty_feed(under_test: RegisterUnderTest) -> None:
    changes, cursor, pages = await read_all(under_test)
    assert (changes, bool(cursor), pages) == ([], True, 1)


async def test_2_4_each_kind_of_change_is_told_in_order_with_what_is_new(eventful: RegisterUnderTest) -> None:
    began = datetime.now(UTC) - timedelta(seconds=2)
    await eventful.happen({"kind": "number_replaced", "number": ONE.number, "new_number": NEW_NUMBER})
    await eventful.happen({"kind": "name_changed", "number": TWO.number, "new_name": "Trần Thị Minh Mai"})
    await eventful.happen({"kind": "died", "number": THREE.number})
    changes, _, _ = await read_all(eventful)
    reported = [
        (one.kind, one.number.digits, one.new_number and one.new_number.digits, one.new_name) for one in changes
    ]
    assert reported == [
        (ChangeKind.NUMBER_REPLACED, ONE.number, NEW_NUMBER, None),
        (ChangeKind.NAME_CHANGED, TWO.number, None, "TRẦN THỊ MINH MAI"),
        (ChangeKind.DIED, THREE.number, None, None),
    ]
    assert len({one.id for one in changes}) == 3
    assert all(began <= one.at <= datetime.now(UTC) for one in changes)


async def test_2_4_people_are_what_the_changes_made_of_them(eventful: RegisterUnderTest) -> None:
    await eventful.happen({"kind": "number_replaced", "number": ONE.number, "new_number": NEW_NUMBER})
    await eventful.happen({"kind": "name_changed", "number": TWO.number, "new_name": "Trần Thị Minh Mai"})
    await eventful.happen({"kind": "died", "number": THREE.number})
    assert await ask(eventful, ONE, ONE.number) == NoRecord()
    replaced = await ask(eventful, ONE, NEW_NUMBER)
    renamed = await ask(eventful, TWO, TWO.number)
    assert isinstance(replaced, Found)
    assert isinstance(renamed, Found)
    assert (replaced.record.number.digits, renamed.record.full_name) == (NEW_NUMBER, "TRẦN THỊ MINH MAI")
    assert await ask(eventful, THREE, THREE.number) == NoRecord()


async def test_a_change_is_handed_on_once_and_a_new_one_after_it(eventful: RegisterUnderTest) -> None:
    await eventful.happen({"kind": "died", "number": ONE.number})
    first, cursor, _ = await read_all(eventful)
    # Reaching the end moves the cursor to yesterday once, which may repeat what ids make harmless.
    again, cursor, _ = await read_all(eventful, cursor)
    assert {change.id for change in again} <= {change.id for change in first}
    await eventful.happen({"kind": "died", "number": TWO.number})
    changes, cursor, _ = await read_all(eventful, cursor)
    assert [change.number.digits for change in changes] == [TWO.number]
    assert (await read_all(eventful, cursor))[0] == []


async def test_a_long_feed_comes_in_pages(eventful: RegisterUnderTest) -> None:
    for number in range(230):
        await eventful.happen({"kind": "name_changed", "number": ONE.number, "new_name": f"Tên {'a' * (number % 7)}"})
    changes, _, pages = await read_all(eventful)
    assert (len(changes), len({change.id for change in changes}), pages) == (230, 230, 3)
    assert [change.at for change in changes] == sorted(change.at for change in changes)


@pytest.mark.parametrize("mode", ["slow", "hanging", "dripping"])
async def test_a_feed_that_takes_its_time_is_no_answer_by_the_deadline(
    under_test: RegisterUnderTest, mode: str
) -> None:
    await under_test.behave(mode)
    answer = await under_test.register.changes("", request_id=new_id(), deadline=TOO_SHORT)
    assert answer == NoAnswer("timeout")
