"""The store of imports: a batch and its position are one write, and a batch that came too late is none."""

import orjson
import pytest

from idp.account.model import AccountStatus
from idp.adapters.sql.database import Database
from idp.imports.import_lines import prepare
from idp.imports.model import ImportPosition, KeyTakenError, ReadyBatch
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.support.running.sql_stores import NOW
from tests.unit.imports.test_import_rows import ROW, ROWS

NOBODY: frozenset[int] = frozenset()


def batch(*numbers: str, tech_id: str = "") -> ReadyBatch:
    lines = [(n, orjson.dumps(ROW | {"number": one, "tech_id": tech_id})) for n, one in enumerate(numbers, 1)]
    prepared = prepare(lines, (), ROWS, NOW)
    assert prepared.rejects == []
    return ReadyBatch(prepared.rows, NOBODY, NOBODY)


def moved(before: ImportPosition, accepted: int, *, last: bool = False) -> ImportPosition:
    return replace(
        before,
        offset_bytes=before.offset_bytes + 100,
        lines_read=before.lines_read + accepted,
        rows_accepted=before.rows_accepted + accepted,
        finished_at=NOW if last else None,
    )


async def test_an_import_goes_on_where_its_last_batch_was_committed(database: Database) -> None:
    before = await database.imports.begin("file", NOW)
    assert before == ImportPosition("file")
    after = moved(before, 2)
    assert await database.imports.append(batch("001899000001", "001899000002"), before, after, NOW)
    assert await database.imports.begin("file", NOW) == after
    done = moved(after, 1, last=True)
    assert await database.imports.append(batch("001899000003"), after, done, NOW)
    assert await database.imports.begin("file", NOW) == done
    assert await database.imports.begin("another", NOW) == ImportPosition("another")


async def test_an_imported_account_signs_in_and_is_found(database: Database) -> None:
    before = await database.imports.begin("file", NOW)
    ready = batch("001899000001", tech_id=ROW["tech_id"])
    (one,) = ready.rows
    assert await database.imports.append(ready, before, moved(before, 1), NOW)
    record = await database.accounts.for_sign_in(one.number_index)
    assert record is not None
    assert record.account.status is AccountStatus.OPEN
    assert record.password.hash == ROW["password_hash"]
    held = await database.identities.of_account(one.person_id, one.account_id)
    assert held is not None
    assert held.tech_id_sealed == one.tech_id_sealed
    assert one.tech_id_index is not None
    known = await database.imports.known([one.number_index, bytes(32)], [one.tech_id_index, bytes(32)])
    assert known.by_number == {one.number_index: one.account_id}
    assert known.by_tech_id == {one.tech_id_index: one.account_id}


async def test_of_two_that_import_the_same_batch_one_writes_it(
    database: Database, neighbour: Database, store: str
) -> None:
    before = await database.imports.begin("file", NOW)
    after = moved(before, 1)
    assert await database.imports.append(batch("001899000001"), before, after, NOW)
    assert not await neighbour.imports.append(batch("001899000002"), before, after, NOW)
    assert await rows(store, "SELECT count(*) FROM accounts") == [(1,)]


async def test_a_number_that_was_taken_meanwhile_undoes_the_batch_and_its_position(
    database: Database, store: str
) -> None:
    before = await database.imports.begin("file", NOW)
    after = moved(before, 1)
    assert await database.imports.append(batch("001899000001"), before, after, NOW)
    with pytest.raises(KeyTakenError):
        await database.imports.append(batch("001899000002", "001899000001"), after, moved(after, 2), NOW)
    assert await rows(store, "SELECT count(*) FROM persons") == [(1,)]
    assert await database.imports.begin("file", NOW) == after


async def test_a_second_account_of_a_number_is_locked_and_leads_nowhere(database: Database, store: str) -> None:
    before = await database.imports.begin("file", NOW)
    ready = batch("001899000001", tech_id=ROW["tech_id"])
    doubled = replace(ready, without_number=frozenset({1}))
    assert await database.imports.append(doubled, before, moved(before, 1), NOW)
    assert await database.accounts.for_sign_in(ready.rows[0].number_index) is None
    assert await rows(store, "SELECT status, locked_for FROM accounts") == [("locked", "duplicate")]
    assert await rows(store, "SELECT count(*) FROM tech_ids") == [(1,)]


async def test_five_thousand_rows_are_looked_up_in_two_round_trips(database: Database, store: str) -> None:
    if store.startswith("postgresql"):
        numbers = [n.to_bytes(32, "big") for n in range(5_000)]
        assert (await database.imports.known(numbers, numbers)).by_number == {}
