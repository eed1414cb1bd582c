"""Hashes that other systems made: each kind is read and verified, what is too dear or says nothing is not."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.hashing.argon2_pool import Argon2Pool, PoolLimits
from idp.adapters.hashing.parameters import Argon2Parameters
from idp.factors.password.errors import PasswordHashBrokenError
from idp.factors.password.foreign_hashes import (
    NO_PASSWORD,
    imported_password_hash,
    read_foreign_hash,
)
from tests.support.foreign_hashes import foreign_hashes

PASSWORD = "mật khẩu của người thử"
HASHES = foreign_hashes(PASSWORD)


@pytest.fixture
def pool() -> Iterator[Argon2Pool]:
    pool = Argon2Pool(Argon2Parameters(memory_kib=64, passes=1), PoolLimits(threads=1, queue=2))
    yield pool
    pool.close()


@pytest.mark.parametrize("made_by", HASHES)
async def test_the_right_password_matches_and_a_wrong_one_does_not(pool: Argon2Pool, made_by: str) -> None:
    stored = HASHES[made_by]
    assert await pool.verify(stored, PASSWORD) is True
    assert await pool.verify(stored, PASSWORD + "1") is False
    assert pool.needs_rehash(stored) is True


async def test_todays_own_hash_need_not_be_renewed(pool: Argon2Pool) -> None:
    assert pool.needs_rehash(await pool.hash(PASSWORD)) is False


async def test_bcrypt_reads_seventy_two_bytes_as_its_makers_do(pool: Argon2Pool) -> None:
    stored = foreign_hashes("x" * 80)["bcrypt"]
    assert await pool.verify(stored, "x" * 80) is True


@pytest.mark.parametrize(
    "text",
    [
        "",
        "demo-Password-1",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$2b$15$" + "a" * 53,
        "$2b$10$short",
        "$argon2id$v=19$m=4000000,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$argon2id$v=19$m=65536,t=200,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        "$pbkdf2-sha256$9000000$c2FsdA$" + "a" * 43,
        "$pbkdf2-sha256$0$c2FsdA$" + "a" * 43,
        "pbkdf2_md5$50$salt$" + "a" * 44,
        "{SSHA}" + "a" * 10,
        "{SSHA256}not base64!",
        "$sha256-suffix$c2FsdA==$" + "a" * 28,
        "$sha1-middle$c2FsdA==$" + "a" * 28,
        "{WSO2-SHA-256}salt$" + "a" * 8,
        "$2b$10$" + "a" * 600,
    ],
)
def test_what_is_no_hash_or_costs_too_much_is_not_read(text: str) -> None:
    assert read_foreign_hash(text) is None


@given(st.text(max_size=200) | st.sampled_from(sorted(HASHES.values())).map(lambda text: text[:-2] + "💥"))
def test_any_text_is_read_or_not_and_never_an_error(text: str) -> None:
    read_foreign_hash(text)


def test_no_hash_shows_when_it_is_printed() -> None:
    for made_by, text in HASHES.items():
        found = read_foreign_hash(text)
        assert found is not None, made_by
        assert text[-12:] not in repr(found)


async def test_a_stored_text_of_no_known_kind_is_a_damaged_record(pool: Argon2Pool) -> None:
    with pytest.raises(PasswordHashBrokenError):
        await pool.verify("plain text", PASSWORD)


async def test_en_1_a_cheap_hash_costs_todays_work_too(monkeypatch: pytest.MonkeyPatch, pool: Argon2Pool) -> None:
    worked = []
    real = type(pool._argon2).verify

    def counting(self: object, stored: str, password: bytes) -> bool:
        worked.append(stored)
        return bool(real(pool._argon2, stored, password))

    monkeypatch.setattr(type(pool._argon2), "verify", counting)
    for made_by in ("ldap sha1", "bcrypt", "passlib sha256", "argon2id, other parameters"):
        worked.clear()
        await pool.verify(HASHES[made_by], PASSWORD)
        assert pool._dummy in worked, made_by
    worked.clear()
    await pool.pretend(HASHES["ldap sha1"], PASSWORD)
    await pool.pretend(None, PASSWORD)
    assert worked == [pool._dummy, pool._dummy]


def b64(raw: bytes) -> str:
    return b64encode(raw).decode()


def salted(salt: bytes) -> list[str]:
    """Return hashes of each kind with this salt, as a portal may have it in its file."""
    word = PASSWORD.encode()
    derived = b64encode(hashlib.pbkdf2_hmac("sha256", word, salt, 50), b"./").decode().rstrip("=")
    return [
        "{SSHA}" + b64(hashlib.sha1(word + salt).digest() + salt),
        "{WSO2-SHA-256}" + salt.decode() + "$" + b64(hashlib.sha256(word + salt).digest()),
        "$sha256-suffix$" + b64(salt) + "$" + b64(hashlib.sha256(word + salt).digest()),
        "$sha512-prefix$" + b64(salt) + "$" + b64(hashlib.sha512(salt + word).digest()),
        "$pbkdf2-sha256$50$" + b64encode(salt, b"./").decode().rstrip("=") + "$" + derived,
    ]


@pytest.mark.parametrize("salt", [b"", b"a", b"abc"])
@pytest.mark.parametrize("kind", range(5))
def test_sp_800_63b_4_3_1_1_2_a_hash_with_less_than_32_bits_of_salt_is_imported_as_no_password(
    salt: bytes, kind: int
) -> None:
    assert imported_password_hash(salted(salt)[kind]) == NO_PASSWORD


@pytest.mark.parametrize("kind", range(5))
async def test_one_with_32_bits_is_kept_and_the_password_matches(pool: Argon2Pool, kind: int) -> None:
    kept = imported_password_hash(salted(b"abcd")[kind])
    assert kept is not None
    assert await pool.verify(kept, PASSWORD) is True
    assert await pool.verify(NO_PASSWORD, PASSWORD) is False
