"""Reads accounts with all that password sign-in needs of them."""

from datetime import datetime
from typing import NamedTuple

from idp.account.model import PasswordRecord, SignInRecord
from idp.adapters.sql.account.account_rows import account_of
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.lookups import lookup
from idp.adapters.sql.engine.statements import Row
from idp.adapters.sql.factors.enrolled import ENROLLED_COLUMNS, enrolled
from idp.adapters.sql.factors.phone_ages import phone_age
from idp.kernel.ids import AccountId, PersonId


class _SignInRow(NamedTuple):
    """The columns of `_COLUMNS`, in their order."""

    account_id: AccountId
    person_id: PersonId
    status: str
    proof: str
    locale: str
    created_at: int
    proved_at: int | None
    two_steps: int
    account_kind: str
    password_hash: str
    failures: int
    retry_at: int | None
    short: int
    phone_sealed: bytes | None
    email_sealed: bytes | None
    profile_sealed: bytes
    has_one_time_password: int
    passkeys: int
    epoch: int
    two_steps_from: int
    one_time_password_from: int | None
    recovery_codes_from: int | None
    passkey_from: int | None
    erase_at: int | None
    imported_at: int | None
    phone_confirmed_at: int | None
    phone_asked_at: int | None


_COLUMNS = f"""
    a.account_id, a.person_id, a.status, a.proof, a.locale, a.created_at, a.proved_at, a.two_steps, a.account_kind,
    w.password_hash, w.failures, w.retry_at, w.short, c.sealed, e.sealed, p.profile_sealed,
    {ENROLLED_COLUMNS}, a.epoch, a.two_steps_from,
    (SELECT MIN(t.pending_until) FROM totp_secrets t WHERE t.person_id = a.person_id AND t.account_id = a.account_id),
    (SELECT MIN(r.pending_until) FROM recovery_codes r
     WHERE r.person_id = a.person_id AND r.account_id = a.account_id AND r.used_at IS NULL),
    (SELECT MIN(k.pending_until) FROM passkeys k WHERE k.person_id = a.person_id AND k.account_id = a.account_id),
    a.erase_at, a.imported_at, COALESCE(c.last_confirmed_at, c.confirmed_at), c.asked_again_at
"""  # noqa: S608 (a constant)
_BESIDE_ACCOUNT = """
    JOIN persons p ON p.person_id = a.person_id
    JOIN passwords w ON w.person_id = a.person_id AND w.account_id = a.account_id
    LEFT JOIN contacts c ON c.person_id = a.person_id AND c.account_id = a.account_id AND c.kind = 'phone'
    LEFT JOIN contacts e ON e.person_id = a.person_id AND e.account_id = a.account_id AND e.kind = 'email'
"""

# A number without an account reads the account whose index comes next, so that its answer takes no less time (EN-1).
_AT_OR_AFTER = """
    i.valid_to IS NULL AND i.blind_index = (
        SELECT n.blind_index FROM identifiers n
        WHERE n.blind_index >= asked.blind_index AND n.valid_to IS NULL ORDER BY n.blind_index LIMIT 1)
"""
_BY_NUMBER = lookup(
    ("blind_index",),
    f"i.blind_index = asked.blind_index, {_COLUMNS}",
    first=("identifiers", "i", _AT_OR_AFTER),
    joins=f"JOIN accounts a ON a.person_id = i.person_id AND a.account_id = i.account_id {_BESIDE_ACCOUNT}",
)

_BY_ID = lookup(
    ("person_id", "account_id"),
    _COLUMNS,
    first=("accounts", "a", "a.person_id = asked.person_id AND a.account_id = asked.account_id"),
    joins=_BESIDE_ACCOUNT,
)
_OPEN_OF_PERSON = lookup(
    ("person_id",),
    _COLUMNS,
    first=("accounts", "a", "a.person_id = asked.person_id AND a.status = 'open'"),
    joins=_BESIDE_ACCOUNT,
)


class SqlAccounts:
    """Implements `idp.account.ports.AccountReader` and `idp.delegation.ports.PersonReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def for_sign_in(self, number_index: bytes) -> SignInRecord | None:
        """Return the account that the personal number with this blind index signs in to.

        None takes as long as an account: the row of another is read, and thrown away here (EN-1).
        """
        record, _ = await self.for_password(number_index)
        return record

    async def for_password(self, number_index: bytes) -> tuple[SignInRecord | None, str | None]:
        """Return the account, or None with the password hash of the account that is next to it."""
        found = await self._engine.look_up(_BY_NUMBER, (number_index,))
        if found is None:
            return None, None
        its_own, *row = found
        record = _record(row)
        return (record if its_own else None), record.password.hash

    async def by_id(self, person_id: PersonId, account_id: AccountId) -> SignInRecord | None:
        """Return one account."""
        found = await self._engine.look_up(_BY_ID, (person_id, account_id))
        return None if found is None else _record(found)

    async def open_account_of(self, person_id: PersonId) -> SignInRecord | None:
        """Return the open account of a person, or None."""
        found = await self._engine.look_up(_OPEN_OF_PERSON, (person_id,))
        return None if found is None else _record(found)


def _record(found: Row) -> SignInRecord:
    row = _SignInRow._make(found)
    account = account_of(row)
    password = PasswordRecord(
        hash=row.password_hash,
        failures=row.failures,
        retry_at=from_micros_or_none(row.retry_at),
        short=bool(row.short),
    )
    return SignInRecord(
        account,
        password,
        phone_sealed=row.phone_sealed,
        profile_sealed=row.profile_sealed,
        email_sealed=row.email_sealed,
        enrolled=enrolled(row.phone_sealed, row.has_one_time_password, row.passkeys),
        protected_from=_protected_from(row),
        epoch=row.epoch,
        erase_at=from_micros_or_none(row.erase_at),
        imported=row.imported_at is not None,
        phone_age=phone_age(row.phone_confirmed_at, row.phone_asked_at),
    )


def _protected_from(row: _SignInRow) -> datetime | None:
    begins = [row.one_time_password_from, row.recovery_codes_from, row.passkey_from]
    begins += [row.two_steps_from] if row.two_steps else []
    found = [one for one in begins if one is not None]
    return from_micros(min(found)) if found else None
