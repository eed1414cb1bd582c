"""PostgreSQL: hot reads and hot commits share statements, everything else is a transaction of its own."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TypeVar

import asyncpg
from sqlalchemy import URL

from idp.adapters.sql.effects import steps_of
from idp.adapters.sql.engine.batcher import Batcher
from idp.adapters.sql.engine.bulk import BulkRows
from idp.adapters.sql.engine.errors import KeyTakenInBulkError
from idp.adapters.sql.engine.lookups import Key, Lookup
from idp.adapters.sql.engine.postgres_batches import BatchedCommit, BatchStatement, Shape, batched, shape_of
from idp.adapters.sql.engine.postgres_errors import ONCE_MORE
from idp.adapters.sql.engine.postgres_pool import Connection, PostgresPool
from idp.adapters.sql.engine.round_trips import RoundTrips
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, Step
from idp.kernel.effects import Effect
from idp.kernel.errors import TemporarilyUnavailableError

_T = TypeVar("_T")

_POOL_SIZE = 12
# Two at a time: one batch travels while the server works on the other; more would only make the batches smaller.
_IN_FLIGHT = 2
_TRIES = 3


class _TooLateError(Exception):
    """A claim was too late: leaves the transaction block so that it is undone."""


class PostgresEngine:
    """Implements `Engine` on a pool of connections."""

    def __init__(self, pool: PostgresPool, observer: RoundTrips) -> None:
        """Take the pool and the observer; `open` makes the pool."""
        self._pool = pool
        self._observer = observer
        self._reads: dict[Lookup, Batcher[Key, Row | None]] = {}
        self._commits: dict[Shape, Batcher[BatchedCommit, bool]] = {}
        self._under_way: set[asyncio.Task[Sequence[Row] | None]] = set()

    @classmethod
    async def open(cls, address: URL, observer: RoundTrips) -> "PostgresEngine":
        """Connect to a database; raise TemporarilyUnavailableError if it does not answer."""
        return cls(await PostgresPool.open(address, _POOL_SIZE), observer)

    async def look_up(self, lookup: Lookup, key: Key) -> Row | None:
        """Return the row of one key, or None; lookups of one tick share a statement."""
        batcher = self._reads.get(lookup)
        if batcher is None:
            batcher = self._reads[lookup] = Batcher(self._reading(lookup), key=None, in_flight=_IN_FLIGHT)
        return await batcher.submit(key)

    async def read(self, statement: Statement, parameters: Parameters) -> Sequence[Row]:
        """Return all rows of a select."""
        self._observer.sent(statement.numbered)
        return await self._pool.read(statement.numbered, statement.arguments(parameters))

    async def apply(self, steps: Sequence[Step]) -> Sequence[Row] | None:
        """Run the steps in one transaction, which goes on even if the caller is cancelled."""
        task = asyncio.get_running_loop().create_task(self._transaction(steps))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    async def commit(self, effects: Sequence[Effect]) -> bool:
        """Write effects: in a batch with others of their shape, or in a transaction of their own."""
        shape = shape_of(_kinds(effects))
        if shape is None:
            return await self.apply(steps_of(effects)) is not None
        batcher = self._commits.get(shape)
        if batcher is None:
            batcher = self._commits[shape] = Batcher(
                self._committing(shape), key=lambda commit: commit.key, in_flight=_IN_FLIGHT
            )
        return await batcher.submit(batched(shape, effects))

    async def look_up_all(self, lookup: Lookup, keys: Sequence[Key]) -> Sequence[Row | None]:
        """Return the row of each key in one statement of their own."""
        return await self._reading(lookup)(keys) if keys else []

    async def append(self, claim: Step, rows: Sequence[BulkRows]) -> bool:
        """Insert rows by COPY, after the claim."""

        async def run() -> bool:
            try:
                async with self._pool.transaction() as connection:
                    await self._run([claim], connection)
                    for table in rows:
                        await connection.copy_records_to_table(table.name, records=table.rows, columns=table.columns)
            except _TooLateError:
                return False
            return True

        try:
            return await _retried(run)
        except asyncpg.UniqueViolationError as error:
            raise KeyTakenInBulkError(f"postgresql: {error.constraint_name}") from None

    async def close(self) -> None:
        """Finish what was begun and close all connections."""
        for reading in self._reads.values():
            await reading.drain()
        for committing in self._commits.values():
            await committing.drain()
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._pool.close()

    def _reading(self, lookup: Lookup) -> Callable[[Sequence[Key]], Coroutine[None, None, Sequence[Row | None]]]:
        async def run(keys: Sequence[Key]) -> Sequence[Row | None]:
            self._observer.sent(lookup.batched)
            rows = await self._pool.read(lookup.batched, list(zip(*keys, strict=True)))
            # A key may have several rows only by mistake of ours; the first one found then stands.
            found = {row[0]: row[1:] for row in reversed(rows)}
            return [found.get(place) for place in range(1, len(keys) + 1)]

        return run

    def _committing(self, shape: Shape) -> Callable[[Sequence[BatchedCommit]], Coroutine[None, None, Sequence[bool]]]:
        statement = BatchStatement(shape)

        async def run(commits: Sequence[BatchedCommit]) -> Sequence[bool]:
            if shape.claim is None:
                await self._fetch(statement.text, statement.arguments(commits))
                return [True] * len(commits)
            # In the order of the claimed keys, so that two processes' batches never lock each other out.
            order = sorted(range(len(commits)), key=lambda index: str(commits[index].key))
            arguments = statement.arguments([commits[index] for index in order])
            rows = await _retried(lambda: self._fetch(statement.text, arguments))
            won = {order[int(str(row[0])) - 1] for row in rows}
            return [index in won for index in range(len(commits))]

        return run

    async def _fetch(self, text: str, arguments: Sequence[object]) -> Sequence[Row]:
        self._observer.sent(text)
        return await self._pool.fetch(text, arguments)

    async def _transaction(self, steps: Sequence[Step]) -> Sequence[Row] | None:
        async def run() -> Sequence[Row] | None:
            try:
                async with self._pool.transaction() as connection:
                    return await self._run(steps, connection)
            except _TooLateError:
                return None

        return await _retried(run)

    async def _run(self, steps: Sequence[Step], connection: Connection) -> Sequence[Row]:
        rows: Sequence[Row] = ()
        for step in steps:
            self._observer.sent(step.statement.numbered)
            rows = await connection.fetch(step.statement.numbered, *step.statement.arguments(step.parameters))
            if step.claim and not rows:
                raise _TooLateError
        return rows


def _kinds(effects: Sequence[Effect]) -> tuple[type[Effect], ...]:
    """Return the types of effects; of hundreds of noted ones each type once, as their number is no shape."""
    kinds: tuple[type[Effect], ...] = tuple(type(effect) for effect in effects)
    return kinds if kinds and kinds[0].claim else tuple(dict.fromkeys(kinds))


async def _retried(run: Callable[[], Awaitable[_T]]) -> _T:
    """Run again what was undone by a deadlock, a few times."""
    for _ in range(_TRIES - 1):
        try:
            return await run()
        except TemporarilyUnavailableError as error:
            # The pool says "not now" of all that did not work: the cause tells what was undone for certain.
            if not isinstance(error.__cause__, ONCE_MORE):
                raise
    return await run()
