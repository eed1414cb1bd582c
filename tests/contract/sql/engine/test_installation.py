"""One database, one issuer: the first start is first, a move and a mark exclude each other, old databases are known."""

import asyncio
from datetime import UTC, datetime

from idp.adapters.sql.database import Database, open_database
from idp.kernel.installation import ChangeIssuer, Installation
from migrations.runner import upgrade
from tests.contract.sql.direct import run
from tests.contract.sql.engine.test_migrations import empty

__all__ = ["empty"]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONE, OTHER = "https://mot.example", "https://hai.example"


async def test_of_many_first_starts_one_issuer_is_kept(database: Database, neighbour: Database) -> None:
    assert await database.installation.load() is None
    stores = (database, neighbour)
    await asyncio.gather(*(stores[n % 2].installation.settle(f"https://{n}.example") for n in range(10)))
    kept = await neighbour.installation.load()
    assert kept is not None
    await database.installation.settle(OTHER)
    assert await database.installation.load() == kept


async def test_an_issuer_is_changed_once_from_what_was_read(database: Database, neighbour: Database) -> None:
    await database.installation.settle(ONE)
    moves = [store.ledger.commit(ChangeIssuer(previous=ONE, issuer=OTHER)) for store in (database, neighbour)]
    assert sorted(await asyncio.gather(*moves)) == [False, True]
    assert await database.installation.load() == Installation(OTHER)


async def test_what_is_marked_does_not_move_and_what_moved_is_not_marked(database: Database) -> None:
    await database.installation.settle(ONE)
    assert not await database.installation.mark_demonstration(OTHER, NOW)
    assert await database.installation.mark_demonstration(ONE, NOW)
    assert not await database.ledger.commit(ChangeIssuer(previous=ONE, issuer=OTHER))
    assert await database.installation.load() == Installation(ONE, NOW)


async def kept_in(url: str, *, settled: str = "") -> Installation | None:
    """Return what a database says it is for, after a first start under an issuer if one is given."""
    database = await open_database(url)
    try:
        if settled:
            await database.installation.settle(settled)
        return await database.installation.load()
    finally:
        await database.close()


async def test_0031_a_database_with_demonstration_officers_is_known_as_one(empty: str) -> None:
    await asyncio.to_thread(upgrade, empty, "0028")
    columns = "person_id, account_id, agency, post, officer_code, starts_at, ends_at, issued_by, created_at"
    for person, code, by, at in (
        ("one", "G22-DEMO01", "demonstration", 5_000_000),
        ("two", "G22-000001", "demonstration", 3_000_000),
        ("three", "G22-DEMO02", "an operator", 1_000_000),
    ):
        values = f"'{person}', '{person}', 'G22', 'post', '{code}', 0, 0, '{by}', {at}"
        await run(empty, f"INSERT INTO officers ({columns}) VALUES ({values})")
    await asyncio.to_thread(upgrade, empty)
    since = datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)
    assert await kept_in(empty) == Installation("", since)
    assert await kept_in(empty, settled=ONE) == Installation(ONE, since)


async def test_0031_other_databases_are_nobodys_until_their_first_start(empty: str) -> None:
    await asyncio.to_thread(upgrade, empty)
    assert await kept_in(empty) is None
