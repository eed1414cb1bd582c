"""`idp passwords`: building the filter of breached passwords, asking it, and starting with it."""

from hashlib import sha1
from pathlib import Path

import pytest

from tests.flows.cli.operator import Operator

PASSWORDS = ["mưa rào mùa hạ", "correct horse", "", "xkvwzqjrmhtbfgp", "Hoa\u0323 mi"]


def plain_list(folder: Path) -> Path:
    path = folder / "passwords.txt"
    path.write_text("\n".join(PASSWORDS) + "\n", "utf-8")
    return path


def hashed_list(folder: Path) -> Path:
    path = folder / "hashes.txt"
    lines = [sha1(one.encode(), usedforsecurity=False).hexdigest().upper() + f":{n}" for n, one in enumerate(PASSWORDS)]
    path.write_text("\r\n".join(lines), "ascii")
    return path


def asked(operator: Operator, filter_file: Path, password: str) -> str:
    return operator.good("passwords", "check", filter_file, stdin=f"{password}\n")


def test_a_filter_of_plain_passwords_knows_them_in_any_form(bare: Operator, tmp_path: Path) -> None:
    out = tmp_path / "filter"
    reported = bare.good("passwords", "build-filter", plain_list(tmp_path), "--out", out)
    assert reported.startswith("4 passwords in ")
    assert asked(bare, out, "mưa rào mùa hạ").startswith("known")
    assert asked(bare, out, "Hoạ mi").startswith("known")
    assert asked(bare, out, "mưa rào mùa đông").startswith("not known")


def test_a_filter_of_published_hashes_knows_the_same(bare: Operator, tmp_path: Path) -> None:
    out = tmp_path / "filter"
    built = bare.run("passwords", "build-filter", hashed_list(tmp_path), "--out", out, "--sha1", "--json").json()
    assert built == {"passwords": 5, "bytes": out.stat().st_size, "file": str(out)}
    assert asked(bare, out, "correct horse").startswith("known")


def test_a_list_of_another_kind_leaves_the_old_filter_as_it_is(bare: Operator, tmp_path: Path) -> None:
    out = tmp_path / "filter"
    bare.good("passwords", "build-filter", hashed_list(tmp_path), "--out", out, "--sha1")
    before = out.read_bytes()
    done = bare.run("passwords", "build-filter", plain_list(tmp_path), "--out", out, "--sha1")
    assert (done.code, done.out) == (1, "")
    assert "line 1 is no SHA-1" in done.err
    assert PASSWORDS[0] not in done.err
    assert out.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} >= {"filter"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"password\n123456\n" * 9, "is no filter made by"), (b"IDPBLOOM" + bytes(24), "was cut short; build it again")],
)
def test_a_broken_filter_stops_the_start_with_one_line(
    bare: Operator, tmp_path: Path, content: bytes, reason: str
) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(content)
    bare.settings["IDP_BREACHED_PASSWORDS_FILE"] = str(broken)
    done = bare.run("migrate")
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith("idp: IDP_BREACHED_PASSWORDS_FILE: ")
    assert reason in line


def test_asking_a_file_that_is_no_filter_says_so(bare: Operator, tmp_path: Path) -> None:
    done = bare.run("passwords", "check", plain_list(tmp_path), stdin="x\n")
    assert (done.code, "is no filter made by" in done.err) == (1, True)
