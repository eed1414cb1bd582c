"""Delivery of one logout to the upstream provider that had vouched for the session: best effort, after our own."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, SessionId, new_id
from idp.kernel.outbox import Backoff, Message, Outcome
from idp.kernel.secrets import SealBrokenError, Sealer
from idp.sessions.upstream import UpstreamSession
from idp.upstream.errors import UpstreamRefusedError
from idp.upstream.service import Federation

_BACKOFF = Backoff(timedelta(seconds=5), timedelta(minutes=20))


class UpstreamLogouts(Struct, frozen=True):
    """Tells providers that their people have signed out here."""

    federation: Federation
    sealer: Sealer
    ledger: Ledger

    async def deliver(self, message: Message, now: datetime) -> Outcome:
        """Tell one provider and return how it went. Failures are an outcome, never an exception."""
        try:
            session = UpstreamSession.open(message.payload, self.sealer)
        except SealBrokenError:
            return Outcome(delivered=False, result="unreadable", retry_at=None)
        service = self.federation.services.get(session.provider)
        if service is None or not session.id_token:
            return Outcome(delivered=False, result="provider_gone", retry_at=None)
        try:
            done = await service.log_out(session)
        except UpstreamRefusedError as error:
            return Outcome(delivered=False, result=error.why, retry_at=_BACKOFF.next_try(message, now))
        result = "done" if done else "declined"
        self._note(session.provider, SessionId(message.key), result, now)
        return Outcome(delivered=done, result=result, retry_at=None)

    def _note(self, provider: str, session_id: SessionId, result: str, now: datetime) -> None:
        self.ledger.enqueue(
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.UPSTREAM_LOGGED_OUT,
                at=now,
                origin=Origin(correlation_id=new_id()),
                session_id=session_id,
                reason=result,
                details={"provider": provider},
            )
        )
