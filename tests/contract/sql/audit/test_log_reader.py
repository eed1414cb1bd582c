"""What is answered about the public log on both databases: only what was signed, in two reads, however large it is."""

import pytest

from idp.adapters.sql.database import Database
from idp.audit.merkle import leaf_hash, verify_consistency, verify_inclusion
from idp.transparency.errors import BeyondLogError, LogDamagedError
from idp.transparency.reading import LogReader
from tests.contract.sql.direct import run
from tests.support.rigs.transparent_system import TransparentSystem
from tests.support.running.sql_stores import StatementCounter


@pytest.fixture
async def system(database: Database) -> TransparentSystem:
    """Three minutes of three entries each."""
    system = TransparentSystem(database)
    await system.grown(3, 3)
    return system


@pytest.fixture
def reader(database: Database) -> LogReader:
    return LogReader(database.transparency)


async def test_every_entry_is_proved_in_every_tree_that_has_it(system: TransparentSystem, reader: LogReader) -> None:
    leaves, heads = await system.leaves(), await system.database.transparency.heads(10)
    assert [one.head.size for one in heads] == [9, 6, 3]
    for head in (one.head for one in heads):
        for index in range(head.size):
            proof = await reader.inclusion(index, head.size)
            assert proof.leaf == leaf_hash(leaves[index])
            assert verify_inclusion(proof.leaf, index, head.size, proof.path, bytes.fromhex(head.root))


async def test_every_checkpoint_is_proved_to_begin_every_later_one(
    system: TransparentSystem, reader: LogReader
) -> None:
    heads = [one.head for one in await system.database.transparency.heads(10)]
    for later in heads:
        for earlier in heads:
            if earlier.size <= later.size:
                path = await reader.consistency(earlier.size, later.size)
                roots = bytes.fromhex(earlier.root), bytes.fromhex(later.root)
                assert verify_consistency(earlier.size, later.size, path, *roots)


async def test_an_answer_takes_two_reads(
    system: TransparentSystem, reader: LogReader, counter: StatementCounter
) -> None:
    for ask in (reader.inclusion(4, 9), reader.consistency(4, 9), reader.excerpt(0, 8), reader.newest_first(None, 5)):
        counter.take()
        await ask
        assert counter.take() == 2


async def test_entries_come_in_order_as_they_are_asked_for(system: TransparentSystem, reader: LogReader) -> None:
    leaves = await system.leaves()
    asked = await reader.excerpt(2, 4)
    assert (asked.size, list(asked.entries), asked.whole) == (9, list(enumerate(leaves))[2:5], True)
    beyond = await reader.excerpt(7, 20)
    assert (len(beyond.entries), beyond.whole) == (2, False)
    newest = await reader.newest_first(None, 4)
    assert [index for index, _ in newest.entries] == [5, 6, 7, 8]
    assert [index for index, _ in (await reader.newest_first(2, 4)).entries] == [0, 1]
    assert (await reader.newest_first(0, 4)).entries == []


async def test_what_is_appended_but_not_signed_is_not_answered(
    system: TransparentSystem, reader: LogReader, store: str
) -> None:
    await run(store, "DELETE FROM transparency_heads WHERE number = 3")
    assert (await reader.excerpt(0, 100)).size == 6
    with pytest.raises(BeyondLogError):
        await reader.excerpt(6, 6)
    with pytest.raises(BeyondLogError):
        await reader.inclusion(0, 7)


@pytest.mark.parametrize(("index", "size"), [(9, 9), (0, 10), (0, 0), (10**15, 10**15 + 1)])
async def test_a_proof_beyond_the_log_is_refused(
    system: TransparentSystem, reader: LogReader, index: int, size: int
) -> None:
    with pytest.raises(BeyondLogError):
        await reader.inclusion(index, size)
    with pytest.raises(BeyondLogError):
        await reader.consistency(size + 1, size)


async def test_before_the_first_checkpoint_there_is_nothing(database: Database) -> None:
    reader = LogReader(database.transparency)
    assert await reader.newest() is None
    assert (await reader.newest_first(None, 5)).size == 0
    with pytest.raises(BeyondLogError):
        await reader.excerpt(0, 0)
    with pytest.raises(BeyondLogError):
        await reader.consistency(0, 1)


async def test_a_proof_whose_hashes_are_gone_is_not_answered(
    system: TransparentSystem, reader: LogReader, store: str
) -> None:
    await run(store, "DELETE FROM transparency_nodes WHERE place = 5")
    with pytest.raises(LogDamagedError):
        await reader.inclusion(0, 9)


async def test_an_entry_that_is_gone_is_left_out_and_the_answer_not_called_whole(
    system: TransparentSystem, reader: LogReader, store: str
) -> None:
    await run(store, "DELETE FROM transparency_entries WHERE entry_index = 1")
    asked = await reader.excerpt(0, 2)
    assert ([index for index, _ in asked.entries], asked.whole) == ([0, 2], False)
