"""An imported hash is replaced by the sign-in that shows its password, in the commit that accepts it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from idp.account.model import Account
from idp.adapters.hashing.argon2_pool import Argon2Pool, PoolLimits
from idp.adapters.hashing.parameters import Argon2Parameters
from idp.adapters.sql.database import Database
from idp.audit.model import Origin
from idp.factors.password.renewals import PasswordRenewals
from idp.kernel.ids import new_id
from idp.sign_in.password import SecondStepNeeded, SignedIn, SignIn, SignInContext, SignInRefusal
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.support.foreign_hashes import foreign_hashes
from tests.support.rigs.second_step import NUMBER, PASSWORD, SecondStepRig

HASHES = foreign_hashes(PASSWORD)
CONTEXT = SignInContext(None, "mark", (), Origin(new_id(), "192.0.2.9", 50000))


@pytest.fixture
async def pool() -> AsyncIterator[Argon2Pool]:
    pool = Argon2Pool(Argon2Parameters(memory_kib=64, passes=1), PoolLimits(threads=1, queue=50))
    yield pool
    pool.close()


@pytest.fixture
def rig(database: Database) -> SecondStepRig:
    return SecondStepRig(database)


def signing_in(rig: SecondStepRig, pool: Argon2Pool) -> SignIn:
    return replace(rig.sign_in, hasher=pool, renewals=PasswordRenewals(pool))


async def arrive(rig: SecondStepRig, store: str, stored: str) -> Account:
    account = await rig.open_account(two_steps=False)
    await run(store, f"UPDATE passwords SET password_hash = '{stored}'")
    return account


async def stored_hash(store: str) -> str:
    ((found,),) = await rows(store, "SELECT password_hash FROM passwords")
    return str(found)


@pytest.mark.parametrize("made_by", ["bcrypt", "django sha256", "wso2 sha-256", "argon2id, other parameters"])
async def test_a_right_password_renews_its_hash_and_a_wrong_one_does_not(
    rig: SecondStepRig, pool: Argon2Pool, store: str, made_by: str
) -> None:
    await arrive(rig, store, HASHES[made_by])
    sign_in = signing_in(rig, pool)
    assert await sign_in.attempt(NUMBER, PASSWORD + "x", CONTEXT) is SignInRefusal.WRONG
    assert await stored_hash(store) == HASHES[made_by]
    rig.clock.at += rig.clock.at.resolution * 10**9
    outcome = await sign_in.attempt(NUMBER, PASSWORD, CONTEXT)
    assert isinstance(outcome, SignedIn | SecondStepNeeded)
    renewed = await stored_hash(store)
    assert renewed.startswith("$argon2id$")
    assert not pool.needs_rehash(renewed)
    assert isinstance(await sign_in.attempt(NUMBER, PASSWORD, CONTEXT), SignedIn | SecondStepNeeded)
    assert await stored_hash(store) == renewed


async def test_of_two_sign_ins_at_once_both_come_in_and_one_hash_stands(
    rig: SecondStepRig, pool: Argon2Pool, store: str
) -> None:
    await arrive(rig, store, HASHES["bcrypt"])
    sign_in = signing_in(rig, pool)
    found = await rig.database.accounts.for_sign_in(rig.sign_in.number_index.digest(NUMBER))
    assert found is not None
    # Both have read the old hash; the counter of tries lets one after the other pass.
    outcomes = await asyncio.gather(*(sign_in._take(found, PASSWORD, CONTEXT) for _ in range(2)))
    assert SignInRefusal.WRONG not in outcomes
    assert (await stored_hash(store)).startswith("$argon2id$")


async def test_a_password_that_was_changed_meanwhile_is_not_overwritten(
    rig: SecondStepRig, pool: Argon2Pool, store: str
) -> None:
    await arrive(rig, store, HASHES["bcrypt"])
    found = await rig.database.accounts.for_sign_in(rig.sign_in.number_index.digest(NUMBER))
    assert found is not None
    changed = await pool.hash("another password of sixteen")
    await run(store, f"UPDATE passwords SET password_hash = '{changed}'")
    assert await signing_in(rig, pool)._take(found, PASSWORD, CONTEXT) is SignInRefusal.WRONG
    assert await stored_hash(store) == changed


async def test_63b_a_short_imported_password_asks_for_two_steps_from_now_on(
    rig: SecondStepRig, pool: Argon2Pool, store: str
) -> None:
    short = "ngắn-8-chữ"
    await arrive(rig, store, foreign_hashes(short)["bcrypt"])
    outcome = await signing_in(rig, pool).attempt(NUMBER, short, CONTEXT)
    assert isinstance(outcome, SecondStepNeeded)
    assert await rows(store, "SELECT short FROM passwords WHERE short") != []


async def test_en_1_an_unknown_number_does_the_work_of_the_next_accounts_hash(database: Database, store: str) -> None:
    rig = SecondStepRig(database)
    await arrive(rig, store, HASHES["bcrypt"])
    index = rig.sign_in.number_index.digest(NUMBER)
    nobody = bytes(32)
    assert await database.accounts.for_password(nobody) == (None, HASHES["bcrypt"])
    record, hash_ = await database.accounts.for_password(index)
    assert record is not None
    assert hash_ == HASHES["bcrypt"]


@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
async def test_a_hash_without_the_pepper_gets_it_by_the_next_right_password(
    rig: SecondStepRig, pool: Argon2Pool, store: str, *, right: bool
) -> None:
    before = await pool.hash(PASSWORD)
    await arrive(rig, store, before)
    peppered = Argon2Pool(Argon2Parameters(memory_kib=64, passes=1), PoolLimits(threads=1, queue=50), pepper=b"p" * 32)
    outcome = await signing_in(rig, peppered).attempt(NUMBER, PASSWORD if right else PASSWORD + "x", CONTEXT)
    assert isinstance(outcome, SignedIn | SecondStepNeeded) is right
    assert (await stored_hash(store) != before) is right
    assert await peppered.verify(await stored_hash(store), PASSWORD)
    assert peppered.needs_rehash(await stored_hash(store)) is not right
    peppered.close()
