"""Every statement of the SQL stores, and the parameters that each effect gives to its own."""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module

from idp.account.merging.model import GiveBack
from idp.adapters import sql
from idp.adapters.sql.effects import WRITES
from idp.adapters.sql.engine.statements import Statement, bound_by
from idp.kernel.effects import Effect
from tests.unit.held.example import example
from tests.unit.held.snapshots import hold

# What is given back is named by an index, as its key or as its value: in hexadecimal.
GIVEN_BACK = {"key": "6b6579", "value": "76616c7565"}


def test_every_effect_writes_what_it_wrote() -> None:
    hold("effects", (line for kind in sorted(WRITES, key=lambda one: one.__name__) for line in written(kind)))


def written(kind: type[Effect]) -> Iterator[str]:
    write = WRITES[kind]
    yield f"{kind.__name__}, decided by {write.decides}{', a claim' if kind.claim else ''}"
    for one in write.statements:
        yield from texts(one)
    for full in (True, False):
        values = write.binder.parameters(an_example(kind, full=full))
        names = sorted(bound_by(write.statements))
        yield from (f"    {'full' if full else 'bare'} {name} = {values[name]!r}" for name in names)


def an_example(kind: type[Effect], *, full: bool) -> Effect:
    """Return an effect of a kind."""
    return example(kind, full=full, **(GIVEN_BACK if issubclass(kind, GiveBack) else {}))


def texts(statement: Statement) -> Iterator[str]:
    for text in dict.fromkeys((statement.named, statement.numbered)):
        yield "    " + " ".join(text.split())


def test_every_statement_is_as_it_was() -> None:
    rooms = (import_module(module.name) for module in pkgutil.walk_packages(sql.__path__, f"{sql.__name__}."))
    hold("statements", sorted({text for room in rooms for value in vars(room).values() for text in _within(value)}))


def _within(value: object) -> Iterator[str]:
    if isinstance(value, Statement):
        yield from texts(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _within(one)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _within(one)
