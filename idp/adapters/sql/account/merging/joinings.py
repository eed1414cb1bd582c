"""Reads accounts that wait to become one, and those that were set aside."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.account.merging.joining_model import MOST_ASIDE, SET_ASIDE, DueJoining, Joining
from idp.adapters.sql.account.merging.joining_writes import JOINABLE, STANDS
from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Row, statement
from idp.imports.model import DUPLICATE
from idp.kernel.ids import AccountId, JoiningId, PersonId


class _JoiningRow(NamedTuple):
    """The columns of `_COLUMNS`, in their order."""

    id: JoiningId
    person_id: PersonId
    account_id: AccountId
    other_person_id: PersonId
    other_account_id: AccountId
    other_epoch: int
    asked_at: int
    due_at: int


_COLUMNS = "joining_id, person_id, account_id, other_person_id, other_account_id, other_epoch, asked_at, due_at"
_OPEN_OF = statement(f"""
    SELECT {_COLUMNS} FROM joinings WHERE account_id = :account_id AND ended_at IS NULL
    UNION ALL SELECT {_COLUMNS} FROM joinings WHERE other_account_id = :account_id AND ended_at IS NULL
""")  # noqa: S608 (names of ours, here as below)
_DUE = statement(f"""
    SELECT {_COLUMNS}, CASE WHEN {STANDS} THEN 1 ELSE 0 END FROM joinings
    WHERE due_at <= :at AND ended_at IS NULL ORDER BY due_at LIMIT :limit
""")  # noqa: S608
_ASIDE = statement(f"""
    SELECT a.person_id, a.account_id FROM identifiers i
    JOIN accounts a ON a.person_id = i.person_id AND a.account_id = i.account_id
    WHERE i.blind_index = :blind_index AND i.valid_to IS NOT NULL AND a.locked_for IN ('{SET_ASIDE}', '{DUPLICATE}')
    ORDER BY i.valid_to DESC LIMIT {MOST_ASIDE}
""")  # noqa: S608
_MAY = statement(f"""
    SELECT 1 FROM accounts o WHERE o.person_id = :person_id AND o.account_id = :account_id AND {JOINABLE}
""")  # noqa: S608


class SqlJoinings:
    """Implements `idp.account.merging.joining_model.JoiningReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def open_of(self, account_id: AccountId) -> Joining | None:
        """Return what an account is part of, on either side."""
        rows = await self._engine.read(_OPEN_OF, {"account_id": account_id})
        return _joining(rows[0]) if rows else None

    async def due(self, now: datetime, limit: int) -> Sequence[DueJoining]:
        """Return up to `limit` that have waited long enough."""
        rows = await self._engine.read(_DUE, {"at": to_micros(now), "limit": limit})
        return [DueJoining(joining=_joining(row[:-1]), stands=bool(row[-1])) for row in rows]

    async def aside(self, number_index: bytes) -> Sequence[tuple[PersonId, AccountId]]:
        """Return person and account of those that wait without their number."""
        rows = await self._engine.read(_ASIDE, {"blind_index": number_index})
        return [(PersonId(str(person_id)), AccountId(str(account_id))) for person_id, account_id in rows]

    async def may_join(self, person_id: PersonId, account_id: AccountId) -> bool:
        """Say whether nothing keeps an account from being joined."""
        return bool(await self._engine.read(_MAY, {"person_id": person_id, "account_id": account_id}))


def _joining(row: Row) -> Joining:
    one = _JoiningRow._make(row)
    return Joining(
        id=one.id,
        person_id=one.person_id,
        account_id=one.account_id,
        other_person_id=one.other_person_id,
        other_account_id=one.other_account_id,
        other_epoch=one.other_epoch,
        asked_at=from_micros(one.asked_at),
        due_at=from_micros(one.due_at),
    )
