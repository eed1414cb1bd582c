"""Sign-in metrics of whole days: read where the job has added them up, else added up from the hours."""

from datetime import datetime

import orjson

from clients.local_days import day_begins, day_of
from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, statement
from idp.adapters.sql.engine.writes import write
from idp.metrics.days import DAY
from idp.metrics.model import AddUpDay, DayAddedUp

_DAY = DAY.total_seconds() * 1_000_000
# Vietnam is seven hours ahead, always.
_DAY_OF_HOUR = f"(hour_at + 25200000000) / {_DAY:.0f} * {_DAY:.0f} - 25200000000"
# A client's rows of a day are written beside each other, as they are read.
_OF = "client_id, measure, service_class, method, step, cause, slot"
# The rows of some clients in a range. Each client's are looked up, in this order, whatever the planner thinks of tables
# that were empty when it planned.
SQLITE_SOME = """
    SELECT {columns} FROM json_each(:names) AS asked CROSS JOIN {table} ON client_id = asked.value WHERE {within}
"""
POSTGRES_SOME = """
    SELECT {columns} FROM json_array_elements_text(CAST(:names AS json)) AS asked(name)
    CROSS JOIN LATERAL (SELECT * FROM {table} WHERE client_id = asked.name AND {within} OFFSET 0) found
"""

# Numbers only grow: whoever read less does not take away what another added.
_ADD_UP = f"""
    INSERT INTO quality_days (day_at, {_OF}, amount)
    SELECT :day_at, {_OF}, CAST(sum(amount) AS bigint) FROM ({{hours}}) hours WHERE TRUE
    GROUP BY {_OF} ORDER BY {_OF}
    ON CONFLICT (day_at, {_OF}) DO UPDATE SET amount = excluded.amount WHERE quality_days.amount < excluded.amount
"""  # noqa: S608 (constants, here and below)
_HOURS_OF_DAY = {
    "columns": f"{_OF}, amount",
    "table": "quality_counts",
    "within": "hour_at >= :day_at AND hour_at < :until",
}
_ADD_UP_DAY = statement(
    _ADD_UP.format(hours=SQLITE_SOME.format(**_HOURS_OF_DAY)),
    postgres=_ADD_UP.format(hours=POSTGRES_SOME.format(**_HOURS_OF_DAY)),
)
_ADDED_UP = statement("INSERT INTO quality_days_added (day_at) VALUES (:day_at) ON CONFLICT DO NOTHING")
_NOT_ADDED_UP = statement(f"""
    SELECT coalesce(
        (SELECT max(day_at) + {_DAY:.0f} FROM quality_days_added), (SELECT min(hour_at) FROM quality_counts))
""")  # noqa: S608
# What a read of some clients reads: the hours before the first whole day, days up to the first that was not added up,
# and hours again. `cut` is where days end.
CUT = f"""
    WITH cut AS (
        SELECT CASE WHEN w < :first_day THEN :first_day WHEN w > :last_day THEN :last_day ELSE w END AS until
        FROM (SELECT coalesce(max(day_at) + {_DAY:.0f}, 0) AS w FROM quality_days_added) added)
"""  # noqa: S608
_PARTS = (
    ("quality_counts", "hour_at", "hour_at >= :since AND hour_at < :first_day"),
    ("quality_days", "day_at AS hour_at", "day_at >= :first_day AND day_at < (SELECT until FROM cut)"),
    ("quality_counts", "hour_at", "hour_at >= (SELECT until FROM cut) AND hour_at < :until"),
)
BY_DAY = {
    "key": f"{_DAY_OF_HOUR}, measure, '', '', method, step, cause, slot",
    "group": "1, measure, method, step, cause, slot",
}


def hours_of(some: str) -> str:
    """Return the hours of some clients in a range, where `some` is this database's way to them."""
    return some.format(
        columns=f"hour_at, {_OF}, amount", table="quality_counts", within="hour_at >= :since AND hour_at < :until"
    )


def days_and_hours_of(some: str) -> str:
    """Return days of some clients in a range where they were added up, and hours elsewhere."""
    return "UNION ALL".join(
        some.format(columns=f"{at}, {_OF}, amount", table=table, within=within) for table, at, within in _PARTS
    )


def whole_days(first: datetime, until: datetime) -> Parameters:
    """Return a range for the statements: which of its days are whole."""
    begin = day_begins(day_of(first))
    head = min(begin if begin == first else begin + DAY, until)
    tail = max(day_begins(day_of(until)), head)
    return {
        "since": to_micros(first),
        "first_day": to_micros(head),
        "last_day": to_micros(tail),
        "until": to_micros(until),
    }


METRICS_DAY_WRITES = dict(
    [
        write(
            AddUpDay,
            _ADD_UP_DAY,
            day_at="begins_at",
            until=lambda effect: to_micros(effect.begins_at + DAY),
            names=lambda effect: orjson.dumps(effect.clients).decode(),
        ),
        write(DayAddedUp, _ADDED_UP, day_at="begins_at"),
    ]
)


class SqlMetricsDays:
    """Implements `idp.metrics.ports.QualityDays`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def not_added_up(self) -> datetime | None:
        """Return where the days end that were added up, or the first hour that was counted."""
        ((found,),) = await self._engine.read(_NOT_ADDED_UP, {})
        return from_micros(found) if isinstance(found, int) else None
