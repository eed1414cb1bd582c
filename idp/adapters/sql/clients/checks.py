"""How clients' servers were found, and whose turn it is to try a host."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from clients.model import ClientId
from idp.adapters.sql.clients import tables as tables_checks
from idp.adapters.sql.engine.binder import Binder
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Step, insert_into, statement
from idp.admin.clients.health import CheckCause, CheckKind, CheckResult, CheckState, Judged, Target
from idp.admin.clients.health_ports import KeptCheck, LeasedHost


class _CheckRow(NamedTuple):
    """The columns of `_COLUMNS`, in their order."""

    client_id: ClientId
    kind: str
    address: str
    host: str
    state: str
    cause: str
    detail: str
    since_at: int
    worked_at: int | None
    checked_at: int
    ends_at: int | None


_COLUMNS = ", ".join(f"client_checks.{name}" for name in _CheckRow._fields)
_PLAN = insert_into(tables_checks.checked_hosts, "ON CONFLICT (host) DO NOTHING")
# As in the outbox, but beside the due time: a host that is tried on request stays due when it was.
_LEASE = """
    UPDATE checked_hosts SET leased_until = :until, attempts = attempts + 1
    FROM (
        SELECT host FROM checked_hosts
        WHERE due_at <= :now AND leased_until <= :now ORDER BY due_at LIMIT :limit {locking}) AS due
    WHERE checked_hosts.host = due.host
    RETURNING checked_hosts.host, checked_hosts.attempts
"""
_TAKE_DUE = statement(_LEASE.format(locking=""), postgres=_LEASE.format(locking="FOR UPDATE SKIP LOCKED"))
_TAKE_ONE = statement("""
    INSERT INTO checked_hosts (host, due_at, leased_until, attempts) VALUES (:host, :until, :until, 1)
    ON CONFLICT (host) DO UPDATE SET leased_until = excluded.leased_until, attempts = checked_hosts.attempts + 1
    WHERE checked_hosts.leased_until <= :now
    RETURNING host, attempts
""")
# The claim of every write: only the newest lease may.
_GIVE_BACK = statement("""
    UPDATE checked_hosts SET due_at = :due_at, leased_until = 0 WHERE host = :host AND attempts = :attempts
    RETURNING host
""")
_FORGET = statement("DELETE FROM checked_hosts WHERE host = :host AND attempts = :attempts")
_CHANGED = ("host", "state", "cause", "detail", "since_at", "worked_at", "checked_at", "ends_at")
_KEEP = insert_into(
    tables_checks.client_checks,
    "ON CONFLICT (client_id, kind, address) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _CHANGED),
)
_AT_HOST = statement(f"SELECT {_COLUMNS} FROM client_checks WHERE host = :host")  # noqa: S608 (constants, here and below)
_OF_CLIENT = statement(f"""
    SELECT {_COLUMNS}, checked_hosts.due_at FROM client_checks
    LEFT JOIN checked_hosts ON checked_hosts.host = client_checks.host
    WHERE client_checks.client_id = :client_id ORDER BY client_checks.kind, client_checks.address LIMIT :limit
""")  # noqa: S608
_FAILING = f"""
    SELECT {_COLUMNS} FROM client_checks WHERE state = 'fails' {{among}} ORDER BY client_id, kind, address LIMIT :limit
"""  # noqa: S608
_ALL_FAILING = statement(_FAILING.format(among=""))
_SOME_FAILING = statement(
    _FAILING.format(among="AND client_id IN (SELECT value FROM json_each(:names))"),
    postgres=_FAILING.format(among="AND client_id IN (SELECT json_array_elements_text(CAST(:names AS json)))"),
)
# Far more than a client has now; addresses that it had before are swept out later.
_MOST_OF_ONE = 200

_RESULT = Binder(CheckResult, (_KEEP,), of=("target", "judged"))


class SqlClientChecks:
    """Implements `idp.admin.clients.health_ports.ClientChecks`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def plan(self, hosts: Iterable[str], due_at: datetime) -> None:
        """Plan a try for each host at that time; a host that has a plan keeps it."""
        at = to_micros(due_at)
        await self._engine.apply(
            [Step(_PLAN, {"host": host, "due_at": at, "leased_until": 0, "attempts": 0}) for host in hosts]
        )

    async def lease(self, now: datetime, until: datetime, limit: int) -> list[LeasedHost]:
        """Take up to `limit` hosts that are due; nobody else gets them before `until`."""
        taking = Step(_TAKE_DUE, {"now": to_micros(now), "until": to_micros(until), "limit": limit})
        return [_leased(row) for row in await self._engine.apply([taking]) or ()]

    async def take(self, host: str, now: datetime, until: datetime) -> LeasedHost | None:
        """Lease one host now, whether it is due or not; None where another process has the lease."""
        taking = Step(_TAKE_ONE, {"host": host, "now": to_micros(now), "until": to_micros(until)})
        rows = await self._engine.apply([taking])
        return _leased(rows[0]) if rows else None

    async def record(self, leased: LeasedHost, results: Iterable[CheckResult], due_at: datetime) -> bool:
        """Keep results and give the host back until then; False, with nothing written, where the lease has gone on."""
        back: Parameters = {"host": leased.host, "attempts": leased.turn, "due_at": to_micros(due_at)}
        keeping = [Step(_KEEP, _RESULT.parameters(one)) for one in results]
        return await self._engine.apply([Step(_GIVE_BACK, back, claim=True), *keeping]) is not None

    async def forget(self, leased: LeasedHost) -> None:
        """Take a host off the list."""
        await self._engine.apply([Step(_FORGET, {"host": leased.host, "attempts": leased.turn})])

    async def at_host(self, host: str) -> list[CheckResult]:
        """Return what was found last at a host."""
        return [_result(row) for row in await self._engine.read(_AT_HOST, {"host": host})]

    async def of_client(self, client_id: ClientId) -> list[KeptCheck]:
        """Return what was found last of a client. One round trip."""
        rows = await self._engine.read(_OF_CLIENT, {"client_id": client_id, "limit": _MOST_OF_ONE})
        return [
            KeptCheck(_result(row[:-1]), None if row[-1] is None else from_micros(int(str(row[-1])))) for row in rows
        ]

    async def failing(self, client_ids: Sequence[ClientId] | None, limit: int) -> list[CheckResult]:
        """Return up to `limit` results that fail. One round trip."""
        if client_ids is None:
            rows = await self._engine.read(_ALL_FAILING, {"limit": limit})
        else:
            names = orjson.dumps(list(client_ids)).decode()
            rows = await self._engine.read(_SOME_FAILING, {"limit": limit, "names": names})
        return [_result(row) for row in rows]


def _leased(row: Row) -> LeasedHost:
    host, turn = row
    return LeasedHost(str(host), int(str(turn)))


def _result(found: Row) -> CheckResult:
    row = _CheckRow._make(found)
    judged = Judged(CheckState(row.state), CheckCause(row.cause), row.detail, from_micros_or_none(row.ends_at))
    target = Target(CheckKind(row.kind), row.address, row.host)
    since, worked = from_micros(row.since_at), from_micros_or_none(row.worked_at)
    return CheckResult(row.client_id, target, judged, since, worked, from_micros(row.checked_at))
