"""Reads recoveries, and why an account is locked."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.account.model import SealedValue
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, statement
from idp.kernel.ids import AccountId, PersonId, RecoveryId
from idp.recovery.model import Recovery, RecoveryMethod, Standing


class _RecoveryRow(NamedTuple):
    """The columns of `_COLUMNS`, in their order."""

    recovery_id: RecoveryId
    person_id: PersonId
    account_id: AccountId
    way: str
    reference_hash: bytes
    phone_index: bytes | None
    phone_sealed: bytes | None
    started_at: int
    ready_at: int
    ends_at: int
    cancelled_at: int | None
    finished_at: int | None
    assisted_by: str | None
    standing: int
    second_needed: bool
    seconded_by: str | None
    behind_since: int | None


_COLUMNS = """
    r.recovery_id, r.person_id, r.account_id, r.way, r.reference_hash, r.phone_index, r.phone_sealed,
    r.started_at, r.ready_at, r.ends_at, r.cancelled_at, r.finished_at, r.assisted_by, r.standing,
    r.second_needed, r.seconded_by, r.behind_since
"""
_OPEN = "r.cancelled_at IS NULL AND r.finished_at IS NULL AND r.ends_at > :now"
_BY_REFERENCE = statement(f"SELECT {_COLUMNS} FROM recoveries r WHERE r.reference_hash = :reference_hash")  # noqa: S608 (constants, here and below)
_BY_ID = statement(
    f"SELECT {_COLUMNS} FROM recoveries r WHERE r.person_id = :person_id AND r.recovery_id = :recovery_id"  # noqa: S608
)
_OPEN_OF = statement(f"""
    SELECT {_COLUMNS} FROM recoveries r
    WHERE r.person_id = :person_id AND r.account_id = :account_id AND {_OPEN} ORDER BY r.recovery_id DESC
""")  # noqa: S608
# Those of nobody have no account, and nobody to remind.
_WAITING = statement(f"""
    SELECT {_COLUMNS} FROM recoveries r
    JOIN accounts a ON a.person_id = r.person_id AND a.account_id = r.account_id
    WHERE r.way IN ('waiting', 'assisted') AND {_OPEN} AND r.ready_at > :now AND r.started_at <= :until
      AND r.recovery_id > :after_id
    ORDER BY r.recovery_id LIMIT :limit
""")  # noqa: S608
_LOCKED_FOR = statement(
    "SELECT locked_for FROM accounts WHERE person_id = :person_id AND account_id = :account_id AND status = 'locked'"
)


class SqlRecoveries:
    """Implements `idp.recovery.ports.RecoveryReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def by_reference(self, reference_hash: bytes) -> Recovery | None:
        """Return the recovery with this reference, open or over."""
        return _first(await self._engine.read(_BY_REFERENCE, {"reference_hash": reference_hash}))

    async def by_id(self, person_id: PersonId, recovery_id: RecoveryId) -> Recovery | None:
        """Return one recovery, open or over."""
        return _first(await self._engine.read(_BY_ID, {"person_id": person_id, "recovery_id": recovery_id}))

    async def open_of(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Recovery | None:
        """Return the open recovery of an account."""
        key: Parameters = {"person_id": person_id, "account_id": account_id, "now": to_micros(now)}
        return _first(await self._engine.read(_OPEN_OF, key))

    async def waiting(self, begun_before: datetime, now: datetime, after_id: str, limit: int) -> Sequence[Recovery]:
        """Return up to `limit` recoveries of accounts that still wait and began before an instant, in order of id."""
        span: Parameters = {
            "until": to_micros(begun_before),
            "now": to_micros(now),
            "after_id": after_id,
            "limit": limit,
        }
        return [_recovery(row) for row in await self._engine.read(_WAITING, span)]

    async def locked_for(self, person_id: PersonId, account_id: AccountId) -> str | None:
        """Return why an account is locked; None if it is not, or was before reasons were kept."""
        rows = await self._engine.read(_LOCKED_FOR, {"person_id": person_id, "account_id": account_id})
        return None if not rows or rows[0][0] is None else str(rows[0][0])


def _first(rows: Sequence[Row]) -> Recovery | None:
    return _recovery(rows[0]) if rows else None


def _recovery(found: Row) -> Recovery:
    row = _RecoveryRow._make(found)
    phone = None
    if row.phone_index is not None and row.phone_sealed is not None:
        phone = SealedValue(bytes(row.phone_index), bytes(row.phone_sealed))
    return Recovery(
        id=row.recovery_id,
        person_id=row.person_id,
        account_id=row.account_id,
        way=RecoveryMethod(row.way),
        reference_hash=bytes(row.reference_hash),
        phone=phone,
        started_at=from_micros(row.started_at),
        ready_at=from_micros(row.ready_at),
        ends_at=from_micros(row.ends_at),
        cancelled_at=from_micros_or_none(row.cancelled_at),
        finished_at=from_micros_or_none(row.finished_at),
        assisted_by=row.assisted_by,
        standing=Standing(row.standing),
        second_needed=bool(row.second_needed),
        seconded_by=row.seconded_by,
        behind_since=from_micros_or_none(row.behind_since),
    )
