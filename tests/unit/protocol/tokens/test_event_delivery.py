"""Pushing a security event: what is posted, what counts as taken, and when it is tried again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
import pytest

from clients.model import Client, ClientId
from idp.audit.model import EventName, RecordEvent
from idp.kernel.effects import Effect
from idp.kernel.ids import PersonId, SecurityEventId
from idp.kernel.outbox import Message, Outcome
from idp.oauth.gone_clients import TRIES
from idp.oauth.security_events import SecurityEvents
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from idp.protocol.tokens.security_events import ACCOUNT_DISABLED, IDENTITY_CHANGED, AccountEvent
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW, PERSON, PROVIDER, claims_of, header_of

ENDPOINT = "https://portal.example/security-events"
SUBSCRIBER = replace(CLIENT, security_event_endpoint=ENDPOINT, security_events=(ACCOUNT_DISABLED,))
EVENT = AccountEvent(
    SecurityEventId("event-1"), CLIENT.client_id, PersonId(PERSON), ACCOUNT_DISABLED, int(NOW.timestamp())
)
GIVES_UP = NOW + timedelta(days=14)


@dataclass
class Notebook:
    """Keeps what was noted."""

    noted: list[Effect] = field(default_factory=list)

    def enqueue(self, *effects: Effect) -> None:
        self.noted.extend(effects)

    async def commit(self, *effects: Effect) -> bool:
        raise AssertionError(f"nothing is committed here: {effects}")


@dataclass
class Line:
    """Answers every call alike and remembers it."""

    answer: Callable[[], OutboundResponse]
    requests: list[OutboundRequest] = field(default_factory=list)

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.requests.append(request)
        return self.answer()


@dataclass
class Register:
    """Knows one client, or none."""

    client: Client | None

    def get(self, client_id: ClientId) -> Client | None:
        return self.client


def status(code: int) -> Line:
    return Line(lambda: OutboundResponse(code, b"", ""))


def no_answer() -> Line:
    def fail() -> OutboundResponse:
        raise EgressError("timeout")

    return Line(fail)


async def delivered(
    line: Line, client: Client | None = SUBSCRIBER, *, attempts: int = 0, event: AccountEvent = EVENT
) -> tuple[Outcome, list[Effect]]:
    book = Notebook()
    message = Message("account_event", event.id, msgspec.json.encode(event), attempts, GIVES_UP)
    events = SecurityEvents(PROVIDER, Register(client), line, book)
    return await events.deliver(message, NOW), book.noted


def reported(noted: list[Effect]) -> list[EventName]:
    return [effect.name for effect in noted if isinstance(effect, RecordEvent)]


async def test_rfc8935_2_an_event_is_posted_as_what_it_is() -> None:
    line = status(202)
    outcome, noted = await delivered(line)
    assert outcome == Outcome(delivered=True, result="202", retry_at=None)
    (request,) = line.requests
    assert (request.method, request.url) == ("POST", ENDPOINT)
    assert request.headers == {"Content-Type": "application/secevent+jwt", "Accept": "application/json"}
    assert header_of(request.body.decode())["typ"] == "secevent+jwt"
    assert claims_of(request.body.decode())["jti"] == "event-1"
    assert reported(noted) == [EventName.SECURITY_EVENT_DELIVERED]


@pytest.mark.parametrize("line", [status(200), status(400), status(302), status(503), no_answer()])
async def test_rfc8935_2_2_only_202_is_an_acknowledgement(line: Line) -> None:
    outcome, noted = await delivered(line)
    assert (outcome.delivered, outcome.retry_at) == (False, NOW + timedelta(seconds=2))
    assert noted == []


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (1, 4), (5, 64), (11, 3600), (500, 3600)])
async def test_each_wait_doubles_up_to_an_hour(attempts: int, seconds: int) -> None:
    outcome, _ = await delivered(status(503), attempts=attempts)
    assert outcome.retry_at == NOW + timedelta(seconds=seconds)


async def test_an_event_is_given_up_in_its_time_and_the_log_says_so() -> None:
    book = Notebook()
    message = Message("account_event", "event-1", msgspec.json.encode(EVENT), 11, NOW + timedelta(minutes=59))
    outcome = await SecurityEvents(PROVIDER, Register(SUBSCRIBER), status(503), book).deliver(message, NOW)
    assert outcome == Outcome(delivered=False, result="503", retry_at=None)
    assert reported(book.noted) == [EventName.SECURITY_EVENT_FAILED]


@pytest.mark.parametrize(
    "client",
    [None, CLIENT, replace(SUBSCRIBER, disabled_at=NOW), replace(SUBSCRIBER, security_events=(IDENTITY_CHANGED,))],
)
async def test_who_is_gone_or_unsubscribed_is_told_nothing_more(client: Client | None) -> None:
    line = status(202)
    early, _ = await delivered(line, client)
    assert (early.result, early.retry_at) == ("client_gone", NOW + timedelta(seconds=2))
    outcome, noted = await delivered(line, client, attempts=TRIES)
    assert (outcome, line.requests, noted) == (Outcome(delivered=False, result="client_gone", retry_at=None), [], [])
