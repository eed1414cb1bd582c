"""Reads contacts that wait to take their place, and what they replaced."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.account.model import SealedValue
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Row, statement
from idp.factors.change_model import ContactChange
from idp.factors.contacts.model import ContactKind
from idp.kernel.ids import AccountId, ContactChangeId, PersonId


class _ChangeRow(NamedTuple):
    """The columns of `_COLUMNS`, in their order."""

    change_id: ContactChangeId
    person_id: PersonId
    account_id: AccountId
    kind: str
    blind_index: bytes | None
    sealed: bytes | None
    replaced_index: bytes | None
    replaced_sealed: bytes | None
    since: int
    settles_at: int
    pending_until: int
    settled_at: int | None


_COLUMNS = """
    change_id, person_id, account_id, kind, blind_index, sealed, replaced_index, replaced_sealed, since, settles_at,
    pending_until, settled_at
"""
_OF_ACCOUNT = statement(f"""
    SELECT {_COLUMNS} FROM contact_changes
    WHERE person_id = :person_id AND account_id = :account_id ORDER BY since, change_id
""")  # noqa: S608 (names of ours, here as below)
_DUE = statement(f"""
    SELECT {_COLUMNS} FROM contact_changes
    WHERE pending_until <= :now AND settled_at IS NULL ORDER BY pending_until LIMIT :limit
""")  # noqa: S608


class SqlContactChanges:
    """Implements `idp.factors.change_model.ChangeReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Sequence[ContactChange]:
        """Return the changes that wait or may still be taken back, oldest first."""
        rows = await self._engine.read(_OF_ACCOUNT, {"person_id": person_id, "account_id": account_id})
        return [_change(row) for row in rows]

    async def due(self, now: datetime, limit: int) -> Sequence[ContactChange]:
        """Return up to `limit` changes that have waited long enough."""
        return [_change(row) for row in await self._engine.read(_DUE, {"now": to_micros(now), "limit": limit})]


def _change(found: Row) -> ContactChange:
    row = _ChangeRow._make(found)
    kind: ContactKind = "email" if row.kind == "email" else "phone"
    return ContactChange(
        id=row.change_id,
        person_id=row.person_id,
        account_id=row.account_id,
        kind=kind,
        contact=_sealed(row.blind_index, row.sealed),
        since=from_micros(row.since),
        settles_at=from_micros(row.settles_at),
        pending_until=from_micros(row.pending_until),
        replaced=_sealed(row.replaced_index, row.replaced_sealed),
        settled_at=from_micros_or_none(row.settled_at),
    )


def _sealed(index: bytes | None, sealed: bytes | None) -> SealedValue | None:
    return SealedValue(bytes(index), bytes(sealed)) if index is not None and sealed is not None else None
