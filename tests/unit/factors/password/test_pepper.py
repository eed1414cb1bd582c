"""The pepper: a table of hashes alone is nothing to guess at, old hashes are renewed, none comes in by import."""

import hmac
from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher as Argon2
from argon2.exceptions import VerifyMismatchError

from idp.adapters.hashing.argon2_pool import Argon2Pool, PoolLimits
from idp.adapters.hashing.parameters import Argon2Parameters
from idp.factors.password.errors import PasswordHashBrokenError
from idp.factors.password.foreign_hashes import imported_password_hash

CHEAP, LIMITS = Argon2Parameters(memory_kib=64, passes=1), PoolLimits(threads=1, queue=20)
PEPPER, OTHER, PASSWORD = b"p" * 32, b"o" * 32, "một mật khẩu đủ dài"


@pytest.fixture
async def pool() -> AsyncIterator[Argon2Pool]:
    pool = Argon2Pool(CHEAP, LIMITS, pepper=PEPPER)
    yield pool
    pool.close()


@pytest.fixture
async def plain() -> AsyncIterator[Argon2Pool]:
    pool = Argon2Pool(CHEAP, LIMITS)
    yield pool
    pool.close()


async def test_a_password_opens_its_hash_with_the_pepper(pool: Argon2Pool) -> None:
    stored = await pool.hash(PASSWORD)
    assert await pool.verify(stored, PASSWORD)
    assert not await pool.verify(stored, PASSWORD + "x")
    assert not pool.needs_rehash(stored)


async def test_sp_800_63b_4_3_1_1_2_without_the_pepper_a_hash_says_nothing_of_its_password(pool: Argon2Pool) -> None:
    prefix, stored = "$pepper1", await pool.hash(PASSWORD)
    assert stored.startswith(f"{prefix}$argon2id$")
    by_hand, inner = Argon2(), stored.removeprefix(prefix)
    assert by_hand.verify(inner, hmac.digest(PEPPER, PASSWORD.encode(), "sha256"))
    for guess in (PASSWORD.encode(), hmac.digest(OTHER, PASSWORD.encode(), "sha256")):
        with pytest.raises(VerifyMismatchError):
            by_hand.verify(inner, guess)
    assert not await pool.verify(inner, PASSWORD)


async def test_another_pepper_opens_nothing(pool: Argon2Pool) -> None:
    stored, other = await pool.hash(PASSWORD), Argon2Pool(CHEAP, LIMITS, pepper=OTHER)
    assert not await other.verify(stored, PASSWORD)
    other.close()


async def test_a_hash_of_before_still_opens_and_is_renewed(pool: Argon2Pool, plain: Argon2Pool) -> None:
    before = await plain.hash(PASSWORD)
    assert await pool.verify(before, PASSWORD)
    assert not await pool.verify(before, PASSWORD + "x")
    assert pool.needs_rehash(before)
    assert not plain.needs_rehash(before)


async def test_a_hash_of_before_costs_what_one_of_today_costs(pool: Argon2Pool, plain: Argon2Pool) -> None:
    """On the day of the upgrade every hash is one of before: a second Argon2 would halve what sign-in can take."""
    before, today, other = await plain.hash(PASSWORD), await pool.hash(PASSWORD), Argon2().hash(PASSWORD)
    assert [pool.costs_one_argon2(one) for one in (before, today, other)] == [True, True, False]


async def test_a_pool_without_the_pepper_says_that_it_cannot_read_such_a_hash(
    pool: Argon2Pool, plain: Argon2Pool
) -> None:
    with pytest.raises(PasswordHashBrokenError):
        await plain.verify(await pool.hash(PASSWORD), PASSWORD)


@pytest.mark.parametrize("stored", ["$pepper1", "$pepper1$argon2id$", "$pepper2$argon2id$v=19$m=64,t=1,p=1$YWFh$YmJi"])
async def test_a_broken_hash_is_told_from_a_wrong_password(pool: Argon2Pool, stored: str) -> None:
    with pytest.raises(PasswordHashBrokenError):
        await pool.verify(stored, PASSWORD)


async def test_no_file_of_an_import_brings_a_hash_with_the_pepper(pool: Argon2Pool, plain: Argon2Pool) -> None:
    assert imported_password_hash(await plain.hash(PASSWORD))
    assert not imported_password_hash(await pool.hash(PASSWORD))
