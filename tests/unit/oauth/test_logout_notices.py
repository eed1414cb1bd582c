"""Delivery of one logout notice: what counts as told, when it is tried again, and that giving up is never silent."""

from datetime import timedelta

import msgspec
import pytest

from clients.model import Client
from idp.audit.model import EventName, RecordEvent
from idp.kernel.outbox import Message, Outcome
from idp.oauth.gone_clients import TRIES
from idp.oauth.logout_notices import LogoutNotices
from idp.outbound.http import EgressError, OutboundResponse
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW, PERSON, PROVIDER, SESSION
from tests.unit.protocol.tokens.test_event_delivery import Line, Notebook, Register

TOLD = replace(CLIENT, backchannel_logout_uri="https://portal.example/logout")
HOUR = timedelta(hours=1)


def message(attempts: int = 0, payload: bytes | None = None) -> Message:
    said = {"session_id": SESSION.id, "client_id": CLIENT.client_id, "person_id": PERSON}
    return Message("logout_notice", "key", payload or msgspec.json.encode(said), attempts, NOW + HOUR)


def answered(status: int) -> Line:
    return Line(lambda: OutboundResponse(status, b"", ""))


def unreachable() -> Line:
    def fail() -> OutboundResponse:
        raise EgressError("timeout")

    return Line(fail)


def notices(line: Line, client: Client | None = TOLD) -> tuple[LogoutNotices, Notebook]:
    notebook = Notebook()
    return LogoutNotices(PROVIDER, Register(client), line, notebook), notebook


def noted(notebook: Notebook) -> list[tuple[EventName, str]]:
    events = [one for one in notebook.noted if isinstance(one, RecordEvent)]
    assert all(
        (one.person_id, one.client_id, one.session_id) == (PERSON, CLIENT.client_id, SESSION.id) for one in events
    )
    return [(one.name, one.reason) for one in events]


@pytest.mark.parametrize("status", [200, 204])
async def test_backchannel_logout_2_8_a_portal_that_takes_it_has_been_told(status: int) -> None:
    sender, notebook = notices(answered(status))
    outcome = await sender.deliver(message(), NOW)
    assert outcome == Outcome(delivered=True, result=str(status), retry_at=None)
    assert noted(notebook) == [(EventName.LOGOUT_NOTICE_DELIVERED, str(status))]


@pytest.mark.parametrize(
    ("line", "result"), [(answered(503), "503"), (answered(400), "400"), (unreachable(), "timeout")]
)
async def test_a_portal_that_does_not_is_told_again_after_longer_and_longer_waits(line: Line, result: str) -> None:
    sender, notebook = notices(line)
    waits = []
    for attempts in (0, 1, 2, 12):
        outcome = await sender.deliver(message(attempts), NOW)
        assert (outcome.delivered, outcome.result) == (False, result)
        waits.append((outcome.retry_at or NOW) - NOW)
    assert waits == [timedelta(seconds=1), timedelta(seconds=2), timedelta(seconds=4), timedelta(minutes=10)]
    # Each try has its outcome in the outbox; an event is written once it is over.
    assert noted(notebook) == []


async def test_giving_up_is_recorded_for_its_person_and_its_administrators() -> None:
    sender, notebook = notices(answered(503))
    last = await sender.deliver(message(12), NOW + HOUR - timedelta(minutes=5))
    assert last.retry_at is None
    assert noted(notebook) == [(EventName.LOGOUT_NOTICE_FAILED, "503")]
    assert sender.give_up(message(), NOW + HOUR).result == "expired"
    assert noted(notebook)[1:] == [(EventName.LOGOUT_NOTICE_FAILED, "expired")]


@pytest.mark.parametrize(
    "client",
    [None, replace(TOLD, disabled_at=NOW), replace(TOLD, backchannel_logout_uri=None)],
    ids=["gone", "disabled", "address removed"],
)
async def test_a_portal_that_is_gone_meanwhile_is_given_up_visibly(client: Client | None) -> None:
    sender, notebook = notices(answered(200), client)
    outcome = await sender.deliver(message(TRIES), NOW)
    assert outcome == Outcome(delivered=False, result="client_gone", retry_at=None)
    assert noted(notebook) == [(EventName.LOGOUT_NOTICE_FAILED, "client_gone")]


async def test_a_portal_that_this_process_has_not_heard_of_yet_is_told_a_little_later() -> None:
    """Its people sign out of it in the moment in which the registry is read anew."""
    sender, notebook = notices(answered(200), None)
    waits = [((await sender.deliver(message(tries), NOW)).retry_at or NOW) - NOW for tries in range(TRIES)]
    assert sum(waits, timedelta()) == timedelta(seconds=31)
    assert noted(notebook) == []
    knowing, notebook = notices(answered(200))
    assert (await knowing.deliver(message(1), NOW)).delivered
    assert noted(notebook) == [(EventName.LOGOUT_NOTICE_DELIVERED, "200")]


def test_what_cannot_be_read_is_nobodys() -> None:
    sender, notebook = notices(answered(200))
    sender.note_failure(message(payload=b"{"), "failed", NOW)
    assert noted(notebook) == []
    sender.note_failure(message(), "failed", NOW)
    assert noted(notebook) == [(EventName.LOGOUT_NOTICE_FAILED, "failed")]
