"""What `make run` consists of."""

import os
from pathlib import Path

import pytest

from portals.embedded import STANDARD, Folders, Layout, client_file, fingerprint, prepared, provider_environment
from portals.relying_party.config import PORTALS


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    for name in ("idp", "clients", "keys", "records", "migrations", "portals"):
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
    assert [address.url for address in STANDARD.addresses] == [
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


def test_moved_ports_mean_preparing_again(folders: Folders) -> None:
    prepare(folders)
    assert not prepared(folders, Layout(21000))


def test_moved_ports_move_every_program_and_the_issuer() -> None:
    moved = Layout(21000)
    ports = [21000, 21101, 21102, 21103, 21104, 21105, 21200, 21300]
    assert [address.port for address in moved.addresses] == ports
    assert {portal.issuer for portal in moved.portals} == {"http://localhost:21000"}
    assert moved.portals[0].redirect_uri == "http://127.0.0.1:21101/callback"


def test_the_provider_with_moved_ports_is_told_of_no_well_known_one(tmp_path: Path) -> None:
    environment = provider_environment(Folders(tmp_path), {}, Layout(21000))
    assert environment["IDP_LISTEN"] == "127.0.0.1:21000"
    assert environment["IDP_MESSAGE_GATEWAY_URL"] == "http://127.0.0.1:21300/messages"
    assert not [value for value in environment.values() if ":8" in value]


def test_the_client_file_is_the_repository_s_own_unless_ports_are_moved(folders: Folders) -> None:
    folders.clients.write_text('redirect_uris: ["http://127.0.0.1:8101/callback"]\nagency: G22\n')
    assert client_file(folders) == folders.clients
    moved = client_file(folders, Layout(21000))
    assert moved.parent == folders.var
    assert moved.read_text() == 'redirect_uris: ["http://127.0.0.1:21101/callback"]\nagency: G22\n'


def test_data_can_be_kept_elsewhere(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "repository", tmp_path / "elsewhere")
    assert folders.database == tmp_path / "elsewhere" / "idp.sqlite3"
    assert folders.clients == tmp_path / "repository" / "portals" / "portals.yaml"
