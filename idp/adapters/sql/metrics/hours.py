"""Adds to the sign-in metrics, and reads them added up."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from clients.model import ClientId
from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, statement
from idp.adapters.sql.engine.writes import write
from idp.adapters.sql.metrics.days import (
    BY_DAY,
    CUT,
    METRICS_DAY_WRITES,
    POSTGRES_SOME,
    SQLITE_SOME,
    days_and_hours_of,
    hours_of,
    whole_days,
)
from idp.metrics.model import AddCounts, Cause, Counted, CountKey, Measure, Method, Place


class _CountRow(NamedTuple):
    """The columns of every read, in their order."""

    hour_at: int
    measure: str
    client_id: ClientId
    service_class: str
    method: str
    step: str
    cause: str
    slot: int
    amount: int


_COLUMNS = _CountRow._fields
_KEY = ", ".join(_COLUMNS[:-1])
_ADD = f"""
    INSERT INTO quality_counts ({", ".join(_COLUMNS)}) {{rows}}
    ON CONFLICT ({_KEY}) DO UPDATE SET amount = quality_counts.amount + excluded.amount
"""
# SQLite takes ON CONFLICT after a SELECT only where a WHERE keeps it from being read as a join's ON.
_SQLITE_ROWS = f"""
    SELECT {", ".join(f"json_extract(value, '$[{place}]') AS {column}" for place, column in enumerate(_COLUMNS))}
    FROM json_each(:rows) WHERE TRUE
"""  # noqa: S608 (constants, here and below)
_POSTGRES_KINDS = {"hour_at": "bigint", "slot": "int", "amount": "bigint"}
_POSTGRES_VALUES = ", ".join(
    f"CAST(value ->> {place} AS {_POSTGRES_KINDS.get(column, 'text')}) AS {column}"
    for place, column in enumerate(_COLUMNS)
)
_POSTGRES_ROWS = f"SELECT {_POSTGRES_VALUES} FROM json_array_elements(CAST(:rows AS json)) AS value"  # noqa: S608
_ADD_COUNTS = statement(_ADD.format(rows=_SQLITE_ROWS), postgres=_ADD.format(rows=_POSTGRES_ROWS))
# In one order, so that two processes that add at once wait for each other and are never stuck.
_HOUR_KEY = "hour_at, measure, method, step, cause, slot"
_ADD_TO_HOURS = f"""
    INSERT INTO quality_hours ({_HOUR_KEY}, amount)
    SELECT {_HOUR_KEY}, CAST(sum(amount) AS bigint) FROM ({{rows}}) added WHERE TRUE
    GROUP BY {_HOUR_KEY} ORDER BY {_HOUR_KEY}
    ON CONFLICT ({_HOUR_KEY}) DO UPDATE SET amount = quality_hours.amount + excluded.amount
"""  # noqa: S608
_ADD_HOURS = statement(_ADD_TO_HOURS.format(rows=_SQLITE_ROWS), postgres=_ADD_TO_HOURS.format(rows=_POSTGRES_ROWS))

_SUM = "{cut} SELECT {key}, CAST(sum(amount) AS bigint) FROM {source} GROUP BY {group}"
_BY_CLIENT = {
    # Answers stay apart by their days: few of one day are told to nobody.
    "key": "CASE WHEN measure = 'rating' THEN hour_at WHEN hour_at < :before_at THEN :since ELSE :until END, "
    + _KEY.removeprefix("hour_at, "),
    "group": "1, " + _KEY.removeprefix("hour_at, "),
}
_BY_HOUR = {
    "key": "hour_at, measure, '', '', method, step, cause, slot",
    "group": "hour_at, measure, method, step, cause, slot",
}


def _of_all(shape: dict[str, str], table: str) -> Statement:
    source = f"{table} WHERE hour_at >= :since AND hour_at < :until"
    return statement(_SUM.format(cut="", source=source, **shape))


def _of_some(shape: dict[str, str], numbers: Callable[[str], str], cut: str = "") -> Statement:
    """Return the read of some clients: of their hours, or with `CUT` of whole days where they were added up."""
    sqlite, postgres = (
        _SUM.format(cut=cut, source=f"({numbers(some)}) numbers", **shape) for some in (SQLITE_SOME, POSTGRES_SOME)
    )
    return statement(sqlite, postgres=postgres)


CLIENTS = (_of_all(_BY_CLIENT, "quality_counts"), _of_some(_BY_CLIENT, days_and_hours_of, CUT))
DAYS = (_of_all(BY_DAY, "quality_hours"), _of_some(BY_DAY, days_and_hours_of, CUT))
HOURS = (
    statement("""
    SELECT hour_at, measure, '', '', method, step, cause, slot, amount FROM quality_hours
    WHERE hour_at >= :since AND hour_at < :until
    """),
    _of_some(_BY_HOUR, hours_of),
)


METRICS_WRITES = {
    **dict(
        [
            write(
                AddCounts,
                _ADD_COUNTS,
                _ADD_HOURS,
                rows=lambda effect: orjson.dumps(
                    [[to_micros(key.hour_at), *key[1:], amount] for key, amount in effect.counted]
                ).decode(),
            )
        ]
    ),
    **METRICS_DAY_WRITES,
}


class SqlMetrics:
    """Implements `idp.metrics.ports.QualityReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def by_client(
        self, first: datetime, until: datetime, settled: datetime, clients: Sequence[ClientId] | None
    ) -> Sequence[Counted]:
        """Return the numbers of clients. One round trip."""
        asked: Parameters = {**whole_days(first, until), "before_at": to_micros(settled)}
        return await self._read(CLIENTS, asked, clients)

    async def by_day(self, first: datetime, until: datetime, clients: Sequence[ClientId] | None) -> Sequence[Counted]:
        """Return the numbers by days in Vietnam. One round trip."""
        return await self._read(DAYS, whole_days(first, until), clients)

    async def by_hour(self, first: datetime, until: datetime, clients: Sequence[ClientId] | None) -> Sequence[Counted]:
        """Return the numbers hour by hour. One round trip."""
        asked: Parameters = {"since": to_micros(first), "until": to_micros(until)}
        return await self._read(HOURS, asked, clients)

    async def _read(
        self, statements: tuple[Statement, Statement], asked: Parameters, clients: Sequence[ClientId] | None
    ) -> Sequence[Counted]:
        of_all, of_some = statements
        if clients is None:
            rows = await self._engine.read(of_all, asked)
        else:
            rows = await self._engine.read(of_some, {**asked, "names": orjson.dumps(sorted(set(clients))).decode()})
        return [_counted(row) for row in rows]


def _counted(found: Row) -> Counted:
    row = _CountRow._make(found)
    key = CountKey(
        from_micros(row.hour_at),
        Measure(row.measure),
        row.client_id,
        row.service_class,
        Method(row.method),
        Place(row.step),
        Cause.of(row.cause) if row.cause else Cause.NONE,
        row.slot,
    )
    return Counted(key, row.amount)
