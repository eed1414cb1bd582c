"""Every parameter of every effect follows the rule or is written by hand, and nothing is written that follows it."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from idp.adapters import sql
from idp.adapters.sql.effects import WRITES
from idp.adapters.sql.engine.binder import Binder
from idp.adapters.sql.engine.statements import bound_by
from tests.unit.held.test_statements import an_example


def test_every_parameter_is_a_member_or_written_by_hand() -> None:
    assert len(WRITES) > 180
    failures = [mistake for binder in binders() for mistake in mistakes(binder)]
    assert failures == []


def binders() -> Iterator[Binder]:
    yield from (write.binder for write in WRITES.values())
    for module in pkgutil.walk_packages(sql.__path__, f"{sql.__name__}."):
        yield from (value for value in vars(import_module(module.name)).values() if isinstance(value, Binder))


def mistakes(binder: Binder) -> Iterator[str]:
    try:
        _ = binder.parameters
    except TypeError as error:
        yield str(error)


def test_nothing_by_hand_repeats_the_rule() -> None:
    """A path that does so is no binder at all; a function and a fixed value show it by their values."""
    repeated = []
    for kind, write in WRITES.items():
        binder = write.binder
        for name, by_hand in binder.by_hand.items():
            if isinstance(by_hand, str) or len(binder.by_rule(name)) != 1:
                continue
            others = {one: hand for one, hand in binder.by_hand.items() if one != name}
            by_rule = Binder(kind, write.statements, binder.of, others)
            if list(mistakes(by_rule)):
                continue
            examples = [an_example(kind, full=full) for full in (True, False)]
            if all(binder.parameters(one)[name] == by_rule.parameters(one)[name] for one in examples):
                repeated.append((kind.__name__, name))
    assert repeated == []


def test_of_names_nothing_that_is_not_read() -> None:
    unread = []
    for kind, write in WRITES.items():
        binder = write.binder
        names = [name for name in bound_by(write.statements) if name not in binder.by_hand]
        for member in binder.of:
            without = Binder(kind, write.statements, [one for one in binder.of if one != member], binder.by_hand)
            if all(binder.by_rule(name) == without.by_rule(name) for name in names):
                unread.append((kind.__name__, member))
    assert unread == []
