"""Reads passkeys."""

from collections.abc import Sequence
from typing import NamedTuple

from idp.account.model import Account, AccountKind, AccountStatus, ProofState
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, from_words
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.lookups import lookup
from idp.adapters.sql.engine.statements import Row, statement
from idp.factors.passkey.credentials import OwnedPasskey, Passkey
from idp.kernel.ids import AccountId, PersonId

_KEY_COLUMNS = """
    k.person_id, k.account_id, k.credential_id, k.public_key, k.sign_count, k.transports, k.backup_eligible,
    k.backed_up, k.label_sealed, k.created_at, k.last_used_at, k.pending_until
"""


class _KeyRow(NamedTuple):
    """The columns of `_KEY_COLUMNS`, in their order."""

    person_id: PersonId
    account_id: AccountId
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: str
    backup_eligible: int
    backed_up: int
    label_sealed: bytes
    created_at: int
    last_used_at: int | None
    pending_until: int


class _AccountRow(NamedTuple):
    """The columns that `_BY_CREDENTIAL` reads after those of the key."""

    status: str
    proof: str
    locale: str
    created_at: int
    proved_at: int | None
    two_steps: int
    account_kind: str
    phone_sealed: bytes | None
    email_sealed: bytes | None


_KEY_WIDTH = len(_KeyRow._fields)
_BY_CREDENTIAL = lookup(
    ("credential_id",),
    f"""
        {_KEY_COLUMNS}, a.status, a.proof, a.locale, a.created_at, a.proved_at, a.two_steps, a.account_kind,
        c.sealed, e.sealed
    """,
    first=("passkeys", "k", "k.credential_id = asked.credential_id"),
    joins="""
    JOIN accounts a ON a.person_id = k.person_id AND a.account_id = k.account_id
    LEFT JOIN contacts c ON c.person_id = a.person_id AND c.account_id = a.account_id AND c.kind = 'phone'
    LEFT JOIN contacts e ON e.person_id = a.person_id AND e.account_id = a.account_id AND e.kind = 'email'
    """,
)
_OF_ACCOUNT = statement(
    f"SELECT {_KEY_COLUMNS} FROM passkeys k "  # noqa: S608 (a constant of this module)
    "WHERE k.person_id = :person_id AND k.account_id = :account_id ORDER BY k.created_at, k.credential_id"
)


class SqlPasskeys:
    """Implements `idp.factors.passkey.credentials.PasskeyReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def by_credential(self, credential_id: bytes) -> OwnedPasskey | None:
        """Return the passkey with this credential id and whose it is, whatever the state of the account."""
        row = await self._engine.look_up(_BY_CREDENTIAL, (credential_id,))
        if row is None:
            return None
        passkey, account = _passkey(row[:_KEY_WIDTH]), _AccountRow._make(row[_KEY_WIDTH:])
        return OwnedPasskey(passkey, _account(passkey, account), account.phone_sealed, account.email_sealed)

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Sequence[Passkey]:
        """Return the passkeys of an account, oldest first."""
        rows = await self._engine.read(_OF_ACCOUNT, {"person_id": person_id, "account_id": account_id})
        return [_passkey(row) for row in rows]


def _passkey(columns: Row) -> Passkey:
    row = _KeyRow._make(columns)
    return Passkey(
        person_id=row.person_id,
        account_id=row.account_id,
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        transports=from_words(row.transports),
        backup_eligible=bool(row.backup_eligible),
        backed_up=bool(row.backed_up),
        label_sealed=row.label_sealed,
        created_at=from_micros(row.created_at),
        last_used_at=from_micros_or_none(row.last_used_at),
        pending_until=from_micros_or_none(row.pending_until or None),
    )


def _account(passkey: Passkey, row: _AccountRow) -> Account:
    return Account(
        id=passkey.account_id,
        person_id=passkey.person_id,
        status=AccountStatus(row.status),
        proof=ProofState(row.proof),
        locale=row.locale,
        created_at=from_micros(row.created_at),
        proved_at=from_micros_or_none(row.proved_at),
        two_steps=bool(row.two_steps),
        kind=AccountKind(row.account_kind),
    )
