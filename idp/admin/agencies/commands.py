"""What an administrator may want done to the tree of agencies."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

from clients.model import ClientId
from idp.agencies.tree import AgencyKind, AgencyNames
from idp.kernel.ids import ChangeId


class Act(Struct, frozen=True):
    """The day from which a command holds, the legal decision that says so, and who enters it when."""

    day: date
    decision: str
    today: date
    at: datetime
    by: str
    # The change of two that carries it out, under which is kept what undoing needs; empty where one person does.
    change_id: ChangeId = ChangeId("")


class Found(Struct, frozen=True):
    """A new agency under a code that was never given."""

    code: str
    kind: AgencyKind
    # `NATIONAL` for what stands below nothing.
    parent: str
    names: AgencyNames


class Rename(Struct, frozen=True):
    """Other names for an agency."""

    code: str
    names: AgencyNames


class Move(Struct, frozen=True):
    """An agency to stand below another."""

    code: str
    parent: str


class Merge(Struct, frozen=True):
    """One or several agencies to go up in one that stands, or in one founded for it. All that is theirs goes there."""

    codes: tuple[str, ...]
    into: str | Found

    @property
    def target(self) -> str:
        """The code of the one that remains."""
        return self.into if isinstance(self.into, str) else self.into.code


class Split(Struct, frozen=True):
    """An agency to become several new ones; what is not given to a part by name goes to the first."""

    code: str
    parts: tuple[Found, ...]
    # The code of a part, by the code of what stands right below.
    children: Mapping[str, str] = field(default_factory=dict)
    # The code of a part, by client_id.
    clients: Mapping[ClientId, str] = field(default_factory=dict)


class Close(Struct, frozen=True):
    """An agency to end with no successor; nothing may stand below it."""

    code: str


Command = Found | Rename | Move | Merge | Split | Close
# What hands clients, officers or roles to other administrators, or ends what they are for.
OfTwo = Move | Merge | Split | Close


def subject_of(command: OfTwo) -> str:
    """Return the code under which a change of two is kept: of those that it is about, the first."""
    return command.codes[0] if isinstance(command, Merge) else command.code


def ending(command: Command) -> tuple[str, ...]:
    """Return the codes of the agencies that are no more after a command."""
    match command:
        case Merge(codes):
            return codes
        case Split(code) | Close(code):
            return (code,)
        case _:
            return ()


def standing(command: Command) -> tuple[str, ...]:
    """Return the codes that the command is about and that must stand already, parents included."""
    match command:
        case Found(parent=parent):
            return (parent,) if parent else ()
        case Rename(code) | Close(code):
            return (code,)
        case Move(code, parent):
            return (code, parent) if parent else (code,)
        case Merge(codes, into):
            return (*codes, into) if isinstance(into, str) else (*codes, *standing(into))
        case Split(code, parts):
            return (code, *(one for part in parts for one in standing(part)))
