"""PostgreSQL away, slow or cut off: said as "temporarily unavailable", with the cause, and healed by itself."""

import asyncio

import asyncpg
import pytest

from idp.adapters.sql.database import open_database
from idp.delegation.effects import HoldSide
from idp.kernel.errors import TemporarilyUnavailableError
from migrations.runner import upgrade
from tests.contract.sql.direct import until_waited_for
from tests.support.patience import patient
from tests.support.running.servers import PostgresServer, free_port
from tests.support.running.sql_stores import NOW, event, granted, rotation, signed_in


@pytest.fixture(autouse=True)
def unhurried() -> None:
    """Stores give up when they do in production."""


async def test_a_server_that_is_not_there_is_an_error_at_the_start() -> None:
    with pytest.raises(TemporarilyUnavailableError) as raised:
        await open_database(f"postgresql+asyncpg://idp@127.0.0.1:{free_port()}/idp")
    assert isinstance(raised.value.__cause__, OSError)


async def test_a_server_that_stops_and_starts_again_is_used_again() -> None:
    with PostgresServer() as server:
        url = server.create_database()
        await asyncio.to_thread(upgrade, url)
        database = await open_database(url)
        _, family = await granted(database, await signed_in(database))
        await asyncio.to_thread(server.stop)
        for asking in (
            database.grants.state(family.grant_id, "", NOW),
            database.ledger.commit(rotation(family, "head 1"), event()),
            database.outbox.lease(NOW, NOW, 1),
            database.versions(),
        ):
            with pytest.raises(TemporarilyUnavailableError):
                await asking
        database.ledger.enqueue(noted := event())
        await asyncio.sleep(0.2)
        await asyncio.to_thread(server.start)
        assert await database.ledger.commit(rotation(family, "head 1"), event())
        await database.ledger.flush()
        assert noted.id in [recorded.id for recorded in await database.audit_export("", 10)]
        await database.close()


@pytest.mark.parametrize("batched", [True, False])
async def test_a_statement_that_waits_too_long_is_given_up_and_undone(postgres_store: str, *, batched: bool) -> None:
    database = await open_database(postgres_store)
    _, family = await granted(database, await signed_in(database))
    blocker = await asyncpg.connect(postgres_store.replace("+asyncpg", ""))
    held = blocker.transaction()
    await held.start()
    await blocker.execute("UPDATE refresh_families SET generation = generation")
    others = () if batched else (event(), rotation(family, "unused"))
    with pytest.raises(TemporarilyUnavailableError) as raised:
        async with asyncio.timeout(patient(3.4)):
            await database.ledger.commit(rotation(family, "head 1"), event(), *others)
    # Not the driver, which gives up a second later, but the server itself cancelled what waited.
    assert isinstance(raised.value.__cause__, asyncpg.QueryCanceledError)
    await held.rollback()
    await blocker.close()
    assert await database.ledger.commit(rotation(family, "head 1"), event())
    assert len(await database.audit_export("", 10)) == 2
    await database.close()


async def test_connections_cut_in_the_middle_leave_all_or_nothing(postgres_store: str) -> None:
    database = await open_database(postgres_store)
    session = await signed_in(database)
    families = [(await granted(database, session))[1] for _ in range(50)]
    cutter = await asyncpg.connect(postgres_store.replace("+asyncpg", ""))
    asked = [
        asyncio.ensure_future(database.ledger.commit(rotation(family, f"head {n}"), event()))
        for n, family in enumerate(families)
    ]
    await asyncio.sleep(0)
    await cutter.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'idp' AND datname = current_database()"
    )
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert all(answer is True or isinstance(answer, TemporarilyUnavailableError) for answer in answers)
    states = [await database.grants.state(family.grant_id, "", NOW) for family in families]
    rotated = [state is not None and state.family is not None and state.family.generation == 1 for state in states]
    assert all(stands for stands, answer in zip(rotated, answers, strict=True) if answer is True)
    assert len(await database.audit_export("", 200)) == len(families) + rotated.count(True)
    await cutter.close()
    await database.close()


async def test_who_is_chosen_to_give_way_in_a_deadlock_is_tried_again() -> None:
    # A server of its own: other tests look for deadlocks in the log of theirs.
    with PostgresServer() as server:
        url = server.create_database()
        await asyncio.to_thread(upgrade, url)
        database = await open_database(url)
        one, two = [await signed_in(database, number) for number in ("001899000001", "001899000002")]
        other = await asyncpg.connect(url.replace("+asyncpg", ""))
        crossing = other.transaction()
        await crossing.start()
        hold = "UPDATE accounts SET status = status WHERE account_id = $1"
        await other.execute(hold, two.account_id)
        holding = [HoldSide(person_id=session.person_id, account_id=session.account_id) for session in (one, two)]
        ours = asyncio.ensure_future(database.ledger.commit(*holding))
        await until_waited_for(other)
        # Whoever waits longer than this looks whether it is stuck, and gives way: that is to be ours.
        await other.execute("SET LOCAL deadlock_timeout = '60s'")
        await other.execute(hold, one.account_id)
        await crossing.commit()
        assert await ours
        assert "deadlock detected" in server.log_text()
        await other.close()
        await database.close()
