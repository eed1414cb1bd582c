"""Delivery of one back-channel logout notice (OIDC Back-Channel Logout 2.5)."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from clients.model import ClientId
from clients.registry import ClientRegistry
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, PersonId, SessionId, new_id
from idp.kernel.outbox import EXPIRED, Backoff, Message, Outcome
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from idp.protocol.logout import make_logout_token
from idp.protocol.provider import Provider

_DEADLINE = timedelta(seconds=5)
_BACKOFF = Backoff(timedelta(seconds=1), timedelta(minutes=10))


class _Notice(Struct):
    session_id: SessionId
    client_id: ClientId
    person_id: PersonId
    # Whose subject the portal was told, where that is a person merged into this one.
    subject_id: PersonId | None = None


class LogoutNotices(Struct, frozen=True):
    """Tells portals that a session has ended; every try has a recorded outcome."""

    provider: Provider
    registry: ClientRegistry
    caller: HttpCaller
    ledger: Ledger

    async def deliver(self, message: Message, now: datetime) -> Outcome:
        """Send one notice and return how it went. Failures are an outcome, never an exception."""
        notice = msgspec.json.decode(message.payload, type=_Notice)
        client = self.registry.get(notice.client_id)
        if client is None or client.backchannel_logout_uri is None or not client.active:
            return Outcome(delivered=False, result="client_gone", retry_at=None)
        token = make_logout_token(self.provider, client, notice.subject_id or notice.person_id, notice.session_id, now)
        result, delivered = await self._post(client.backchannel_logout_uri, token)
        retry_at = None if delivered else _BACKOFF.next_try(message, now)
        if delivered or retry_at is None:
            self._note(notice, result, now, delivered=delivered)
        return Outcome(delivered, result, retry_at)

    def give_up(self, message: Message, now: datetime) -> Outcome:
        """Close a notice whose time is over."""
        self._note(msgspec.json.decode(message.payload, type=_Notice), EXPIRED.result, now, delivered=False)
        return EXPIRED

    async def _post(self, url: str, token: str) -> tuple[str, bool]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"logout_token": token}).encode()
        try:
            response = await self.caller.call(OutboundRequest("POST", url, _DEADLINE, body, headers))
        except EgressError as error:
            return error.reason, False
        return str(response.status), response.status in {200, 204}

    def _note(self, notice: _Notice, result: str, now: datetime, *, delivered: bool) -> None:
        self.ledger.enqueue(
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.LOGOUT_NOTICE_DELIVERED if delivered else EventName.LOGOUT_NOTICE_FAILED,
                at=now,
                origin=Origin(correlation_id=new_id()),
                person_id=notice.person_id,
                client_id=notice.client_id,
                session_id=notice.session_id,
                reason=result,
            )
        )
