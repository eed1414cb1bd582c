"""kill -9 in mid-stream: what was acknowledged is there, and nothing is there by halves."""

import asyncio
import contextlib
import sys

import pytest

from idp.adapters.sql.database import open_database
from idp.grants.model import StartFamily, StartGrant
from idp.kernel.errors import TemporarilyUnavailableError
from migrations.runner import upgrade
from tests.contract.sql.direct import rows, writes
from tests.support.running.servers import REPOSITORY, PostgresServer
from tests.support.running.sql_stores import NOW, event, family_of, grant_of, signed_in

ENOUGH = 400
_KINDS = ("grant", "family", "event")


async def check_whole(url: str, acknowledged: set[tuple[str, str]]) -> None:
    """Every acknowledged grant and event is stored; every stored grant has its family and its event."""
    # In one statement: PostgreSQL ends the last transaction of a writer that is gone, and may do so between two.
    stored = await rows(
        url,
        """SELECT 'grant', grant_id FROM grants UNION ALL SELECT 'family', grant_id FROM refresh_families
        UNION ALL SELECT 'event', event_id FROM audit_events""",
    )
    grants, families, events = ({name for kind, name in stored if kind == wanted} for wanted in _KINDS)
    assert {grant for grant, _ in acknowledged} <= grants
    assert {recorded for _, recorded in acknowledged} <= events
    assert (families, len(events)) == (grants, len(grants))


@pytest.mark.parametrize("attempt", range(2))
async def test_a_killed_writer_loses_nothing_it_acknowledged(store: str, attempt: int) -> None:
    argv = [sys.executable, "-m", "tests.contract.sql.writer_process", store]
    writer = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE, cwd=REPOSITORY)
    assert writer.stdout is not None
    lines = [await writer.stdout.readline() for _ in range(ENOUGH)]
    writer.kill()
    rest, _ = await writer.communicate()
    # A line without its end was cut by the kill: nobody heard that acknowledgement.
    whole = [line.decode().split() for line in [*lines, *rest.splitlines(keepends=True)] if line.endswith(b"\n")]
    acknowledged = {(grant, recorded) for grant, recorded in whole}
    assert len(acknowledged) >= ENOUGH
    await check_whole(store, acknowledged)
    database = await open_database(store)
    assert await writes(database)
    await database.close()


async def test_a_crashed_server_loses_nothing_it_acknowledged() -> None:
    with PostgresServer() as server:
        url = server.create_database()
        await asyncio.to_thread(upgrade, url)
        database = await open_database(url)
        session = await signed_in(database)
        acknowledged: set[tuple[str, str]] = set()
        enough = asyncio.Event()

        async def work() -> None:
            with contextlib.suppress(TemporarilyUnavailableError):
                while True:
                    grant, recorded = grant_of(session), event()
                    if await database.ledger.commit(
                        StartGrant(grant=grant, issued_at=NOW), StartFamily(family=family_of(grant)), recorded
                    ):
                        acknowledged.add((grant.id, recorded.id))
                    if len(acknowledged) >= ENOUGH:
                        enough.set()

        working = asyncio.gather(*(work() for _ in range(16)))
        await enough.wait()
        await asyncio.to_thread(server.kill9)
        await working
        assert not await writes(database)
        await asyncio.to_thread(server.start)
        await check_whole(url, acknowledged)
        assert await writes(database)
        assert await database.ledger.commit(event())
        await database.close()
