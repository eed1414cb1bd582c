"""The product speaks the field's words: names hold none of the private ones that the first edition used."""

import io
import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import Module, modules

SERVED = ("idp", "clients", "keys", "records")
# The field's own words instead: provider, router, reported, command, store, infrastructure, trial client, admission,
# legacy, sign-in metrics, unrecognised device.
PRIVATE = frozenset(
    [
        "house",
        "houses",
        "switchboard",
        "told",
        "wish",
        "wishes",
        "shelf",
        "shelves",
        "estate",
        "estates",
        "twin",
        "twins",
        "crowd",
        "dialect",
        "quality",
        "stranger",
        "strangers",
        "arriving",
        "town",
        "towns",
        "lookout",
    ]
)
# Whole names whose words are ordinary ones: page context, ledgers, outbound services, "not me" codes, methods.
FORMER = re.compile(
    r"PageDesk|KnownAtOnce|known_at_once|NoteQueue|Look(?:Shelf|Wish)?|ArrivingRow|(?:Arm|Use)?Alarm|alarm_code"
    r"|Line(?:Gate|Health|Memory|Record|State|Stops|Facts|Watch)|(?:Watched|Register|Upstream|HttpUpstream)Lines?"
    r"|Way|RecoveryWay|Resting\w*|SharedRest|Try[A-Z]\w*|ROOM_PATH"
)
# What others rely on keeps its word: settings, members of clients, tables, names of the API; and SQLAlchemy's own.
KEPT = frozenset(
    [
        "strangers_per_minute",
        "strangers_per_network",
        "legacy_dialect_until",
        "quality_counts",
        "quality_days",
        "quality_days_added",
        "quality_hours",
        "QualityDays",
        "QualityHours",
        "QualityPage",
        "QualityQuery",
        "list_quality",
        "list_quality_days",
        "list_quality_hours",
        "DefaultDialect",
        "dialect",
        "_DIALECT",
    ]
)


def words_of(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def is_private(name: str) -> bool:
    return name not in KEPT and (not PRIVATE.isdisjoint(words_of(name)) or FORMER.fullmatch(name) is not None)


def names_in(module: Module) -> Iterator[str]:
    yield from module.name.split(".")
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    yield from (token.string for token in tokens if token.type == tokenize.NAME)


def test_no_name_of_the_product_holds_a_private_word() -> None:
    found = {(module.shown, name) for module in modules(*SERVED) for name in names_in(module) if is_private(name)}
    assert sorted(found) == []


def test_every_kept_name_is_still_there() -> None:
    names = {name for module in modules(*SERVED) for name in names_in(module)}
    assert sorted(KEPT - names) == []


@pytest.mark.parametrize("name", ["House", "of_house", "TOLD_KINDS", "DraftShelf", "is_twin", "LineHealth", "Way"])
def test_a_private_word_is_found_in_a_name(name: str) -> None:
    assert is_private(name)


@pytest.mark.parametrize("name", ["household", "AuthenticationMethod", "look_up", "always", "legacy_dialect_until"])
def test_the_fields_words_are_let_through(name: str) -> None:
    assert not is_private(name)
