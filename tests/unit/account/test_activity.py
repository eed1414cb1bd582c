"""Paging through one's own activity: no page token leads into somebody else's, or anywhere but where we led."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from idp.account.activity import NEVER_OF_A_PERSON, PAGE_LENGTH, Activity, shown_as
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.ids import EventId, PersonId
from idp.kernel.secrets import HashKey
from tests.support.builders.protocol import NOW

ME, OTHER = "m" * 26, "o" * 26


def one(number: int, person_id: PersonId) -> RecordEvent:
    return RecordEvent(
        id=EventId(f"{number:026d}"), name=EventName.SESSION_STARTED, at=NOW, origin=Origin("c"), person_id=person_id
    )


class PlainEvents:
    """Events in memory, newest first."""

    def __init__(self, events: Sequence[RecordEvent]) -> None:
        self._events = sorted(events, key=lambda event: event.id, reverse=True)

    async def activity_of(self, person_id: PersonId, before_id: str, limit: int) -> Sequence[RecordEvent]:
        own = [event for event in self._events if event.person_id == person_id]
        return [event for event in own if not before_id or event.id < before_id][:limit]


def activity(count: int) -> Activity:
    events = [one(number, PersonId(ME)) for number in range(count)] + [
        one(number + 1000, PersonId(OTHER)) for number in range(60)
    ]
    return Activity(PlainEvents(events), HashKey(b"a" * 32))


@given(st.integers(min_value=0, max_value=4 * PAGE_LENGTH))
async def test_following_the_tokens_shows_every_event_once_newest_first(count: int) -> None:
    reader, token = activity(count), None
    seen: list[str] = []
    for _ in range(10):
        page = await reader.page(PersonId(ME), token)
        assert len(page.events) <= PAGE_LENGTH
        seen.extend(event.id for event in page.events)
        token = page.older
        if token is None:
            break
    assert seen == sorted((f"{number:026d}" for number in range(count)), reverse=True)


async def test_a_token_of_another_person_leads_to_the_first_page() -> None:
    reader = activity(60)
    theirs = (await reader.page(PersonId(OTHER), None)).older
    assert theirs is not None
    first, shown = await reader.page(PersonId(ME), None), await reader.page(PersonId(ME), theirs)
    assert shown == first


@given(st.text(max_size=120))
async def test_any_other_token_leads_to_the_first_page(token: str) -> None:
    reader = activity(60)
    assert await reader.page(PersonId(ME), token) == await reader.page(PersonId(ME), None)


def test_every_event_that_can_carry_a_person_has_a_word_of_its_own() -> None:
    words = [shown_as(name) for name in EventName]
    assert len(set(words)) == len(words)
    assert all(word.replace("_", "").isalpha() and word == word.lower() for word in words)


def test_only_acts_on_things_are_left_untold() -> None:
    of_clients = {name for name in NEVER_OF_A_PERSON if name.value.startswith("client:")}
    assert all(name.value.startswith("client:registration:") for name in of_clients)
    assert {name.value.partition(":")[0] for name in NEVER_OF_A_PERSON - of_clients} == {"admin", "operator", "worker"}
    assert EventName.ACCOUNT_LOCKED not in NEVER_OF_A_PERSON
