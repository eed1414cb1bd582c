"""The population register's book: who is in it now, and what changed in it since the simulator started."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from portals.simulator.people import PEOPLE
from portals.simulator.person import Extra, Person, Status


class ChangeKind(StrEnum):
    """What can happen to a person or a number; the values are those of the controls."""

    NUMBER_REPLACED = "number_replaced"
    NAME_CHANGED = "name_changed"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class Change:
    """One change as the feed tells it. Its id is never used again, not even by a simulator started anew."""

    id: str
    kind: ChangeKind
    number: str
    at: datetime
    new_number: str = ""
    new_name: str = ""


class ImpossibleChangeError(Exception):
    """The register holds no living person under that number, or the new number is taken or not an invented one."""


def _everybody() -> dict[str, Person]:
    return {person.number: person for person in PEOPLE}


@dataclass(slots=True)
class Book:
    """The register's rows by number, and its changes in their order."""

    people: dict[str, Person] = field(default_factory=_everybody)
    changes: list[Change] = field(default_factory=list)

    def holder_of(self, number: str) -> Person | None:
        """Return whom the register answers for: nobody for a cancelled number or for a person who died."""
        person = self.people.get(number) or self._by_old_card(number)
        return person if person is not None and person.extra.status is Status.LIVING else None

    def somebody_else(self, person: Person | None) -> Person:
        """Return a living person who is not this one."""
        return next(other for other in self.people.values() if other is not person and self.holder_of(other.number))

    def change(self, change: Change) -> None:
        """Let it happen and list it; raise `ImpossibleChangeError` where it cannot."""
        person = self.holder_of(change.number)
        if person is None or person.number != change.number:
            raise ImpossibleChangeError
        match change.kind:
            case ChangeKind.NUMBER_REPLACED:
                self._replace_number(person, change.new_number)
            case ChangeKind.NAME_CHANGED:
                if not change.new_name:
                    raise ImpossibleChangeError
                self._keep(replace(person, family="", middle="", given=change.new_name, extra=_renamed(person)))
            case ChangeKind.DIED:
                self._keep(replace(person, extra=replace(person.extra, status=Status.DECEASED)))
        self.changes.append(change)

    def page(self, first_day: str, last_day: str, kinds: Sequence[ChangeKind], number: int, size: int) -> list[Change]:
        """Return one page (from 1) of the changes between two days, yyyyMMdd, both included."""
        wanted = [
            change for change in self.changes if change.kind in kinds and first_day <= f"{change.at:%Y%m%d}" <= last_day
        ]
        return wanted[(number - 1) * size : number * size]

    def _replace_number(self, person: Person, new_number: str) -> None:
        if new_number in self.people or not is_invented(new_number):
            raise ImpossibleChangeError
        self._keep(replace(person, extra=replace(person.extra, status=Status.CANCELLED, replaced_by=new_number)))
        self._keep(replace(person, number=new_number))

    def _keep(self, person: Person) -> None:
        self.people[person.number] = person

    def _by_old_card(self, number: str) -> Person | None:
        return next((one for one in self.people.values() if one.extra.old_card and one.extra.old_card == number), None)


def new_change_id() -> str:
    """Return an id for a change."""
    return f"BD-{uuid4().hex}"


def is_invented(number: str) -> bool:
    """Say whether nobody can hold this number: an unassigned prefix, or a birth in the 24th century."""
    digits = number.isascii() and number.isdigit() and len(number) == 12
    return digits and (number[:3] in {"003", "099"} or number[3] in "89")


def _renamed(person: Person) -> Extra:
    return replace(person.extra, in_parts=False, typed_name="")
