"""When registers are asked again about whom they named; kept with each mandate, so that it moves where that moves."""

from collections.abc import Sequence
from datetime import datetime

from idp.accounts.acting import MandateKind
from idp.accounts.mandate_checks import DueCheck, SetCheck
from idp.adapters.sql.engine import Engine
from idp.adapters.sql.instants import to_micros
from idp.adapters.sql.statements import Parameters, statement
from idp.adapters.sql.writes import write

_DUE = statement("""
    SELECT principal_id, MAX(check_failures) FROM mandates
    WHERE kind = :kind AND ended_at IS NULL AND check_at <= :now
    GROUP BY principal_id ORDER BY MIN(check_at), principal_id LIMIT :limit
""")
_SET = statement("""
    UPDATE mandates SET check_at = :due_at, check_failures = :failures
    WHERE principal_id = :principal_id AND kind = :kind AND ended_at IS NULL
""")


class SqlMandateChecks:
    """Implements `idp.accounts.mandate_checks.MandateChecks`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def due(self, kind: MandateKind, now: datetime, limit: int) -> Sequence[DueCheck]:
        """Return the principals of mandates of a kind whose time has come, the longest due first."""
        asked: Parameters = {"kind": kind.value, "now": to_micros(now), "limit": limit}
        rows = await self._engine.read(_DUE, asked)
        return [DueCheck(str(principal_id), int(str(failures))) for principal_id, failures in rows]


def _set(effect: SetCheck) -> Parameters:
    return {
        "principal_id": effect.principal_id,
        "kind": effect.kind.value,
        "due_at": to_micros(effect.due_at),
        "failures": effect.failures,
    }


MANDATE_CHECK_WRITES = dict([write(SetCheck, _set, _SET)])
