"""Compiles, from the members of a record, how the parameters of its statements are read.

A parameter named like a member takes it; `grant_id` takes `grant.id`. Instants become microseconds, days and words
become text; None stays None, also on the way to a member. What follows no rule is named beside the statements.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from msgspec import Struct

from idp.adapters.sql.engine.instants import to_micros, to_words
from idp.adapters.sql.engine.member_types import form_of, member_type, members_of
from idp.adapters.sql.engine.statements import Parameters, Statement, Value, bound_by

Path = tuple[str, ...]


class Fixed(Struct, frozen=True):
    """A value that is the same for every record."""

    value: Value


class Binder:
    """Reads the parameters of statements from records of one kind.

    The members of what `of` names are read as if they were the record's own. By hand is a path ("contact.sealed"), a
    fixed value or a function of the record.
    """

    def __init__(
        self,
        kind: type[Struct],
        statements: Sequence[Statement],
        of: Sequence[str] = (),
        by_hand: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self.of = of
        self.by_hand = by_hand
        self._kind = kind
        self._statements = statements

    @cached_property
    def parameters(self) -> Callable[[Struct], Parameters]:
        """The function from a record to its parameters, compiled when it is first wanted.

        It is what one would write by hand: to look at the type of each value, each time, takes twice as long.
        """
        names = bound_by(self._statements)
        if unbound := self.by_hand.keys() - set(names):
            raise self._mistake(f"no statement binds {', '.join(sorted(unbound))}")
        members = ", ".join(f"{name!r}: {self._source(name)}" for name in names)
        by_hand = {_by_hand(name): one.value if isinstance(one, Fixed) else one for name, one in self.by_hand.items()}
        made: Callable[[Struct], Parameters] = eval(  # noqa: S307 (names of parameters and members of ours)
            f"lambda record: {{{members}}}", {"to_micros": to_micros, "to_words": to_words, **by_hand}
        )
        return made

    def by_rule(self, name: str) -> list[Path]:
        """Return the paths that the rule gives to a parameter; if they are not one, it has to be written by hand."""
        bases: list[Path] = [(), *((member,) for member in self.of)]
        return [path for base in bases for path in self._within(base, name)]

    def _within(self, base: Path, name: str) -> Iterator[Path]:
        kind: object = self._kind
        for member in base:
            kind, _ = member_type(kind, member)
        for member in members_of(kind):
            rest = name.removeprefix(f"{member}_")
            if name == member:
                yield (*base, member)
            elif rest != name and rest in members_of(member_type(kind, member)[0]):
                yield (*base, member, rest)

    def _source(self, name: str) -> str:
        found, by_hand = self.by_rule(name), self.by_hand.get(name)
        if isinstance(by_hand, str):
            path = tuple(by_hand.split("."))
            if found == [path]:
                raise self._mistake(f":{name} follows the rule")
            return self._read(path)
        if by_hand is not None:
            return _by_hand(name) if isinstance(by_hand, Fixed) else f"{_by_hand(name)}(record)"
        if len(found) != 1:
            raise self._mistake(f":{name} is no member" if not found else f":{name} may be any of {found}")
        return self._read(found[0])

    def _read(self, path: Path) -> str:
        kind: object = self._kind
        expression, optional, missing = "record", False, list[str]()
        for member in path:
            if member not in members_of(kind):
                raise self._mistake(f"no member {'.'.join(path)}")
            if optional:
                missing.append(expression)
            kind, optional = member_type(kind, member)
            expression = f"{expression}.{member}"
        form = form_of(kind)
        if form is None:
            raise self._mistake(f"no rule for {'.'.join(path)}, a {kind!r}")
        if optional and form != "{}":
            missing.append(expression)
        return "".join(f"None if {one} is None else " for one in missing) + form.format(expression)

    def _mistake(self, what: str) -> TypeError:
        return TypeError(f"{self._kind.__name__}: {what}")


def _by_hand(name: str) -> str:
    return f"{name}_by_hand"
