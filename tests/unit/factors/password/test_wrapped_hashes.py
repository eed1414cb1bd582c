"""An imported hash is stored inside an Argon2id with the pepper: the table alone is as dear to guess as today's."""

import pickle
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher as Argon2

from idp.adapters.hashing.argon2_pool import Argon2Pool, PoolLimits
from idp.adapters.hashing.parameters import Argon2Parameters
from idp.adapters.hashing.wrapping import Argon2Wrapper
from idp.factors.password.errors import PasswordHashBrokenError
from idp.factors.password.foreign_hashes import NO_PASSWORD, imported_password_hash, read_foreign_hash
from tests.support.every import check_each
from tests.support.foreign_hashes import foreign_hashes

PASSWORD, PEPPER = "mật khẩu của người thử", b"p" * 32
HASHES = foreign_hashes(PASSWORD)
CHEAP = Argon2Parameters(memory_kib=64, passes=1)


@pytest.fixture
def pool() -> Iterator[Argon2Pool]:
    pool = Argon2Pool(CHEAP, PoolLimits(threads=1, queue=20), pepper=PEPPER)
    yield pool
    pool.close()


@pytest.fixture
def wrapper() -> Argon2Wrapper:
    return Argon2Wrapper(CHEAP, PEPPER)


@pytest.mark.parametrize("made_by", HASHES)
async def test_a_wrapped_hash_takes_the_right_password_only_and_is_renewed(
    pool: Argon2Pool, wrapper: Argon2Wrapper, made_by: str
) -> None:
    stored = wrapper.wrap(HASHES[made_by])
    assert await pool.verify(stored, PASSWORD) is True
    assert await pool.verify(stored, PASSWORD + "1") is False
    assert pool.needs_rehash(stored) is True
    assert not pool.costs_one_argon2(stored)


def test_nothing_of_the_foreign_digest_is_left_in_what_is_stored(wrapper: Argon2Wrapper) -> None:
    def check(made_by: str) -> None:
        stored, foreign = wrapper.wrap(HASHES[made_by]), HASHES[made_by]
        assert stored.startswith("$pepper1$wrapped1$")
        assert not any(foreign[at : at + 12] in stored for at in range(len(foreign) - 20, len(foreign) - 12))
        found = read_foreign_hash(foreign)
        assert found is not None
        assert not found.digest or found.digest.hex() not in stored

    check_each(((made_by,) for made_by in HASHES), str, check)


async def test_another_pepper_opens_no_wrapped_hash(pool: Argon2Pool) -> None:
    assert not await pool.verify(Argon2Wrapper(CHEAP, b"o" * 32).wrap(HASHES["ldap sha1"]), PASSWORD)


async def test_bcrypt_reads_seventy_two_bytes_as_its_makers_do(pool: Argon2Pool, wrapper: Argon2Wrapper) -> None:
    assert await pool.verify(wrapper.wrap(foreign_hashes("x" * 80)["bcrypt"]), "x" * 80) is True


async def test_en_1_a_wrapped_hash_costs_one_argon2_beside_its_own_work(
    monkeypatch: pytest.MonkeyPatch, pool: Argon2Pool, wrapper: Argon2Wrapper
) -> None:
    worked = []
    real = type(pool._argon2).verify

    def counting(self: object, stored: str, password: bytes) -> bool:
        worked.append(stored)
        return bool(real(pool._argon2, stored, password))

    stored = {made_by: wrapper.wrap(HASHES[made_by]) for made_by in ("ldap sha1", "bcrypt", "passlib sha256")}
    monkeypatch.setattr(type(pool._argon2), "verify", counting)
    for made_by, text in stored.items():
        worked.clear()
        await pool.verify(text, PASSWORD)
        assert len(worked) == 1, made_by


async def test_a_wrapped_hash_of_other_parameters_still_opens(pool: Argon2Pool) -> None:
    """What an operator wrapped years ago, before the parameters rose."""
    stored = Argon2Wrapper(Argon2Parameters(memory_kib=32, passes=1), PEPPER).wrap(HASHES["ldap sha1"])
    assert await pool.verify(stored, PASSWORD) is True


def test_what_needs_no_wrapping_stays_as_it_is(wrapper: Argon2Wrapper) -> None:
    todays = Argon2(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    for stored in (NO_PASSWORD, todays, wrapper.wrap(HASHES["bcrypt"]), "$pepper1" + todays):
        assert wrapper.wrap(stored) == stored


def test_a_hash_with_less_than_32_bits_of_salt_becomes_no_password(wrapper: Argon2Wrapper) -> None:
    """Imported by a release that still took them (SP 800-63B-4 3.1.1.2)."""
    assert wrapper.wrap("{SSHA}" + HASHES["ldap sha1"].removeprefix("{SSHA}")[:28]) == NO_PASSWORD


def test_a_text_that_is_no_hash_is_told(wrapper: Argon2Wrapper) -> None:
    with pytest.raises(PasswordHashBrokenError):
        wrapper.wrap("plain text")


def test_no_file_of_an_import_brings_a_wrapped_hash(wrapper: Argon2Wrapper) -> None:
    """The writer of a file could name a digest that takes a minute to compute, or a salt of somebody else's."""
    stored = wrapper.wrap(HASHES["ldap sha1"])
    assert imported_password_hash(stored) is None
    assert imported_password_hash(stored.removeprefix("$pepper1")) is None


@pytest.mark.parametrize(
    "broken",
    [
        "$pepper1$wrapped1$",
        "$pepper1$wrapped1$pbkdf2,sha256,50,32,c2FsdHNhbHQ=,0,0,0$",
        "$pepper1$wrapped1$pbkdf2,sha256,99000000,32,c2FsdHNhbHQ=,0,0,0$argon2id$v=19$m=64,t=1,p=1$YWFhYWFhYWE$YmJi",
        "$pepper1$wrapped1$md5,sha256,50,32,c2FsdHNhbHQ=,0,0,0$argon2id$v=19$m=64,t=1,p=1$YWFhYWFhYWE$YmJi",
        "$pepper1$wrapped1$salted_sha,sha9,1,32,c2FsdHNhbHQ=,0,0,0$argon2id$v=19$m=64,t=1,p=1$YWFhYWFhYWE$YmJi",
        "$wrapped1$salted_sha,sha1,1,20,????,0,0,0$argon2id$v=19$m=64,t=1,p=1$YWFhYWFhYWE$YmJi",
    ],
)
async def test_a_broken_wrapped_hash_is_told_from_a_wrong_password(pool: Argon2Pool, broken: str) -> None:
    with pytest.raises(PasswordHashBrokenError):
        await pool.verify(broken, PASSWORD)


def test_the_processes_of_an_import_get_the_wrapper_whole(wrapper: Argon2Wrapper) -> None:
    copied = pickle.loads(pickle.dumps(wrapper))
    assert copied.wrap(HASHES["ldap sha1"]).startswith("$pepper1$wrapped1$")
    assert PEPPER.hex() not in repr(wrapper)
    assert repr(PEPPER) not in repr(wrapper)
