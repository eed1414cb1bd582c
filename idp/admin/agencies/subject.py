"""Agencies as the object of a change under two pairs of eyes."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from clients.document import Document
from clients.local_days import day_of
from idp.admin.agencies.changes import Changes, decide
from idp.admin.agencies.commands import Act, Close, OfTwo, Split, ending
from idp.admin.agencies.events import AGENCY_EVENTS, about
from idp.admin.agencies.officer_lists import (
    OFFICER_AGENCIES,
    Lists,
    concerned_lists,
    document_of_lists,
    read_lists,
    restoring,
    rewriting,
    rewritten,
)
from idp.admin.agencies.preview import AGENCIES, after, before, concerned, handed_on, read_proposed
from idp.admin.agencies.undoing import undo
from idp.admin.changes.model import By, Change, same_document
from idp.admin.changes.subjects import Application
from idp.admin.errors import StaleVersionError
from idp.admin.permissions import Permission
from idp.agencies.effects import CheckHoldings
from idp.agencies.effects import after as changed
from idp.agencies.ports import AgencyReader, Belongings, Holdings
from idp.agencies.tree import Tree
from idp.officers.roles import NATIONAL


class AgencySubject(Struct, frozen=True):
    """The agencies that a command is about, as they stand now."""

    reader: AgencyReader
    tree: Tree
    held: Mapping[str, Holdings]
    command: OfTwo
    # What the clients that name an agency that ends have in `officer_agencies`.
    lists: Lists
    # The country's: who administers one of them does not decide what becomes of it.
    agency: str = NATIONAL

    @classmethod
    async def of(cls, reader: AgencyReader, tree: Tree, command: OfTwo) -> "AgencySubject":
        """Return the agencies of a command as they stand in a tree, with what each holds."""
        gone = ending(command)
        lists = await reader.officer_lists(gone) if gone else {}
        return cls(reader, tree, await reader.holdings(concerned(tree, command)), command, lists)

    @property
    def document(self) -> Document:
        """Return how they stand, with who and what each holds."""
        return {**before(self.tree, self.held, self.command), **document_of_lists(self.lists)}

    async def planned(self, act: Act, *, day_named: bool) -> Document:
        """Return how they would stand. Raises what `decide` raises."""
        changes = await self._decided(act)
        held = handed_on(self.held, self.command)
        planned = after(changed(self.tree, changes), held, self.command, act, day_named=day_named)
        return {**planned, **document_of_lists(rewritten(self.lists, self.command))}

    async def applied(self, change: Change, after: Document, now: datetime) -> Application:
        """Return what carries the command out. Raises `StaleVersionError` where it would not do what was shown."""
        proposed = read_proposed(after)
        act = _act(change, proposed.decision, proposed.day, change.proposed_by, now)
        shown = await self.planned(act, day_named=proposed.day is not None)
        reported = (AGENCIES, OFFICER_AGENCIES)
        if not same_document(
            {name: shown.get(name) for name in reported}, {name: after.get(name) for name in reported}
        ):
            raise StaleVersionError("it would not do what was shown")
        claim, *others = await self._decided(act)
        return Application(
            claim,
            about(self.command, act),
            also=(*self._unchanged(), *others, *rewriting(self.lists, self.command, now)),
            happened=(AGENCY_EVENTS[type(self.command)], "approved"),
            needs=Permission.AGENCIES_APPROVE,
        )

    async def undone(self, change: Change, by: By, now: datetime) -> Application:
        """Return what takes it back. Raises `StaleVersionError`, `ConflictError`."""
        act = _act(change, read_proposed(change.after).decision, None, by, now)
        claim, *others = undo(self.tree, self.command, change.before, act)
        was, became = read_lists(change.before), read_lists(change.after)
        lists = await self.reader.officer_lists(concerned_lists(self.command, became))
        also = (*others, *restoring(lists, was, became, self.command, now))
        return Application(claim, about(self.command, act), also=also)

    async def _decided(self, act: Act) -> Changes:
        own = Belongings()
        if isinstance(self.command, Split | Close):
            own = await self.reader.belongings(self.command.code, act.at)
        return decide(self.tree, self.command, act, own)

    def _unchanged(self) -> tuple[CheckHoldings, ...]:
        """Return the claims that who and what goes along is what was shown."""
        held = {code: self.held.get(code, Holdings()) for code in ending(self.command)}
        return tuple(
            CheckHoldings(code=code, clients=h.clients, officers=len(h.officers), roles=len(h.roles))
            for code, h in held.items()
        )


class AgencySubjects(Struct, frozen=True):
    """All agencies."""

    reader: AgencyReader
    read: Permission = Permission.AGENCIES_READ

    async def find(self, object_id: str) -> AgencySubject | None:
        """Return one agency as its end would find it; None for a code that was never given."""
        tree = await self.reader.tree()
        return await self._about(tree, Close(object_id)) if object_id in tree.agencies else None

    async def of(self, change: Change) -> AgencySubject:
        """Return the agencies of a change."""
        return await self._about(await self.reader.tree(), read_proposed(change.after).command)

    async def _about(self, tree: Tree, command: OfTwo) -> AgencySubject:
        return await AgencySubject.of(self.reader, tree, command)


def _act(change: Change, decision: str, day: str | None, by: By, now: datetime) -> Act:
    today = day_of(now)
    return Act(date.fromisoformat(day) if day else today, decision, today, now, by.account_id, change.id)
