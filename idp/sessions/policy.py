"""How long sessions live and rest, and how long their portals are told of the end."""

from datetime import datetime, timedelta

from idp.kernel.effects import Effect
from idp.sessions.model import KeepSession, Session

# SP 800-63B-4 2.2.3: at most 24 hours in all and an hour of rest. Half of it: a working day, then anew.
SESSION_LIFE, IDLE_LIFE = timedelta(hours=12), timedelta(hours=1)
# A counter or a library: the next person sits down soon.
SHARED_LIFE, SHARED_IDLE_LIFE = timedelta(minutes=30), timedelta(minutes=5)
# A portal that is down for an hour still learns of the logout; after that its own session has ended.
TELL_FOR = timedelta(hours=1)
_WORTH_A_WRITE = timedelta(minutes=1)


def life(*, shared: bool) -> timedelta:
    """Return how long a session lasts in all."""
    return SHARED_LIFE if shared else SESSION_LIFE


def idle_life(*, shared: bool) -> timedelta:
    """Return how long a session may rest."""
    return SHARED_IDLE_LIFE if shared else IDLE_LIFE


def kept(session: Session, now: datetime) -> tuple[Effect, ...]:
    """Return what to note because a session was used: nothing if that was noted a moment ago."""
    until = min(now + idle_life(shared=session.shared_computer), session.expires_at)
    if until - session.idle_until < _WORTH_A_WRITE:
        return ()
    return (KeepSession(session_id=session.id, person_id=session.person_id, idle_until=until),)
