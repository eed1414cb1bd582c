"""Delivery of one back-channel logout notice (OIDC Back-Channel Logout 2.5)."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from clients.model import ClientId
from clients.ports import ClientLookup
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, PersonId, SessionId, new_id
from idp.kernel.outbox import EXPIRED, Backoff, Message, Outcome
from idp.oauth.gone_clients import gone
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from idp.protocol.logout import make_logout_token
from idp.protocol.provider import Provider

_DEADLINE = timedelta(seconds=5)
# It was stopped, or takes no notices any more: nothing is left to try.
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
    registry: ClientLookup
    caller: HttpCaller
    ledger: Ledger

    async def deliver(self, message: Message, now: datetime) -> Outcome:
        """Send one notice and return how it went. Failures are an outcome, never an exception."""
        notice = msgspec.json.decode(message.payload, type=_Notice)
        client = self.registry.get(notice.client_id)
        if client is None or client.backchannel_logout_uri is None or not client.active:
            return self._closed(notice, gone(message, _BACKOFF, now), now)
        token = make_logout_token(self.provider, client, notice.subject_id or notice.person_id, notice.session_id, now)
        result, delivered = await self._post(client.backchannel_logout_uri, token)
        return self._closed(
            notice, Outcome(delivered, result, None if delivered else _BACKOFF.next_try(message, now)), now
        )

    def _closed(self, notice: _Notice, outcome: Outcome, now: datetime) -> Outcome:
        """Return an outcome, recorded where it is final."""
        if outcome.retry_at is None:
            self._note(notice, outcome.result, now, delivered=outcome.delivered)
        return outcome

    def give_up(self, message: Message, now: datetime) -> Outcome:
        """Close a notice whose time is over."""
        self.note_failure(message, EXPIRED.result, now)
        return EXPIRED

    def note_failure(self, message: Message, result: str, now: datetime) -> None:
        """Record that a portal was not told and will not be: its person and its administrators read of it."""
        try:
            notice = msgspec.json.decode(message.payload, type=_Notice)
        except msgspec.MsgspecError:
            # Nobody can say whose it was.
            return
        self._note(notice, result, now, delivered=False)

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
