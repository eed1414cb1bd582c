"""The objects of changes under two pairs of eyes: one port for each kind, which approvals are built on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from clients.document import Document
from idp.admin.changes.model import By, Change, same_document
from idp.admin.errors import StaleVersionError
from idp.admin.permissions import Permission
from idp.audit.model import EventName
from idp.kernel.effects import Effect


class Application(Struct, frozen=True):
    """What makes a change real."""

    # Writes the object in place of what was read; a claim, which is too late if somebody else did.
    effect: Effect
    # What the event says of the object as it then is.
    details: Mapping[str, str]
    # What is written with it.
    also: tuple[Effect, ...] = ()
    # What happened to the object itself, in the log's own name and word for it, where it has one of its own.
    happened: tuple[EventName, str] | None = None
    # Whether one person may take it back within the day.
    undoable: bool = True
    # What applying it takes today, beside what the change asked for.
    needs: Permission | None = None
    # Whose word it takes today, where that is another agency's than the change's.
    asked_agency: str | None = None


class Subject(Protocol):
    """One object as it is stored now."""

    @property
    def agency(self) -> str:
        """Return whose it is; `NATIONAL` for the country's own."""

    @property
    def document(self) -> Document:
        """Return the whole of it, as changes have it before and after."""

    async def applied(self, change: Change, after: Document, now: datetime) -> Application:
        """Return what applies a change. Raises `AdminError` where that cannot be done any more."""

    async def undone(self, change: Change, by: By, now: datetime) -> Application:
        """Return what takes an applied change back.

        Raises `StaleVersionError` where the object was changed since, `AdminError` where it is not taken back at all.
        """


class Subjects(Protocol):
    """The objects of one kind."""

    @property
    def read(self) -> Permission:
        """Return what it takes to see their changes."""

    async def find(self, object_id: str) -> Subject | None:
        """Return one object."""

    async def of(self, change: Change) -> Subject | None:
        """Return what a change is about."""


def demand_unchanged(document: Document, change: Change) -> None:
    """Raise `StaleVersionError` where an object is not as an applied change left it."""
    if not same_document(document, change.after):
        raise StaleVersionError("the object has changed since")
