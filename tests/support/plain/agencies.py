"""Plain trees of agencies: one that never changes, and one that is changed as the store is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from clients.model import ClientId
from idp.admin.changes.model import Change, ProposeChange
from idp.agencies.effects import ClaimTree, KeepSuccession
from idp.agencies.effects import after as changed
from idp.agencies.ports import AgencyRow, Belongings, Holdings
from idp.agencies.search import key_range, search_keys
from idp.agencies.tree import Agency, Succession, Tree
from idp.audit.model import RecordEvent
from idp.kernel.effects import Effect
from idp.officers.roles import NATIONAL

# A province with a commune, another province, and a ministry.
PARENTS: Mapping[str, str | None] = {"H37": None, "H37.12": "H37", "H26": None, "G15": None}


class PlainAgencies:
    """Implements `idp.agencies.ports.AgencyLines` over a dictionary from code to parent."""

    def __init__(self, parents: Mapping[str, str | None] = PARENTS) -> None:
        self._parents = parents

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        """Return the agency and all above it."""
        line: list[str] = []
        at: str | None = code if code in self._parents else None
        while at is not None:
            line.append(at)
            at = self._parents[at]
        return tuple(line)

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        """Return the agency and all below it."""
        return [one for one in self._parents if code in await self.lineage(one, day)]


@dataclass(slots=True)
class PlainTree:
    """Implements `AgencyReader` over a snapshot, and the ledger that changes it."""

    held: Tree = field(default_factory=lambda: Tree.of(0, ()))
    kept: list[Succession] = field(default_factory=list)
    events: list[RecordEvent] = field(default_factory=list)
    own: dict[str, Belongings] = field(default_factory=dict)
    held_by: dict[str, Holdings] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    proposed: list[Change] = field(default_factory=list)
    # How many commits find that somebody else was quicker.
    too_late: int = 0

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        return self.held.lineage(code, day)

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        return self.held.subtree(code, day)

    async def tree(self) -> Tree:
        return self.held

    async def known(self) -> bool:
        return bool(self.held.agencies)

    async def get(self, code: str) -> Agency | None:
        return self.held.agencies.get(code)

    async def history(self, code: str) -> Sequence[Succession]:
        return [one for one in self.kept if code in {one.code, one.successor}]

    async def belongings(self, code: str, now: datetime) -> Belongings:
        return self.own.get(code, Belongings())

    async def holdings(self, codes: Sequence[str]) -> Mapping[str, Holdings]:
        return {code: self.held_by.get(code, Holdings()) for code in codes}

    async def officer_lists(self, codes: Sequence[str]) -> Mapping[ClientId, tuple[str, ...]]:
        return {ClientId(client_id): named for client_id, named in self.lists.items() if set(named) & set(codes)}

    async def rows(self, codes: Sequence[str]) -> Sequence[AgencyRow]:
        return [row for row in self._rows() if row.code in codes]

    async def below(self, parent: str, after: str, limit: int) -> Sequence[AgencyRow]:
        return [row for row in self._rows() if row.parent == parent and row.code > after][:limit]

    async def search(self, typed: str, within: Sequence[str], after: str, limit: int) -> Sequence[AgencyRow]:
        first, until = key_range(typed)
        mine = {code for top in within for code in self.held.subtree(top, date.max)}
        return [
            row
            for row in self._rows()
            if row.code > after
            and (NATIONAL in within or row.code in mine)
            and any(first <= key < until for key in search_keys((row.code, row.names.vi, row.names.en)))
        ][:limit]

    async def commit(self, *effects: Effect) -> bool:
        if self.too_late:
            self.too_late -= 1
            return False
        if any(isinstance(one, ClaimTree) and one.version != self.held.version for one in effects):
            return False
        self.held = changed(self.held, effects)
        self.proposed += [one.change for one in effects if isinstance(one, ProposeChange)]
        self.kept += [one.succession for one in effects if isinstance(one, KeepSuccession)]
        self.enqueue(*effects)
        return True

    def enqueue(self, *effects: Effect) -> None:
        self.events += [one for one in effects if isinstance(one, RecordEvent)]

    def _rows(self) -> list[AgencyRow]:
        stand = [(code, agency, agency.open) for code, agency in sorted(self.held.agencies.items())]
        return [
            AgencyRow(
                code,
                agency.kind,
                last.names,
                last.parent,
                len(self.held.open_children(code)),
                len(self.own.get(code, Belongings()).clients),
            )
            for code, agency, last in stand
            if last is not None
        ]
