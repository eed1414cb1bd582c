"""The filter of breached passwords: what it knows it never forgets, and a broken file is refused at the start."""

from hashlib import sha1
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.passwords.bloom_file import (
    FilterFile,
    FilterFileError,
    FilterShape,
    FilterWriter,
    NoBreachedPasswords,
    password_digest,
)
from idp.factors.password.model import PasswordContext, PasswordProblem
from idp.factors.password.service import PasswordRules

STRONG = "xkvwzqjrmhtbfgp"


def filter_of(folder: Path, passwords: list[str]) -> FilterFile:
    path = folder / "filter"
    with path.open("w+b") as file, FilterWriter(file, len(passwords)) as writer:
        for password in passwords:
            writer.add(password_digest(password))
    return FilterFile(path)


def test_the_digest_is_that_of_published_lists() -> None:
    assert password_digest("mật khẩu") == sha1("mật khẩu".encode(), usedforsecurity=False).digest()


def test_every_password_that_was_added_is_known(tmp_path: Path) -> None:
    passwords = [f"password {n}" for n in range(2000)]
    known = filter_of(tmp_path, passwords)
    assert all(known.contains(password) for password in passwords)
    known.close()


def test_of_the_others_about_one_in_a_thousand_is_taken_for_known(tmp_path: Path) -> None:
    known = filter_of(tmp_path, [f"password {n}" for n in range(2000)])
    wrong = sum(known.contains(f"another {n}") for n in range(20_000))
    assert wrong < 60
    known.close()


def test_an_empty_list_knows_nothing(tmp_path: Path) -> None:
    known = filter_of(tmp_path, [])
    assert not known.contains(STRONG)
    known.close()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no filter"),
        (b"password\n123456\n" * 9, "no filter"),
        (b"IDPBLOOM", "no filter"),
        (b"IDPBLOOM" + bytes(24), "cut short"),
        (b"IDPBLOOM" + (1 << 40).to_bytes(8, "little") + (10).to_bytes(8, "little") + bytes(8), "cut short"),
        (b"IDPBLOOM" + (64).to_bytes(8, "little") + (99).to_bytes(8, "little") + bytes(16), "cut short"),
    ],
)
def test_a_file_that_is_no_whole_filter_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "filter"
    path.write_bytes(content)
    with pytest.raises(FilterFileError, match=reason):
        FilterFile(path)


@given(st.integers(0, 10**10))
def test_the_shape_grows_with_the_list_and_stays_small(count: int) -> None:
    shape = FilterShape.for_passwords(count)
    assert 1 <= shape.hashes <= 32
    assert shape.bits <= max(64, 15 * count)
    assert shape.file_size == 32 + -(-shape.bits // 8)


async def test_63b_a_breached_password_is_refused_with_its_own_reason(tmp_path: Path) -> None:
    known = filter_of(tmp_path, [STRONG])
    rules = PasswordRules(known)
    assert await rules.judge(STRONG, PasswordContext()) is PasswordProblem.BREACHED
    assert await rules.judge(f"{STRONG} mưa", PasswordContext()) is None
    known.close()


async def test_what_is_wrong_anyway_is_told_first(tmp_path: Path) -> None:
    known = filter_of(tmp_path, ["mật khẩu"])
    assert await PasswordRules(known).judge("mật khẩu", PasswordContext()) is PasswordProblem.TOO_SHORT
    known.close()


async def test_a_password_written_apart_is_the_same_password(tmp_path: Path) -> None:
    known = filter_of(tmp_path, ["mưa rào mùa hạ 47 bậc"])
    written_apart = "mưa rào mùa ha\u0323 47 bậc"
    assert await PasswordRules(known).judge(written_apart, PasswordContext()) is PasswordProblem.BREACHED
    known.close()


async def test_without_a_file_the_built_in_lists_are_all_there_is() -> None:
    rules = PasswordRules(NoBreachedPasswords())
    assert await rules.judge(STRONG, PasswordContext()) is None
    assert await rules.judge("matkhaucuatoi2024", PasswordContext()) is PasswordProblem.COMMON
    assert (rules.minimum(two_steps=False), rules.minimum(two_steps=True)) == (15, 8)
