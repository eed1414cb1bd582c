"""Changes of the tree of agencies: read, decide, commit; anew where somebody else was quicker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from clients.local_days import day_of
from idp.accounts.agency_ports import AgencyReader, Belongings
from idp.admin.agency_changes import decide
from idp.admin.agency_wishes import Act, Close, Found, Merge, Move, Rename, Split, Wish
from idp.admin.errors import StaleVersionError
from idp.audit.model import EventName, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger

# Two administrators at once are rare, five are not met.
_TRIES = 5
_EVENTS: Mapping[type[Wish], EventName] = {
    Found: EventName.AGENCY_FOUNDED,
    Rename: EventName.AGENCY_RENAMED,
    Move: EventName.AGENCY_MOVED,
    Merge: EventName.AGENCY_MERGED,
    Split: EventName.AGENCY_SPLIT,
    Close: EventName.AGENCY_CLOSED,
}
# Makes the event of an act, from its name and its details.
EventOf = Callable[[EventName, Mapping[str, str]], RecordEvent]


@dataclass(frozen=True, slots=True)
class AgencyRegister:
    """Changes agencies, whoever asks for it: who may is asked before (`idp.admin.agencies`)."""

    reader: AgencyReader
    ledger: Ledger
    clock: Clock

    def act(self, decision: str, by: str, day: date | None = None) -> Act:
        """Return an act of this moment; it holds from today unless a day is named."""
        now = self.clock.now()
        today = day_of(now)
        return Act(day or today, " ".join(decision.split()), today, now, by)

    async def change(self, wish: Wish, act: Act, event_of: EventOf, read: Mapping[str, int] | None = None) -> None:
        """Carry out a wish with its event; `read` are the versions that whoever wishes it has seen.

        Raises `StaleVersionError` where one of those is no longer so, and what `decide` raises.
        """
        for _ in range(_TRIES):
            tree = await self.reader.tree()
            for code, version in (read or {}).items():
                if code not in tree.agencies or tree.agencies[code].version != version:
                    raise StaleVersionError(code)
            own = await self._own(wish, act)
            changes = decide(tree, wish, act, own)
            if await self.ledger.commit(*changes, event_of(_EVENTS[type(wish)], about(wish, act))):
                return
        raise StaleVersionError("the tree of agencies changes all the time")

    async def _own(self, wish: Wish, act: Act) -> Belongings:
        return await self.reader.belongings(wish.code, act.at) if isinstance(wish, Split | Close) else Belongings()


def about(wish: Wish, act: Act) -> dict[str, str]:
    """Return what the event of a wish says: codes and the day."""
    match wish:
        case Found(code, kind, parent):
            said = {"agency": code, "kind": kind.value, "parent": parent}
        case Rename(code) | Close(code):
            said = {"agency": code}
        case Move(code, parent):
            said = {"agency": code, "parent": parent}
        case Merge(codes):
            said = {"agency": wish.target, "others": " ".join(codes)}
        case Split(code, parts):
            said = {"agency": code, "others": " ".join(part.code for part in parts)}
    return {**said, "day": act.day.isoformat()}
