"""The queues of messages on SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Statement, Step, statement
from idp.kernel.outbox import Message, MessageKind, Outcome


class _MessageRow(NamedTuple):
    """The columns that `_LEASE` returns, in its order."""

    kind: MessageKind
    key: str
    payload: bytes
    attempts: int
    gives_up_at: int
    due_at: int


# A lease is a later due time: one that runs out is due again without anybody noticing. SQLite has one writer, so
# nobody else can be choosing; PostgreSQL passes over what others are choosing at this moment.
_LEASE = """
    UPDATE outbox SET due_at = :until, attempts = attempts + 1
    FROM (
        SELECT kind, key, due_at AS was_due_at FROM outbox
        WHERE finished_at IS NULL AND due_at <= :now {which} ORDER BY due_at LIMIT :limit {locking}) AS due
    WHERE outbox.kind = due.kind AND outbox.key = due.key
    RETURNING outbox.kind, outbox.key, outbox.payload, outbox.attempts - 1, outbox.gives_up_at, {was_due_at}
"""


def _taking(which: str) -> Statement:
    return statement(
        # SQLite cannot return columns of the joined table, so its messages keep the order of their keys.
        _LEASE.format(which=which, locking="", was_due_at="0"),
        postgres=_LEASE.format(which=which, locking="FOR UPDATE SKIP LOCKED", was_due_at="due.was_due_at"),
    )


_TAKE = _taking("")
_TAKE_OF_LANE = _taking("AND lane = :lane")
_TAKE_OVER = _taking("AND gives_up_at <= :now")

# From one name to the next: as many steps as there are queues, however long each is.
_LANES = statement("""
    WITH RECURSIVE waiting(lane) AS (
        SELECT MIN(lane) FROM outbox WHERE finished_at IS NULL
        UNION ALL
        SELECT (SELECT MIN(o.lane) FROM outbox o WHERE o.finished_at IS NULL AND o.lane > waiting.lane)
        FROM waiting WHERE waiting.lane IS NOT NULL)
    SELECT lane FROM waiting
    WHERE lane IS NOT NULL AND EXISTS (
        SELECT 1 FROM outbox o WHERE o.lane = waiting.lane AND o.finished_at IS NULL AND o.due_at <= :now)
""")

_FINISH = statement("""
    UPDATE outbox SET finished_at = :now, delivered = :delivered, result = :result
    WHERE kind = :kind AND key = :key AND finished_at IS NULL
""")

# Only the holder of the newest lease may say when to try again; a holder whose lease ran out must not cut it short.
_TRY_AGAIN = statement("""
    UPDATE outbox SET due_at = :retry_at, result = :result
    WHERE kind = :kind AND key = :key AND finished_at IS NULL AND attempts = :attempts
""")

_OUTCOMES = statement("""
    SELECT key, delivered, result FROM outbox
    WHERE kind = :kind AND key >= :first AND key < :after ORDER BY key
""")
_AFTER_EVERY_LETTER = "\U0010ffff"


class SqlOutbox:
    """Implements `idp.kernel.outbox.Outbox`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def lanes(self, now: datetime) -> Sequence[str]:
        """Return the names of the queues in which something is due."""
        return [str(lane) for (lane,) in await self._engine.read(_LANES, {"now": to_micros(now)})]

    async def lease(self, now: datetime, until: datetime, limit: int, lane: str | None = None) -> Sequence[Message]:
        """Take up to `limit` due messages, of one queue or of any; nobody else gets them before `until`."""
        span: dict[str, int | str] = {"now": to_micros(now), "until": to_micros(until), "limit": limit}
        return await self._take(Step(_TAKE, span) if lane is None else Step(_TAKE_OF_LANE, {**span, "lane": lane}))

    async def lease_over(self, now: datetime, until: datetime, limit: int) -> Sequence[Message]:
        """Take such as nobody wants delivered any more, so that they can be closed."""
        return await self._take(Step(_TAKE_OVER, {"now": to_micros(now), "until": to_micros(until), "limit": limit}))

    async def _take(self, taking: Step) -> Sequence[Message]:
        rows = await self._engine.apply([taking]) or ()
        messages = sorted((_MessageRow._make(row) for row in rows), key=lambda row: row.due_at)
        return [
            Message(row.kind, row.key, bytes(row.payload), row.attempts, from_micros(row.gives_up_at))
            for row in messages
        ]

    async def record(self, message: Message, outcome: Outcome, now: datetime) -> None:
        """Write down how the try ended; a final one is never leased again."""
        step = Step(_FINISH, {"delivered": outcome.delivered, "now": to_micros(now), **_named(message, outcome)})
        if outcome.retry_at is not None:
            retry = {"retry_at": to_micros(outcome.retry_at), "attempts": message.attempts + 1}
            step = Step(_TRY_AGAIN, {**retry, **_named(message, outcome)})
        await self._engine.apply([step])

    async def outcomes(self, kind: MessageKind, key_prefix: str) -> Sequence[tuple[str, bool, str]]:
        """Return (key, delivered, result) of the messages of a kind whose key begins so."""
        span = {"kind": kind, "first": key_prefix, "after": key_prefix + _AFTER_EVERY_LETTER}
        rows = await self._engine.read(_OUTCOMES, span)
        return [(str(key), bool(delivered), str(result)) for key, delivered, result in rows]


def _named(message: Message, outcome: Outcome) -> dict[str, str]:
    return {"kind": message.kind, "key": message.key, "result": outcome.result}
