"""The embedded database: SQLite in WAL mode, read on the loop thread, written by one thread."""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from idp.adapters.sql.effects import steps_of
from idp.adapters.sql.engine.bulk import BulkRows
from idp.adapters.sql.engine.errors import KeyTakenInBulkError
from idp.adapters.sql.engine.file_mode import close_to_others
from idp.adapters.sql.engine.lookups import Key, Lookup
from idp.adapters.sql.engine.round_trips import RoundTrips
from idp.adapters.sql.engine.sqlite_errors import answering
from idp.adapters.sql.engine.sqlite_writer import SqliteWriter, TooLateError
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, Step
from idp.kernel.effects import Effect

# How long a writer waits for another process; the same patience as PostgreSQL's statement timeout.
_WRITE_PATIENCE = timedelta(seconds=2.5)
# Readers never wait for writers in WAL mode, only for the moment another process recovers or resets the log.
_READ_PATIENCE = timedelta(milliseconds=250)


class SqliteEngine:
    """Implements `Engine` on one file, which other processes may have open too."""

    def __init__(self, path: Path, observer: RoundTrips) -> None:
        """Open the file, which must exist, inside a running loop."""
        self._observer = observer
        with answering():
            self._reader = _connect(path, _READ_PATIENCE)
            self._reader.execute("PRAGMA query_only = ON")
        self._writer = SqliteWriter(lambda: _connect(path, _WRITE_PATIENCE))

    async def look_up(self, lookup: Lookup, key: Key) -> Row | None:
        """Return the row of one key, or None."""
        # Always to the last row: a select left half-way would hold its snapshot and keep the log from shrinking.
        rows = self._select(lookup.single.named, dict(zip(lookup.names, key, strict=True)))
        return rows[0] if rows else None

    async def read(self, statement: Statement, parameters: Parameters) -> Sequence[Row]:
        """Return all rows of a select."""
        return self._select(statement.named, parameters)

    async def apply(self, steps: Sequence[Step]) -> Sequence[Row] | None:
        """Run the steps in one durable transaction."""

        def job(connection: sqlite3.Connection) -> Sequence[Row]:
            rows: Sequence[Row] = ()
            for step in steps:
                self._observer.sent(step.statement.named)
                rows = connection.execute(step.statement.named, step.parameters).fetchall()
                if step.claim and not rows:
                    raise TooLateError
            return rows

        with answering():
            return await self._writer.submit(job)

    async def commit(self, effects: Sequence[Effect]) -> bool:
        """Write effects, or nothing at all if one of their claims is too late."""
        return await self.apply(steps_of(effects)) is not None

    async def look_up_all(self, lookup: Lookup, keys: Sequence[Key]) -> Sequence[Row | None]:
        """Return the row of each key."""
        return [await self.look_up(lookup, key) for key in keys]

    async def append(self, claim: Step, rows: Sequence[BulkRows]) -> bool:
        """Insert rows a table at a time, after the claim."""

        def job(connection: sqlite3.Connection) -> Sequence[Row]:
            if not connection.execute(claim.statement.named, claim.parameters).fetchall():
                raise TooLateError
            for table in rows:
                connection.executemany(table.insert, table.rows)
            return ()

        with answering():
            try:
                return await self._writer.submit(job) is not None
            except sqlite3.IntegrityError as error:
                raise KeyTakenInBulkError(f"sqlite: {error.sqlite_errorname}") from None

    async def close(self) -> None:
        """Write what waits and close the file."""
        await self._writer.close()
        self._reader.close()

    def _select(self, text: str, parameters: Parameters) -> Sequence[Row]:
        self._observer.sent(text)
        with answering():
            return self._reader.execute(text, parameters).fetchall()


def _connect(path: Path, patience: timedelta) -> sqlite3.Connection:
    close_to_others(path)
    # "rw" and not "rwc": a mistyped path must not become a new, empty provider.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=patience.total_seconds(),
        isolation_level=None,
        cached_statements=256,
        # The writer's connection is made and used in its thread, the reader's in the loop's.
        check_same_thread=True,
    )
    connection.execute("PRAGMA journal_mode = WAL")
    # What was acknowledged survives a power cut, not only a crash of the process.
    connection.execute("PRAGMA synchronous = FULL")
    return connection
