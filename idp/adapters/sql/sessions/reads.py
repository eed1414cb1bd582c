"""Reads the live session of a browser with its account and the consent for one client."""

from datetime import datetime
from typing import NamedTuple

from clients.model import ClientId
from idp.account.model import Account, AccountKind, AccountStatus, ProofState
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, from_words, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.lookups import lookup
from idp.adapters.sql.factors.enrolled import ENROLLED_COLUMNS, enrolled
from idp.adapters.sql.officers.standing import may_act
from idp.adapters.sql.sessions.acting import ACTING_COLUMNS, ACTING_JOINS, ActingRow, acting_view, standing
from idp.kernel.ids import AccountId, DeviceId, MandateId, PersonId, SessionId
from idp.sessions.model import Session, SessionView
from idp.sign_in.levels import SMS


class _LiveRow(NamedTuple):
    """The columns of `_LIVE`, in its order."""

    session_id: SessionId
    secret_hash: bytes
    person_id: PersonId
    account_id: AccountId
    auth_time: int
    acr: str
    amr: str
    session_created_at: int
    expires_at: int
    factor_at: int
    idle_until: int
    shared_computer: int
    device_id: DeviceId | None
    browser: str
    address: str
    mandate_id: MandateId | None
    acting_chosen_at: int | None
    assistance_sealed: bytes | None
    upstream_sealed: bytes | None
    shown: str
    status: str
    proof: str
    locale: str
    account_created_at: int
    proved_at: int | None
    two_steps: int
    account_kind: str
    profile_sealed: bytes
    phone_sealed: bytes | None
    email_sealed: bytes | None
    phone_rests_until: int | None
    has_one_time_password: int
    passkeys: int
    consented_scope: str | None
    subject_id: PersonId | None
    may_act: int
    holds_mandates: int
    mandate_stands: int | None


_WIDTH = len(_LiveRow._fields)
_ALIVE = """
    s.secret_hash = asked.secret_hash AND s.ended_at IS NULL AND s.expires_at > asked.now AND s.idle_until > asked.now
"""
_HOLDS_MANDATES = f"EXISTS (SELECT 1 FROM mandates h WHERE h.actor_id = s.person_id AND {standing('h', 'asked.now')})"  # noqa: S608
# Judged beside the joins, not in them: the plan then probes the one row by its key, and compares nothing row by row.
_MAY_ACT = may_act("a", "asked.now")
_MANDATE_STANDS = f"m.actor_id = s.person_id AND {standing('m', 'asked.now')}"
_LIVE = lookup(
    ("secret_hash", "client_id", "now", "sector"),
    """
        s.session_id, s.secret_hash, s.person_id, s.account_id, s.auth_time, s.acr, s.amr, s.created_at, s.expires_at,
        s.factor_at, s.idle_until, s.shared_computer, s.device_id, s.browser, s.address, s.mandate_id,
        s.acting_chosen_at, s.assistance_sealed, s.upstream_sealed, s.shown,
        a.status, a.proof, a.locale, a.created_at, a.proved_at, a.two_steps, a.account_kind,
        p.profile_sealed, c.sealed, e.sealed, a.phone_rests_until,
    """
    + ENROLLED_COLUMNS
    + f", o.scope, x.subject_id, {_MAY_ACT}, {_HOLDS_MANDATES}, {_MANDATE_STANDS}, {ACTING_COLUMNS}",
    first=("sessions", "s", _ALIVE),
    joins=f"""
        JOIN accounts a ON a.person_id = s.person_id AND a.account_id = s.account_id AND a.status = 'open'
        JOIN persons p ON p.person_id = s.person_id
        LEFT JOIN contacts c ON c.person_id = s.person_id AND c.account_id = s.account_id AND c.kind = 'phone'
        LEFT JOIN contacts e ON e.person_id = s.person_id AND e.account_id = s.account_id AND e.kind = 'email'
        LEFT JOIN consents o ON o.person_id = s.person_id AND o.client_id = asked.client_id
        LEFT JOIN subject_aliases x ON x.person_id = s.person_id AND x.sector = asked.sector
        LEFT JOIN mandates m ON m.mandate_id = s.mandate_id
        {ACTING_JOINS}
    """,
)


class SqlSessions:
    """Implements `idp.sessions.ports.SessionReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def live(
        self, secret_hash: bytes, client_id: ClientId, now: datetime, sector: str = ""
    ) -> SessionView | None:
        """Return the live session of a cookie with its account and the consent for the client, or None."""
        row = await self._engine.look_up(_LIVE, (secret_hash, client_id, to_micros(now), sector))
        if row is None:
            return None
        live = _LiveRow._make(row[:_WIDTH])
        return _view(live, ActingRow._make(row[_WIDTH:]), now) if live.may_act else None


def _view(row: _LiveRow, acting: ActingRow, now: datetime) -> SessionView:
    rests_until = from_micros_or_none(row.phone_rests_until)
    return SessionView(
        session=_session(row),
        account=_account(row),
        profile_sealed=row.profile_sealed,
        phone_sealed=row.phone_sealed,
        email_sealed=row.email_sealed,
        enrolled=enrolled(row.phone_sealed, row.has_one_time_password, row.passkeys),
        resting=frozenset({SMS}) if rests_until is not None and now < rests_until else frozenset(),
        consented_scope=None if row.consented_scope is None else frozenset(from_words(row.consented_scope)),
        subject_id=row.subject_id,
        acting=acting_view(acting) if row.mandate_stands else None,
        holds_mandates=bool(row.holds_mandates),
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
        factor_at=from_micros(row.factor_at),
        idle_until=from_micros(row.idle_until),
        shared_computer=bool(row.shared_computer),
        device_id=row.device_id,
        browser=row.browser,
        address=row.address,
        mandate_id=row.mandate_id,
        acting_chosen_at=from_micros_or_none(row.acting_chosen_at),
        assistance_sealed=row.assistance_sealed,
        upstream_sealed=row.upstream_sealed,
        shown=tuple(_shown(word) for word in from_words(row.shown)),
    )


def _shown(word: str) -> tuple[str, datetime]:
    factor, _, at = word.partition(":")
    return factor, from_micros(int(at))


def _account(row: _LiveRow) -> Account:
    return Account(
        id=row.account_id,
        person_id=row.person_id,
        status=AccountStatus(row.status),
        proof=ProofState(row.proof),
        locale=row.locale,
        created_at=from_micros(row.account_created_at),
        proved_at=from_micros_or_none(row.proved_at),
        two_steps=bool(row.two_steps),
        kind=AccountKind(row.account_kind),
    )
