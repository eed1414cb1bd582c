"""The client file: plain YAML, nothing hidden, every problem named with its entry."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import ClientFileError
from clients.file import MAX_FILE_BYTES, parse_client_file, read_client_file
from tests.unit.clients.entries import NOW

FILE = """
clients:
  - client_id: one
    client_name: Cổng một
    client_name#en: Portal one
    redirect_uris: [https://one.example/cb]
  - client_id: two
    client_name: Cổng hai
    redirect_uris:
      - https://two.example/cb
"""


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ClientFileError) as caught:
        parse_client_file(text.encode(), NOW)
    return [(problem.field, problem.rule) for problem in caught.value.problems]


def test_entries_come_in_the_order_of_the_file() -> None:
    entries = parse_client_file(FILE.encode(), NOW)
    assert [entry.client.client_id for entry in entries] == ["one", "two"]
    assert entries[0].client.client_name == {"": "Cổng một", "en": "Portal one"}


def test_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "portals.yaml"
    path.write_text(FILE, encoding="utf-8")
    assert read_client_file(path, NOW) == parse_client_file(FILE.encode(), NOW)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClientFileError, match=r"portals\.yaml cannot be read"):
        read_client_file(tmp_path / "portals.yaml", NOW)


def test_empty_list_is_no_problem() -> None:
    assert parse_client_file(b"clients: []", NOW) == ()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "clients:", "clients: {}", "other: []", "clients: []\nmore: 1", "- clients", "just text", "5"],
)
def test_file_without_exactly_a_list_of_clients_is_refused(text: str) -> None:
    assert problems(text) == [("file", "clients-list")]


@pytest.mark.parametrize(
    "text",
    [
        "clients: [",
        "clients: []\n---\nclients: []",
        "clients: []\nclients: []",
        "clients:\n- client_id: a\n  client_id: b",
        "clients: [&a {client_id: x}, *a]",
        "a: &a [x]\nclients: *a",
        "clients:\n- !!python/object/apply:os.system ['true']",
        "clients: !!python/name:os.system",
        "clients:\n- ? {a: b}\n  : 1",
        "clients: 2026-99-99",
        "clients: !!bool x",
        "clients: !!timestamp x",
        "clients: !!int ''",
        "clients: !!float x",
        "clients: \x00",
        "[" * 5000,
    ],
)
def test_what_is_not_plain_yaml_is_refused(text: str) -> None:
    assert problems(text) == [("file", "yaml")]


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ClientFileError, match="not YAML"):
        parse_client_file(b"clients: \xff\xfe", NOW)


def test_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(ClientFileError, match="split it"):
        parse_client_file(b"#" * (MAX_FILE_BYTES + 1), NOW)


@pytest.mark.parametrize("entry", ["text", "5", "[a]", "{1: a}", "null"])
def test_entry_that_is_no_mapping_is_refused(entry: str) -> None:
    assert problems(f"clients: [{entry}]") == [("clients[0]", "type")]


def test_same_client_twice_is_refused() -> None:
    assert problems(FILE.replace("client_id: two", "client_id: one")) == [("clients[1].client_id", "duplicate")]


def test_problems_of_all_entries_are_reported_with_place_and_name() -> None:
    wrong = FILE.replace("https://one", "http://one").replace("https://two", "ftp://two")
    assert problems(wrong) == [
        ("clients[0] (one).redirect_uris[0]", "https"),
        ("clients[1] (two).redirect_uris[0]", "web-scheme"),
    ]


def test_number_where_text_belongs_is_refused_not_guessed() -> None:
    assert problems(FILE.replace("client_id: one", "client_id: 0123")) == [("clients[0].client_id", "type")]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(ClientFileError):
        parse_client_file(data, NOW)


@given(st.text(alphabet="clients:-[]{}&*!|>#\n \"'?,a1", max_size=60))
def test_any_yaml_like_text_is_read_or_refused(text: str) -> None:
    with suppress(ClientFileError):
        parse_client_file(text.encode(), NOW)
