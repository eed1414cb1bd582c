"""When registers are asked again about whom they named; kept with each mandate, so that it moves where that moves."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, statement
from idp.adapters.sql.engine.writes import write
from idp.delegation.check_model import DueCheck, SetCheck
from idp.delegation.model import MandateKind


class _DueRow(NamedTuple):
    """The columns of `_DUE`, in their order."""

    principal_id: str
    failures: int
    silent_since: int | None
    lowered: int
    rests: int


_DUE = statement("""
    SELECT principal_id, MAX(check_failures), MIN(silent_since),
           MAX(CASE WHEN lowered_from IS NULL THEN 0 ELSE 1 END),
           MAX(CASE WHEN suspended_why = 'silence' THEN 1 ELSE 0 END)
    FROM mandates
    WHERE kind = :kind AND ended_at IS NULL AND check_at <= :now
    GROUP BY principal_id ORDER BY MIN(check_at), principal_id LIMIT :limit
""")
_SET = statement("""
    UPDATE mandates SET check_at = :due_at, check_failures = :failures, silent_since = :silent_since
    WHERE principal_id = :principal_id AND kind = :kind AND ended_at IS NULL
""")


class SqlMandateChecks:
    """Implements `idp.delegation.check_model.MandateChecks`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def due(self, kind: MandateKind, now: datetime, limit: int) -> Sequence[DueCheck]:
        """Return the principals of mandates of a kind whose time has come, the longest due first."""
        asked: Parameters = {"kind": kind.value, "now": to_micros(now), "limit": limit}
        rows = await self._engine.read(_DUE, asked)
        return [_due(row) for row in rows]


def _due(row: Row) -> DueCheck:
    found = _DueRow._make(row)
    return DueCheck(
        found.principal_id,
        found.failures,
        from_micros_or_none(found.silent_since),
        lowered=bool(found.lowered),
        rests=bool(found.rests),
    )


MANDATE_CHECK_WRITES = dict([write(SetCheck, _SET)])
