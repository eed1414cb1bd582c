"""Use cases: administrators look at the agencies of their own subtrees, and the country's operators change them."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from clients.local_days import day_of
from idp.admin.actor import Actor
from idp.admin.agencies.commands import Act, Command, Found, OfTwo, Rename, standing
from idp.admin.agencies.register import AgencyRegister
from idp.admin.changes.differences import MemberDifference, differences_of
from idp.admin.changes.model import By, Change
from idp.admin.errors import NotFoundError, NotPermittedError
from idp.admin.permissions import Permission, agencies_of, allows_somewhere
from idp.agencies.ports import AgencyReader, AgencyRow, Belongings
from idp.agencies.tree import Agency, Succession
from idp.audit.model import EventName, RecordEvent
from idp.kernel.clock import Clock
from idp.officers.roles import NATIONAL


class AgencyView(Struct, frozen=True):
    """One agency: what it was when, what stands above it, what is its own, what happened to it."""

    agency: Agency
    # The nearest last, without itself; empty of a closed one.
    above: tuple[AgencyRow, ...]
    # How many stand right below it.
    children: int
    own: Belongings
    history: tuple[Succession, ...]


class Agencies(Struct, frozen=True):
    """Shows and changes agencies for administrators."""

    reader: AgencyReader
    register: AgencyRegister
    clock: Clock

    async def below(self, actor: Actor, parent: str, after: str, limit: int) -> Sequence[AgencyRow]:
        """Return up to `limit` agencies right below one whose code follows `after`.

        Below nothing (`NATIONAL`) stand the tops that the actor sees: all of them, or those of their own roles.
        """
        tops = self._tops(actor)
        if parent:
            actor.demand(Permission.AGENCIES_READ, await self.lineage(parent))
        elif NATIONAL not in tops:
            return [row for row in await self.reader.rows(sorted(tops)) if row.code > after][:limit]
        return await self.reader.below(parent, after, limit)

    async def search(self, actor: Actor, typed: str, after: str, limit: int) -> Sequence[AgencyRow]:
        """Return up to `limit` standing agencies of the actor's that a text finds, by code."""
        return await self.reader.search(typed, sorted(self._tops(actor)), after, limit)

    async def show(self, actor: Actor, code: str, permission: Permission = Permission.AGENCIES_READ) -> AgencyView:
        """Return one agency, closed ones too. Raises `NotFoundError` for one that is nobody's or not theirs to see."""
        line = await self.lineage(code)
        actor.demand(permission, line)
        agency = await self.reader.get(code)
        if agency is None:
            raise NotFoundError("no such agency")
        trail = await self._rows(line) if agency.open else ()
        own = await self.reader.belongings(code, self.clock.now())
        children = trail[-1].children if trail else 0
        return AgencyView(agency, trail[:-1], children, own, tuple(await self.reader.history(code)))

    async def trail(self, actor: Actor, code: str) -> tuple[AgencyRow, ...]:
        """Return all above an agency of the actor's and itself, the nearest last."""
        line = await self.lineage(code)
        actor.demand(Permission.AGENCIES_READ, line)
        return await self._rows(line)

    async def change(
        self, actor: Actor, command: Command, decision: str, day: date | None, read: Mapping[str, int] | None = None
    ) -> Change | None:
        """Carry out a command from a day on (today, if none is named), or propose it where it takes two.

        `read`: the versions of agencies that were seen. Who founds or renames hands nobody over, and needs nobody.

        Raises what `demand` raises, `StaleVersionError`, `NotFoundError`, `InvalidInputError` with every broken rule,
        `ConflictError` where another proposal waits.
        """
        act = await self._act(actor, command, decision, day)

        def event_of(name: EventName, details: Mapping[str, str]) -> RecordEvent:
            return actor.event(name, act.at, details=details)

        if isinstance(command, Found | Rename):
            await self.register.change(command, act, event_of, read)
            return None
        return await self.register.propose(command, act, By.of(actor), event_of, day_named=day is not None, read=read)

    async def preview(
        self, actor: Actor, command: OfTwo, decision: str, day: date | None, read: Mapping[str, int] | None = None
    ) -> tuple[MemberDifference, ...]:
        """Return what a command that takes two would do to whom; nothing is written. Raises what `change` raises."""
        act = await self._act(actor, command, decision, day)
        planned = await self.register.preview(command, act, By.of(actor), day_named=day is not None, read=read or {})
        return differences_of(planned)

    async def _act(self, actor: Actor, command: Command, decision: str, day: date | None) -> Act:
        actor.demand(Permission.AGENCIES_CHANGE, await self._reach(command))
        for code in standing(command):
            actor.demand(Permission.AGENCIES_CHANGE, await self.lineage(code))
        return self.register.act(decision, actor.account_id, day)

    async def lineage(self, code: str) -> tuple[str, ...]:
        """Return where an agency stands today, and of a closed one what came of it: who may see it is who took it up.

        Empty, which is the country's, for a code that was never given or that nothing came of.
        """
        today = day_of(self.clock.now())
        seen: set[str] = set()
        while code not in seen:
            if line := await self.reader.lineage(code, today):
                return line
            seen.add(code)
            history = await self.reader.history(code)
            code = next(
                (one.successor for one in history if one.code == code and one.successor not in {"", code}), code
            )
        return ()

    async def _rows(self, line: Sequence[str]) -> tuple[AgencyRow, ...]:
        named = {row.code: row for row in await self.reader.rows(line)}
        return tuple(named[one] for one in reversed(line) if one in named)

    async def _reach(self, command: Command) -> tuple[str, ...]:
        """Return the place of what is founded at the top: the country's; else that of the first agency concerned."""
        first = next(iter(standing(command)), None)
        return await self.lineage(first) if first else ()

    def _tops(self, actor: Actor) -> frozenset[str]:
        if not allows_somewhere(actor.grants, Permission.AGENCIES_READ):
            raise NotPermittedError(Permission.AGENCIES_READ)
        return agencies_of(actor.grants, Permission.AGENCIES_READ)
