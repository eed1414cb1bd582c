"""Finds accounts for support by a blind index or an account's id, and reads what is shown of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.account.people import AccountKey, Identifier, OpenRecovery, PersonRecord
from idp.adapters.sql.account.account_rows import account_of
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, statement
from idp.kernel.ids import AccountId, PersonId
from idp.recovery.model import RecoveryMethod

_BY_NUMBER = statement("""
    SELECT person_id, account_id FROM identifiers WHERE blind_index = :blind_index AND valid_to IS NULL
    ORDER BY account_id LIMIT :limit
""")
_BY_CONTACT = statement("""
    SELECT person_id, account_id FROM contacts WHERE blind_index = :blind_index AND kind = :kind
    ORDER BY account_id LIMIT :limit
""")
_BY_ID = statement("SELECT person_id, account_id FROM accounts WHERE account_id = :account_id")

_OF = "{0}.person_id = a.person_id AND {0}.account_id = a.account_id"


def _count(table: str, alias: str, live: str = "") -> str:
    return f"(SELECT count(*) FROM {table} {alias} WHERE {_OF.format(alias)}{live})"  # noqa: S608 (constants, here and below)


# A closed account has lost its rows beside: it is found nowhere but by its id, and shown to nobody.
_RECORD = statement(f"""
    SELECT a.account_id, a.person_id, a.status, a.proof, a.locale, a.created_at, a.proved_at, a.two_steps,
        a.account_kind, a.locked_for, p.profile_sealed, i.sealed, c.sealed, e.sealed, a.phone_rests_until,
        w.failures, w.retry_at,
        {_count("passkeys", "k")}, {_count("totp_secrets", "t")},
        {_count("recovery_codes", "s", " AND s.used_at IS NULL")},
        {_count("upstream_links", "u")},
        {_count("sessions", "l", " AND l.ended_at IS NULL AND l.expires_at > :now AND l.idle_until > :now")},
        {_count("grants", "g", " AND g.revoked_at IS NULL AND g.expires_at > :now")},
        (SELECT max(auth_time) FROM sessions x WHERE {_OF.format("x")}),
        r.way, r.started_at, r.ready_at, r.ends_at
    FROM accounts a
    JOIN persons p ON p.person_id = a.person_id
    LEFT JOIN passwords w ON {_OF.format("w")}
    LEFT JOIN identifiers i ON {_OF.format("i")} AND i.valid_to IS NULL
    LEFT JOIN contacts c ON {_OF.format("c")} AND c.kind = 'phone'
    LEFT JOIN contacts e ON {_OF.format("e")} AND e.kind = 'email'
    LEFT JOIN recoveries r ON {_OF.format("r")}
        AND r.cancelled_at IS NULL AND r.finished_at IS NULL AND r.ends_at > :now
    WHERE a.person_id = :person_id AND a.account_id = :account_id
    ORDER BY r.recovery_id DESC LIMIT 1
""")  # noqa: S608


class _Row(NamedTuple):
    """The columns of `_RECORD`, in their order."""

    account_id: AccountId
    person_id: PersonId
    status: str
    proof: str
    locale: str
    created_at: int
    proved_at: int | None
    two_steps: int
    account_kind: str
    locked_for: str | None
    profile_sealed: bytes
    number_sealed: bytes | None
    phone_sealed: bytes | None
    email_sealed: bytes | None
    phone_rests_until: int | None
    failures: int | None
    retry_at: int | None
    passkeys: int
    totp_secrets: int
    recovery_codes: int
    upstream_links: int
    sessions: int
    grants: int
    last_auth_time: int | None
    way: str | None
    started_at: int | None
    ready_at: int | None
    ends_at: int | None


class SqlPeople:
    """Implements `idp.account.people.PeopleReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def with_value(self, kind: Identifier, index: bytes, limit: int) -> Sequence[AccountKey]:
        """Return up to `limit` accounts that have a value now, by its blind index."""
        asked: Parameters = {"blind_index": index, "kind": kind, "limit": limit}
        if kind == "number":
            asked = {"blind_index": index, "limit": limit}
        rows = await self._engine.read(_BY_NUMBER if kind == "number" else _BY_CONTACT, asked)
        return [AccountKey(PersonId(str(person_id)), AccountId(str(account_id))) for person_id, account_id in rows]

    async def with_account_id(self, account_id: AccountId) -> AccountKey | None:
        """Return the account with this id."""
        rows = await self._engine.read(_BY_ID, {"account_id": account_id})
        return AccountKey(PersonId(str(rows[0][0])), AccountId(str(rows[0][1]))) if rows else None

    async def record(self, key: AccountKey, now: datetime) -> PersonRecord | None:
        """Return one account. One read."""
        asked: Parameters = {"person_id": key.person_id, "account_id": key.account_id, "now": to_micros(now)}
        rows = await self._engine.read(_RECORD, asked)
        return _record(rows[0]) if rows else None


def _record(found: Row) -> PersonRecord:
    row = _Row._make(found)
    return PersonRecord(
        account=account_of(row),
        locked_for=row.locked_for,
        profile_sealed=row.profile_sealed,
        number_sealed=row.number_sealed,
        phone_sealed=row.phone_sealed,
        email_sealed=row.email_sealed,
        phone_rests_until=from_micros_or_none(row.phone_rests_until),
        wrong_passwords=row.failures or 0,
        next_try_at=from_micros_or_none(row.retry_at),
        passkeys=row.passkeys,
        has_authenticator_app=bool(row.totp_secrets),
        recovery_codes=row.recovery_codes,
        upstream_links=row.upstream_links,
        sessions=row.sessions,
        grants=row.grants,
        last_sign_in_at=from_micros_or_none(row.last_auth_time),
        recovery=_recovery(row),
    )


def _recovery(row: _Row) -> OpenRecovery | None:
    if row.way is None or row.started_at is None or row.ready_at is None or row.ends_at is None:
        return None
    return OpenRecovery(
        RecoveryMethod(row.way), from_micros(row.started_at), from_micros(row.ready_at), from_micros(row.ends_at)
    )
