"""Reads the live sessions of one account for its person."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, statement
from idp.kernel.ids import AccountId, PersonId, SessionId
from idp.sessions.expired import ExpiredSession
from idp.sessions.own_sessions import OwnSession
from idp.sessions.policy import idle_life
from idp.sessions.shared_computers import IdleSession


class _SessionRow(NamedTuple):
    """The columns of `_SESSIONS`, in its order."""

    session_id: SessionId
    browser: str
    address: str
    created_at: int
    auth_time: int
    idle_until: int
    expires_at: int
    acr: str
    shared_computer: int


class _ExpiredRow(NamedTuple):
    """The columns of `_EXPIRED`, in its order."""

    person_id: PersonId
    session_id: SessionId
    expires_at: int


_SESSIONS = statement("""
    SELECT session_id, browser, address, created_at, auth_time, idle_until, expires_at, acr, shared_computer
    FROM sessions
    WHERE person_id = :person_id AND account_id = :account_id
      AND ended_at IS NULL AND expires_at > :now AND idle_until > :now
    ORDER BY idle_until DESC, session_id DESC
""")

_RESTED = statement("""
    SELECT person_id, session_id FROM sessions
    WHERE shared_computer AND ended_at IS NULL AND idle_until < :until ORDER BY idle_until LIMIT :limit
""")

_EXPIRED = statement("""
    SELECT person_id, session_id, expires_at FROM sessions
    WHERE expires_at >= :since AND expires_at < :until AND ended_at IS NULL ORDER BY expires_at LIMIT :limit
""")


class SqlOwnSessions:
    """Implements `idp.sessions.own_sessions.OwnSessionReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def sessions_of(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[OwnSession]:
        """Return the live sessions, the one used last first."""
        asked: Parameters = {"person_id": person_id, "account_id": account_id, "now": to_micros(now)}
        return [_session(_SessionRow._make(row)) for row in await self._engine.read(_SESSIONS, asked)]


class SqlIdleSessions:
    """Implements `idp.sessions.shared_computers.IdleSessions`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def idle_on_shared(self, before: datetime, limit: int) -> Sequence[IdleSession]:
        """Return up to `limit` sessions on shared computers whose rest was over before an instant."""
        rows = await self._engine.read(_RESTED, {"until": to_micros(before), "limit": limit})
        return [IdleSession(PersonId(str(person_id)), SessionId(str(session_id))) for person_id, session_id in rows]


class SqlExpiredSessions:
    """Implements `idp.sessions.expired.ExpiredSessionReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def expired(self, since: datetime, before: datetime, limit: int) -> Sequence[ExpiredSession]:
        """Return up to `limit` sessions that ran out and that nobody ended, the oldest first."""
        asked: Parameters = {"since": to_micros(since), "until": to_micros(before), "limit": limit}
        rows = await self._engine.read(_EXPIRED, asked)
        found = [_ExpiredRow._make(row) for row in rows]
        return [ExpiredSession(row.person_id, row.session_id, from_micros(row.expires_at)) for row in found]


def _session(row: _SessionRow) -> OwnSession:
    shared = bool(row.shared_computer)
    # The use itself is not stored, only until when the session may rest after it.
    used_at = from_micros(row.idle_until) - idle_life(shared=shared)
    return OwnSession(
        id=row.session_id,
        browser=row.browser,
        address=row.address,
        started_at=from_micros(row.created_at),
        used_at=max(used_at, from_micros(row.auth_time)),
        expires_at=from_micros(row.expires_at),
        acr=row.acr,
        shared_computer=shared,
    )
