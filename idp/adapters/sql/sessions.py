"""Reads the live session of a browser with its account and the consent for one client."""

from datetime import datetime
from typing import NamedTuple

from idp.accounts.model import Account, AccountStatus, ProofState
from idp.adapters.sql.engine import Engine
from idp.adapters.sql.instants import from_micros, from_words, to_micros
from idp.adapters.sql.lookups import lookup
from idp.sessions.model import Session, SessionView


class _LiveRow(NamedTuple):
    """The columns of `_LIVE`, in its order."""

    session_id: str
    secret_hash: bytes
    person_id: str
    account_id: str
    auth_time: int
    acr: str
    amr: str
    session_created_at: int
    expires_at: int
    status: str
    proof: str
    locale: str
    account_created_at: int
    profile_sealed: bytes
    phone_sealed: bytes | None
    consented_scope: str | None


_LIVE = lookup(
    ("secret_hash", "client_id", "now"),
    """
        s.session_id, s.secret_hash, s.person_id, s.account_id, s.auth_time, s.acr, s.amr, s.created_at, s.expires_at,
        a.status, a.proof, a.locale, a.created_at, p.profile_sealed, c.sealed, o.scope
    """,
    first=("sessions", "s", "s.secret_hash = asked.secret_hash AND s.ended_at IS NULL AND s.expires_at > asked.now"),
    joins="""
        JOIN accounts a ON a.person_id = s.person_id AND a.account_id = s.account_id AND a.status = 'open'
        JOIN persons p ON p.person_id = s.person_id
        LEFT JOIN contacts c ON c.person_id = s.person_id AND c.account_id = s.account_id AND c.kind = 'phone'
        LEFT JOIN consents o ON o.person_id = s.person_id AND o.client_id = asked.client_id
    """,
)


class SqlSessions:
    """Implements `idp.sessions.ports.SessionReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def live(self, secret_hash: bytes, client_id: str, now: datetime) -> SessionView | None:
        """Return the live session of a cookie with its account and the consent for the client, or None."""
        row = await self._engine.look_up(_LIVE, (secret_hash, client_id, to_micros(now)))
        return None if row is None else _view(_LiveRow._make(row))


def _view(row: _LiveRow) -> SessionView:
    return SessionView(
        session=_session(row),
        account=_account(row),
        profile_sealed=row.profile_sealed,
        phone_sealed=row.phone_sealed,
        consented_scope=None if row.consented_scope is None else frozenset(from_words(row.consented_scope)),
    )


def _session(row: _LiveRow) -> Session:
    return Session(
        id=row.session_id,
        secret_hash=row.secret_hash,
        person_id=row.person_id,
        account_id=row.account_id,
        auth_time=from_micros(row.auth_time),
        acr=row.acr,
        amr=from_words(row.amr),
        created_at=from_micros(row.session_created_at),
        expires_at=from_micros(row.expires_at),
    )


def _account(row: _LiveRow) -> Account:
    return Account(
        id=row.account_id,
        person_id=row.person_id,
        status=AccountStatus(row.status),
        proof=ProofState(row.proof),
        locale=row.locale,
        created_at=from_micros(row.account_created_at),
    )
