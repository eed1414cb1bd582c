"""What `make run` consists of."""

import os
from pathlib import Path

import pytest

from portals.embedded import ADDRESSES, Folders, fingerprint, prepared, provider_environment
from portals.relying_party.config import PORTALS


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    for name in ("idp", "clients", "keys", "migrations", "portals"):
        (tmp_path / name).mkdir()
    (tmp_path / "idp" / "cli.py").write_text("one")
    folders = Folders(tmp_path)
    folders.make()
    return folders


def prepare(folders: Folders) -> None:
    folders.database.write_text("store")
    folders.people.write_text("people")
    folders.stamp.write_text(fingerprint(folders))


def test_the_addresses_are_those_of_the_interfaces() -> None:
    assert [address.url for address in ADDRESSES] == [
        "http://localhost:8000",
        "http://127.0.0.1:8101",
        "http://127.0.0.1:8102",
        "http://127.0.0.1:8103",
        "http://127.0.0.1:8104",
        "http://127.0.0.1:8105",
        "http://127.0.0.1:8200",
        "http://127.0.0.1:8300",
    ]


def test_the_provider_gets_the_embedded_settings_and_none_from_the_shell(tmp_path: Path) -> None:
    shell = {"PATH": "/bin", "IDP_REDIS_URL": "redis://elsewhere", "IDP_TLS_KEY": "left over"}
    environment = provider_environment(Folders(tmp_path), shell)
    assert environment["PATH"] == "/bin"
    assert environment["IDP_REDIS_URL"] == ""
    assert "IDP_TLS_KEY" not in environment
    assert environment["IDP_DATABASE_URL"] == f"sqlite+aiosqlite:///{tmp_path}/var/idp.sqlite3"


def test_the_provider_may_call_every_demonstration_program_and_not_itself(tmp_path: Path) -> None:
    allowed = provider_environment(Folders(tmp_path), {})["IDP_EGRESS_ALLOW"].split(",")
    ports = [*(portal.port for portal in PORTALS), 8200, 8300]
    assert sorted(allowed) == sorted(f"127.0.0.1:{port}" for port in ports)


def test_the_data_folders_are_closed_to_others(folders: Folders) -> None:
    for folder in (folders.var, folders.log, folders.portal_keys):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_new_store_is_not_prepared(folders: Folders) -> None:
    assert not prepared(folders)


def test_an_unchanged_store_stays_prepared(folders: Folders) -> None:
    prepare(folders)
    assert prepared(folders)


@pytest.mark.parametrize("lost", ["database", "people", "stamp"])
def test_a_lost_file_means_preparing_again(folders: Folders, lost: str) -> None:
    prepare(folders)
    getattr(folders, lost).unlink()
    assert not prepared(folders)


def test_a_changed_program_means_preparing_again(folders: Folders) -> None:
    prepare(folders)
    path = folders.root / "idp" / "cli.py"
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    assert not prepared(folders)


def test_a_new_program_file_means_preparing_again(folders: Folders) -> None:
    prepare(folders)
    (folders.root / "migrations" / "0002.py").write_text("new")
    assert not prepared(folders)


def test_what_is_no_program_changes_nothing(folders: Folders) -> None:
    prepare(folders)
    (folders.root / "idp" / "notes.txt").write_text("new")
    assert prepared(folders)
