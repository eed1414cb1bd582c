"""What is stored or sealed under a name: drafts, seals, keys, events, settings."""

import ast
from collections.abc import Iterator
from typing import TypeGuard

import msgspec
from msgspec import Struct

from idp.audit.model import EventName
from idp.environment import Settings
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.places import Column
from idp.sealing.columns import SEALED_COLUMNS
from tests.unit.held.example import example
from tests.unit.held.snapshots import hold
from tests.unit.held.source import calls, value_of


def test_events_keep_their_names() -> None:
    hold("events", sorted(EventName))


def test_keys_are_derived_for_the_same_purposes() -> None:
    asked = (value_of(one, namespace) for call, namespace in calls(".hash_key", ".sealer", ".raw") for one in call.args)
    hold("key_purposes", sorted({one for one in asked if isinstance(one, KeyPurpose)}))


def test_every_purpose_is_one_that_a_key_is_derived_for() -> None:
    asked = {value_of(one, namespace) for call, namespace in calls(".hash_key", ".raw") for one in call.args}
    assert asked == {*KeyPurpose}


def test_sealed_values_stand_at_the_same_places() -> None:
    places = {value_of(call.args[0], namespace) for call, namespace in calls(Column.__name__)}
    columns = (f"{one.table}.{one.column} by {', '.join(one.keys)}" for one in SEALED_COLUMNS)
    hold("sealed", [*sorted(str(one) for one in places), *sorted(columns)])


def test_drafts_and_other_packed_records_keep_their_members() -> None:
    found = {line for one in (drafts(), packed()) for name, kind in one for line in _members(name, kind)}
    hold("packed", sorted(found))


def drafts() -> Iterator[tuple[str, type[Struct]]]:
    """Yield what is kept for a browser between two steps, by the name it is stored under."""
    for call, namespace in calls("draft_store", "DraftStore", "AgeingDrafts"):
        values = [value_of(one, namespace) for one in call.args]
        name = next((one for one in values if isinstance(one, str)), None)
        yield from ((name, one) for one in values if name is not None and _is_record(one))


def packed() -> Iterator[tuple[str, type[Struct]]]:
    """Yield what is read from msgpack elsewhere."""
    for call, namespace in calls(".decode", ".Decoder"):
        if "msgpack" in ast.unparse(call.func):
            values = (value_of(one, namespace) for one in [*call.args, *(keyword.value for keyword in call.keywords)])
            yield from ((one.__name__, one) for one in values if _is_record(one))


def _is_record(value: object) -> TypeGuard[type[Struct]]:
    return isinstance(value, type) and issubclass(value, Struct)


def _members(name: str, kind: type[Struct]) -> Iterator[str]:
    for full in (True, False):
        text = msgspec.json.encode(msgspec.to_builtins(example(kind, full=full)), order="deterministic").decode()
        yield f"{name} {'full' if full else 'bare'} {text}"


def test_settings_keep_their_names_and_defaults() -> None:
    hold("settings", (f"{name} = {field.get_default()!r}" for name, field in sorted(Settings.model_fields.items())))
