"""A silent provider: what the worker has to tell it waits, its return is noticed, and no other is delayed by it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.app.foundation.upstreams import Upstreams
from idp.audit.model import EventName, RecordEvent
from idp.kernel.effects import Effect
from idp.kernel.outbox import Message
from idp.kernel.secrets import Sealer
from idp.oauth.upstream_logouts import UpstreamLogouts
from idp.outbound.health import ServiceHealth, ServiceState
from idp.outbound.heartbeat import WHEN_IN_TROUBLE, Heartbeat
from idp.sessions.upstream import UpstreamSession
from idp.upstream.errors import UpstreamRefusedError
from idp.upstream.policy import KEYS_KEPT, REFETCH_AFTER
from idp.upstream.service import Federation
from tests.unit.upstream.builders import ATTEMPT, ISSUER, KEY, NOW, OTHER_KEY, claims, signed
from tests.unit.upstream.far import Far, HandClock, service_to

SEALER = Sealer({"k": b"s" * 32}, "k")
GIVES_UP = NOW + timedelta(hours=1)
ANSWER = {"code": "a-code", "iss": ISSUER}


class PlainLedger:
    """Keeps what was noted."""

    def __init__(self) -> None:
        self.noted: list[Effect] = []

    async def commit(self, *effects: Effect) -> bool:
        raise AssertionError("a logout commits nothing of its own")

    def enqueue(self, *effects: Effect) -> None:
        self.noted.extend(effects)

    def results(self) -> Sequence[str | None]:
        return [one.reason for one in self.noted if isinstance(one, RecordEvent)]


class Rig:
    """The worker's delivery, and the provider's end."""

    def __init__(self) -> None:
        self.far, self.clock, self.ledger = Far(), HandClock(), PlainLedger()
        self.service = service_to(self.far, self.clock)
        self.federation = Federation({"vneid": self.service}, "https://us.example", self.clock)
        self.logouts = UpstreamLogouts(self.federation, SEALER, self.ledger)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def message(attempts: int = 0, *, provider: str = "vneid", id_token: str = "header.payload.tag") -> Message:
    payload = UpstreamSession(provider, NOW, "a-session", id_token).seal(SEALER)
    return Message("upstream_logout", "session-1", payload, attempts, GIVES_UP)


async def test_a_logout_that_a_silent_provider_did_not_hear_is_told_later_and_ever_more_rarely(rig: Rig) -> None:
    rig.far.down = True
    waits = []
    for attempts in range(4):
        outcome = await rig.logouts.deliver(message(attempts), NOW)
        assert (outcome.delivered, outcome.result) == (False, "unreachable")
        assert outcome.retry_at is not None
        waits.append(outcome.retry_at - NOW)
    assert waits == [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40)]
    assert rig.ledger.noted == [], "it ends as one event, not as one for each try"
    rig.far.down = False
    rig.clock.time += timedelta(minutes=1)
    assert (await rig.logouts.deliver(message(4), rig.clock.time)).delivered
    assert rig.ledger.results() == ["done"]


async def test_nobody_tries_longer_than_the_message_is_good(rig: Rig) -> None:
    rig.far.down = True
    outcome = await rig.logouts.deliver(message(8), GIVES_UP - timedelta(seconds=1))
    assert (outcome.delivered, outcome.retry_at) == (False, None)


async def test_trouble_of_its_own_is_no_refusal(rig: Rig) -> None:
    rig.far.logout_status = 503
    outcome = await rig.logouts.deliver(message(), NOW)
    assert (outcome.result, outcome.retry_at is not None) == ("unreachable", True)
    rig.far.logout_status = 400
    outcome = await rig.logouts.deliver(message(), NOW)
    assert (outcome.delivered, outcome.result, outcome.retry_at) == (False, "declined", None)
    assert rig.ledger.results() == ["declined"]


@pytest.mark.parametrize(
    ("reported", "result"),
    [
        (message(provider="removed"), "provider_gone"),
        (message(id_token=""), "provider_gone"),
        (Message("upstream_logout", "session-1", b"of another key", 0, GIVES_UP), "unreadable"),
    ],
)
async def test_what_nobody_can_be_told_is_given_up_at_once(rig: Rig, reported: Message, result: str) -> None:
    outcome = await rig.logouts.deliver(reported, NOW)
    assert (outcome.delivered, outcome.result, outcome.retry_at) == (False, result, None)
    assert rig.far.asked == []


async def test_the_event_names_the_session_and_no_person(rig: Rig) -> None:
    await rig.logouts.deliver(message(), NOW)
    (event,) = rig.ledger.noted
    assert isinstance(event, RecordEvent)
    assert (event.name, event.session_id, event.person_id) == (EventName.UPSTREAM_LOGGED_OUT, "session-1", None)
    assert event.details == {"provider": "vneid"}


async def test_its_return_is_noticed_by_a_question_about_nobody(rig: Rig) -> None:
    heartbeat = Heartbeat(Watch(rig), rig.service.ask_about_nobody, MemoryShortLivedStore(rig.clock), rig.clock)
    rig.far.down = True
    for _ in range(3):
        await heartbeat.beat()
        rig.clock.time += WHEN_IN_TROUBLE
    assert (await rig.service.health()).state is not ServiceState.CLOSED
    rig.far.down = False
    await heartbeat.beat()
    assert (await rig.service.health()).state is ServiceState.CLOSED


class Watch:
    """The health of the rig's line."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    async def health(self) -> ServiceHealth:
        return await self._rig.service.health()


async def test_a_provider_that_never_answers_delays_the_watch_of_no_other() -> None:
    one, other = Rig(), Rig()
    asked = asyncio.Event()

    async def hang() -> None:
        await asyncio.Event().wait()

    async def ask() -> None:
        asked.set()

    beats = tuple(
        Heartbeat(Watch(rig), question, MemoryShortLivedStore(rig.clock), rig.clock)
        for rig, question in ((one, hang), (other, ask))
    )
    watch = asyncio.ensure_future(Upstreams(one.federation, beats).keep_watch())
    await asyncio.wait_for(asked.wait(), 5)
    assert not watch.done()
    watch.cancel()


async def test_a_rollover_while_the_key_set_is_away_refuses_and_the_next_look_finds_the_key(rig: Rig) -> None:
    await rig.federation.finish("vneid", ATTEMPT, ANSWER, repeated=False)
    rig.far.keys, rig.far.token = [OTHER_KEY, KEY], signed(claims(), OTHER_KEY)
    rig.far.keys_down = True
    rig.clock.time += REFETCH_AFTER
    with pytest.raises(UpstreamRefusedError):
        await rig.federation.finish("vneid", ATTEMPT, ANSWER, repeated=False)
    # What the old key signed is still believed.
    rig.far.token = signed(claims())
    assert (await rig.federation.finish("vneid", ATTEMPT, ANSWER, repeated=False)).sid == "a-session"
    rig.far.keys_down, rig.far.token = False, signed(claims(), OTHER_KEY)
    rig.clock.time += REFETCH_AFTER
    assert (await rig.federation.finish("vneid", ATTEMPT, ANSWER, repeated=False)).sid == "a-session"


async def test_a_key_that_was_withdrawn_is_believed_no_longer_than_its_set_is_kept(rig: Rig) -> None:
    await rig.federation.finish("vneid", ATTEMPT, ANSWER, repeated=False)
    rig.far.keys = [OTHER_KEY]
    assert (await rig.federation.finish("vneid", ATTEMPT, ANSWER, repeated=False)).sid == "a-session"
    rig.clock.time += KEYS_KEPT
    with pytest.raises(UpstreamRefusedError):
        await rig.federation.finish("vneid", ATTEMPT, ANSWER, repeated=False)
