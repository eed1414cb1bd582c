"""Changes of the tree of agencies: read, decide, commit; anew where somebody else was quicker."""

from collections.abc import Callable, Mapping
from datetime import date

from msgspec import Struct

from clients.local_days import day_of
from idp.admin.agencies.changes import decide
from idp.admin.agencies.commands import Act, Close, Command, OfTwo, Split, ending, subject_of
from idp.admin.agencies.events import AGENCY_EVENTS, about
from idp.admin.agencies.officer_lists import rewriting
from idp.admin.agencies.preview import word_of
from idp.admin.agencies.subject import AgencySubject
from idp.admin.changes.model import OPEN_FOR, By, Change, ChangeKind, ObjectKind, ProposeChange
from idp.admin.errors import ConflictError, StaleVersionError
from idp.admin.permissions import Permission
from idp.agencies.ports import AgencyReader, Belongings
from idp.agencies.tree import Tree
from idp.audit.model import EventName, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import ChangeId, new_id
from idp.officers.roles import NATIONAL

# Two administrators at once are rare, five are not met.
_TRIES = 5
# Makes the event of an act, from its name and its details.
EventOf = Callable[[EventName, Mapping[str, str]], RecordEvent]


class AgencyRegister(Struct, frozen=True):
    """Changes agencies, whoever asks for it: who may is asked before (`idp.admin.agencies.service`)."""

    reader: AgencyReader
    ledger: Ledger
    clock: Clock

    def act(self, decision: str, by: str, day: date | None = None) -> Act:
        """Return an act of this moment; it holds from today unless a day is named."""
        now = self.clock.now()
        today = day_of(now)
        return Act(day or today, " ".join(decision.split()), today, now, by)

    async def change(
        self, command: Command, act: Act, event_of: EventOf, read: Mapping[str, int] | None = None
    ) -> None:
        """Carry out a command with its event; `read` are the versions that whoever commands it has seen.

        Raises `StaleVersionError` where one of those is no longer so, and what `decide` raises.
        """
        for _ in range(_TRIES):
            tree = await self._tree(read or {})
            own = await self._own(command, act)
            lists = await self.reader.officer_lists(ending(command))
            changes = (*decide(tree, command, act, own), *rewriting(lists, command, act.at))
            if await self.ledger.commit(*changes, event_of(AGENCY_EVENTS[type(command)], about(command, act))):
                return
        raise StaleVersionError("the tree of agencies changes all the time")

    async def propose(
        self,
        command: OfTwo,
        act: Act,
        by: By,
        event_of: EventOf,
        *,
        day_named: bool,
        read: Mapping[str, int] | None = None,
    ) -> Change:
        """Propose a command that takes two, with what it would do to whom; nothing moves before another one approves
        it.

        Raises `StaleVersionError` for agencies that are not as they were read, `ConflictError` where a change of the
        first of them waits, and what `decide` raises.
        """
        change = await self._planned(command, act, by, day_named=day_named, read=read or {})
        said = {**about(command, act), "change": change.id, "kind": change.kind}
        if not await self.ledger.commit(ProposeChange(change=change), event_of(EventName.CHANGE_PROPOSED, said)):
            raise ConflictError("another change of this agency waits for its decision")
        return change

    async def preview(self, command: OfTwo, act: Act, by: By, *, day_named: bool, read: Mapping[str, int]) -> Change:
        """Return the change that proposing would keep; nothing is written. Raises what `propose` raises before it."""
        return await self._planned(command, act, by, day_named=day_named, read=read)

    async def _planned(self, command: OfTwo, act: Act, by: By, *, day_named: bool, read: Mapping[str, int]) -> Change:
        tree = await self._tree(read)
        subject = await AgencySubject.of(self.reader, tree, command)
        after = await subject.planned(act, day_named=day_named)
        return Change(
            id=ChangeId(new_id()),
            kind=ChangeKind(word_of(command)),
            object_kind=ObjectKind.AGENCY,
            object_id=subject_of(command),
            agency=NATIONAL,
            before=subject.document,
            after=after,
            needs=Permission.AGENCIES_APPROVE,
            reason=act.decision,
            proposed_by=by,
            proposed_at=act.at,
            expires_at=act.at + OPEN_FOR,
        )

    async def _tree(self, read: Mapping[str, int]) -> Tree:
        tree = await self.reader.tree()
        for code, version in read.items():
            if code not in tree.agencies or tree.agencies[code].version != version:
                raise StaleVersionError(code)
        return tree

    async def _own(self, command: Command, act: Act) -> Belongings:
        return (
            await self.reader.belongings(command.code, act.at) if isinstance(command, Split | Close) else Belongings()
        )
