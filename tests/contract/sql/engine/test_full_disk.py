"""A disk that takes no more: writes are "temporarily unavailable", the server is not ready, and the log says why once.

SQLite meets a file that may not grow (the kernel refuses the write); PostgreSQL says what it says of a full disk.
"""

import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.sql.database import Database, open_database
from idp.app.foundation.readiness import Readiness
from idp.kernel.clock import SystemClock
from idp.kernel.errors import TemporarilyUnavailableError
from tests.contract.sql.direct import run
from tests.support.running.sql_stores import event

_GROWN = 64 << 10
_FULL = """
    CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$
"""
_TABLES = ("audit_events", "health_marks")


@contextmanager
def files_that_do_not_grow() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_GROWN, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@asynccontextmanager
async def full(store: str) -> AsyncIterator[None]:
    if store.startswith("sqlite"):
        with files_that_do_not_grow():
            yield
        return
    await run(store, _FULL)
    for table in _TABLES:
        when = f"BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION disk_is_full()"
        await run(store, f"CREATE TRIGGER full_disk {when}")
    yield
    for table in _TABLES:
        await run(store, f"DROP TRIGGER full_disk ON {table}")


async def fill(database: Database) -> None:
    for _ in range(1_000):
        await database.ledger.commit(event())


async def test_writes_are_refused_for_now_the_server_is_not_ready_and_the_cause_is_one_line(own_store: str) -> None:
    database, clock = await open_database(own_store), SystemClock()
    readiness = Readiness(database.operations, MemoryShortLivedStore(clock), clock, remembered=timedelta(0))
    assert (await readiness.check()).parts["database"]
    with capture_logs() as lines:
        async with full(own_store):
            with pytest.raises(TemporarilyUnavailableError) as refused:
                await fill(database)
            # A mark is smaller than a commit: it may still find the room that the commit did not.
            looks = 0
            while (await readiness.check()).parts["database"]:
                looks += 1
                assert looks < 20
            assert not (await readiness.check()).parts["database"]
        assert (await readiness.check()).parts["database"]
    # An event of before the disk was full goes on too.
    assert await database.ledger.commit(event())
    await database.close()
    failed = [line for line in lines if line["event"] == "part_failed" and line["part"] == "database"]
    assert [line["cause"] for line in failed] == [refused.value.detail]
    assert refused.value.detail in {"sqlite: SQLITE_FULL", "sqlite: SQLITE_IOERR_WRITE", "postgresql: DiskFullError"}
