"""Delivery of one security event to one portal (RFC 8935 push)."""

from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from msgspec import Struct

from clients.model import Client, ClientId
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.outbox import EXPIRED, Backoff, Message, Outcome
from idp.oauth.gone_clients import gone
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from idp.protocol.provider import Provider
from idp.protocol.tokens.security_events import AccountEvent, make_event_token

_DEADLINE = timedelta(seconds=5)
_BACKOFF = Backoff(timedelta(seconds=2), timedelta(hours=1))
# RFC 8935 2: these are the whole request.
_HEADERS = {"Content-Type": "application/secevent+jwt", "Accept": "application/json"}


class ClientFinder(Protocol):
    """Finds registered clients."""

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client, disabled or not."""


class SecurityEvents(Struct, frozen=True):
    """Tells portals what happened to an account they know; every final outcome is recorded."""

    provider: Provider
    registry: ClientFinder
    caller: HttpCaller
    ledger: Ledger

    async def deliver(self, message: Message, now: datetime) -> Outcome:
        """Push one event and return how it went. Failures are an outcome, never an exception."""
        event = msgspec.json.decode(message.payload, type=AccountEvent)
        client = self.registry.get(event.client_id)
        if client is None or not client.active or not client.subscribes(event.event):
            return gone(message, _BACKOFF, now)
        result, delivered = await self._push(client, event, now)
        retry_at = None if delivered else _BACKOFF.next_try(message, now)
        if delivered or retry_at is None:
            self.ledger.enqueue(_recorded(event, result, now, delivered=delivered))
        return Outcome(delivered, result, retry_at)

    def give_up(self, message: Message, now: datetime) -> Outcome:
        """Close an event whose time is over."""
        event = msgspec.json.decode(message.payload, type=AccountEvent)
        self.ledger.enqueue(_recorded(event, EXPIRED.result, now, delivered=False))
        return EXPIRED

    async def _push(self, client: Client, event: AccountEvent, now: datetime) -> tuple[str, bool]:
        token = make_event_token(self.provider, client, event, now)
        endpoint = client.security_event_endpoint or ""
        try:
            response = await self.caller.call(
                OutboundRequest("POST", endpoint, _DEADLINE, token.encode("ascii"), _HEADERS)
            )
        except EgressError as error:
            return error.reason, False
        # RFC 8935 2.2: 202 acknowledges. A refusal (2.3) is tried again too: portals get mended.
        return str(response.status), response.status == 202


def _recorded(event: AccountEvent, result: str, now: datetime, *, delivered: bool) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.SECURITY_EVENT_DELIVERED if delivered else EventName.SECURITY_EVENT_FAILED,
        at=now,
        origin=Origin(correlation_id=new_id()),
        person_id=event.person_id,
        client_id=event.client_id,
        reason=result,
        details={"event": event.event.rpartition("/")[2]},
    )
