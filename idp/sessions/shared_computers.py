"""Sessions on a shared computer end at their idle timeout: nobody pressed the button, and the next
person has sat down.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, PersonId, SessionId, new_id
from idp.sessions.model import EndSession, TellPortals
from idp.sessions.policy import TELL_FOR

REASON = "rested_on_shared_computer"
# The use of a session is noted in batches: one that was used a moment ago may still read as idle.
_MARGIN = timedelta(seconds=10)


class IdleSession(Struct, frozen=True):
    """A session by its ids: nothing else is asked of it."""

    person_id: PersonId
    session_id: SessionId


class IdleSessions(Protocol):
    """Finds idle sessions."""

    async def idle_on_shared(self, before: datetime, limit: int) -> Sequence[IdleSession]:
        """Return up to `limit` sessions on shared computers whose rest was over before an instant."""


class SharedIdleTimeout(Struct, frozen=True):
    """Ends them and tells their portals. Any number of processes may do this: each session is claimed by one."""

    reader: IdleSessions
    ledger: Ledger
    clock: Clock

    async def run(self, limit: int) -> int:
        """End up to `limit` sessions and return how many."""
        now = self.clock.now()
        return sum([await self._end(one, now) for one in await self.reader.idle_on_shared(now - _MARGIN, limit)])

    async def _end(self, idle: IdleSession, now: datetime) -> bool:
        return await self.ledger.commit(*ending(idle, now, REASON))


def ending(session: IdleSession, now: datetime, reason: str) -> tuple[Effect, ...]:
    """Return the end of a session that nobody ended: the claim, its portals' notices, the event."""
    return (
        EndSession(session_id=session.session_id, person_id=session.person_id, at=now, reason=reason),
        TellPortals(session_id=session.session_id, person_id=session.person_id, at=now, gives_up_at=now + TELL_FOR),
        RecordEvent(
            id=EventId(new_id()),
            name=EventName.SESSION_ENDED,
            at=now,
            origin=Origin(new_id()),
            person_id=session.person_id,
            session_id=session.session_id,
            reason=reason,
        ),
    )
