"""The master key file: made once, closed to others, and refused with the remedy when it is wrong."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from keys.errors import MasterKeyError
from keys.providers.file import load_master_key, load_or_create_master_key
from tests.unit.keys.made_keys import MASTER_KEY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "master.key"


def write(path: Path, text: bytes, mode: int = 0o600) -> None:
    path.write_bytes(text)
    path.chmod(mode)


def test_created_file_is_closed_to_others_and_read_back(path: Path) -> None:
    created = load_or_create_master_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_master_key(path) == created


def test_existing_key_is_never_replaced(path: Path) -> None:
    first = load_or_create_master_key(path)
    assert load_or_create_master_key(path) == first


def test_creation_leaves_no_draft_behind(path: Path) -> None:
    load_or_create_master_key(path)
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_start_together_get_the_same_key(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(load_or_create_master_key, [path] * 16))
    assert all(key == keys[0] for key in keys)


def test_missing_file_is_named(path: Path) -> None:
    with pytest.raises(MasterKeyError, match=r"master\.key: no master key there"):
        load_master_key(path)


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o620, 0o601])
def test_file_open_to_others_is_refused_with_the_command_that_closes_it(path: Path, mode: int) -> None:
    write(path, MASTER_KEY.encode(), mode)
    with pytest.raises(MasterKeyError, match="chmod 600"):
        load_master_key(path)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o440])
def test_file_for_its_owner_and_reading_group_is_accepted(path: Path, mode: int) -> None:
    write(path, MASTER_KEY.encode() + b"\n", mode)
    assert load_master_key(path) == MASTER_KEY


@pytest.mark.parametrize("text", [b"", b"c2hvcnQ", MASTER_KEY.encode() * 2, b"\x00" * 32])
def test_file_with_another_content_is_refused_and_named(path: Path, text: bytes) -> None:
    write(path, text)
    with pytest.raises(MasterKeyError, match=r"master\.key: .*backup"):
        load_master_key(path)


def test_folder_is_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="cannot be read"):
        load_master_key(tmp_path)


def test_pipe_is_refused(path: Path) -> None:
    os.mkfifo(path, 0o600)
    reader = os.open(path, os.O_RDWR)
    try:
        with pytest.raises(MasterKeyError, match="regular file"):
            load_master_key(path)
    finally:
        os.close(reader)


def test_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="cannot be created"):
        load_or_create_master_key(tmp_path / "missing" / "master.key")
