"""An unknown number costs the database what a known one costs: its time tells nobody who has an account (EN-1)."""

import sqlite3
from collections.abc import Callable

import pytest

from idp.adapters.sql.account import account_reads as accounts
from idp.adapters.sql.database import Database
from idp.sign_in.password import SignInRefusal
from tests.contract.sql.direct import run
from tests.support.rigs.second_step import NUMBER, SecondStepRig, context, new_browser
from tests.support.running.sql_stores import StatementCounter, digest, opening

NUMBERS = [f"001899{place:06d}" for place in range(30)]
STRANGERS = [f"001898{place:06d}" for place in range(30)]
_READ = accounts._BY_NUMBER

Steps = Callable[[str], int]


async def opened(database: Database) -> list[str]:
    """Open accounts and return strangers' numbers that come before the last of them, as all but a few do."""
    for number in NUMBERS:
        assert await database.ledger.commit(opening(number))
    last = max(digest(number) for number in NUMBERS)
    return [number for number in STRANGERS if digest(number) < last]


@pytest.fixture
def steps(sqlite_store: str) -> Steps:
    """Counts the steps of SQLite's machine for one number."""
    connection = sqlite3.connect(sqlite_store.rpartition(":///")[2])

    def counted(number: str) -> int:
        taken = 0

        def step() -> int:
            nonlocal taken
            taken += 1
            return 0

        connection.set_progress_handler(step, 1)
        connection.execute(_READ.single.named, {"blind_index": digest(number)}).fetchall()
        return taken

    return counted


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
async def test_en_1_an_unknown_number_takes_as_many_steps_as_a_known_one(database: Database, steps: Steps) -> None:
    strangers = await opened(database)
    assert len(strangers) > len(STRANGERS) / 2
    steps(NUMBERS[0])  # Reads the schema too.
    known, unknown = {steps(number) for number in NUMBERS}, {steps(number) for number in strangers}
    assert (len(known), len(unknown)) == (1, 1)
    # Where the neighbour is another row than the asked one, SQLite compares once more.
    assert abs(known.pop() - unknown.pop()) <= 1


async def test_en_1_both_are_one_statement(database: Database, counter: StatementCounter) -> None:
    strangers = await opened(database)
    for number in (NUMBERS[0], strangers[0]):
        counter.take()
        await database.accounts.for_sign_in(digest(number))
        assert counter.take() == 1


@pytest.mark.parametrize(
    ("two_steps", "number"),
    [(False, NUMBER), (True, NUMBER), (False, "001898000001")],
    ids=["one step", "two steps", "nobody"],
)
async def test_en_1_a_wrong_password_is_answered_after_one_read_and_one_durable_write(
    database: Database, counter: StatementCounter, two_steps: bool, number: str
) -> None:
    rig = SecondStepRig(database)
    await rig.open_account(two_steps=two_steps)
    await database.ledger.flush()
    counter.take()
    assert await rig.sign_in.attempt(number, "a wrong password", context(new_browser())) is SignInRefusal.WRONG
    read, write = counter.statements
    assert (read.lstrip().startswith("SELECT"), write.lstrip().startswith("SELECT")) == (True, False)


async def test_the_account_that_is_read_instead_is_given_to_nobody(database: Database) -> None:
    await opened(database)
    assert [await database.accounts.for_sign_in(digest(number)) for number in STRANGERS] == [None] * len(STRANGERS)


async def test_among_many_each_number_finds_its_own_account(database: Database) -> None:
    effects = {number: opening(number) for number in NUMBERS}
    for effect in effects.values():
        assert await database.ledger.commit(effect)
    for number, effect in effects.items():
        record = await database.accounts.for_sign_in(digest(number))
        assert record is not None
        assert record.account == effect.account


async def test_a_retired_number_finds_nobody_though_others_follow(store: str, database: Database) -> None:
    await opened(database)
    first = min(NUMBERS, key=digest)
    lowest = "SELECT blind_index FROM identifiers ORDER BY blind_index LIMIT 1"
    await run(store, f"UPDATE identifiers SET valid_to = 1 WHERE blind_index = ({lowest})")
    assert await database.accounts.for_sign_in(digest(first)) is None
