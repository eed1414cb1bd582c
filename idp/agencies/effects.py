"""What a change of the tree of agencies writes, and how the same change looks in a snapshot."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import ClassVar

from clients.model import ClientId
from idp.agencies.tree import Agency, AgencyKind, AgencyNames, Period, Succession, Tree
from idp.kernel.effects import Effect
from idp.kernel.ids import ChangeId
from records.structs import replace


class ClaimTree(Effect):
    """Change the tree as it was read. Too late if anybody changed any of it since: no rule holds for one agency alone.

    The first effect of every change; the agencies change a few times a day, so nobody waits long.
    """

    version: int
    claim: ClassVar[bool] = True


class FoundAgency(Effect):
    """Give a code and begin the agency's first period. Too late if the code was ever given."""

    code: str
    kind: AgencyKind
    day: date
    parent: str
    names: AgencyNames
    claim: ClassVar[bool] = True


class BeginPeriod(Effect):
    """End the open period on a day and begin another; one that itself began on that day is replaced.

    Too late if the agency is closed.
    """

    code: str
    day: date
    parent: str
    names: AgencyNames
    claim: ClassVar[bool] = True


class CloseAgency(Effect):
    """End the open period on a day; none begins again. Too late if the agency is closed."""

    code: str
    day: date
    claim: ClassVar[bool] = True


class KeepSuccession(Effect):
    """Keep what happened, on which day, by which decision."""

    succession: Succession


class MoveBelongings(Effect):
    """Hand an agency's clients with their changes, its officers and its role grants to another.

    Each client gets a stamp of the registry, so every process follows. What pairwise subjects are made from stays.
    """

    code: str
    to_code: str
    at: datetime


class MoveClient(Effect):
    """Hand one client of an agency to another. Too late if it is not that agency's."""

    client_id: ClientId
    code: str
    to_code: str
    at: datetime
    claim: ClassVar[bool] = True


class CheckHoldings(Effect):
    """Go on where an agency holds what was read of it. Too late if a client, an officer or a role came or went."""

    code: str
    clients: tuple[ClientId, ...]
    officers: int
    roles: int
    claim: ClassVar[bool] = True


class CheckOfficerLists(Effect):
    """Go on where no client but these names one of some agencies in `officer_agencies`. Too late if another does."""

    codes: tuple[str, ...]
    clients: tuple[ClientId, ...]
    claim: ClassVar[bool] = True


class NameOfficerAgencies(Effect):
    """Record whose officers a client takes beside its own. Too late if it does not name those that were read."""

    client_id: ClientId
    known: tuple[str, ...]
    wanted: tuple[str, ...]
    at: datetime
    claim: ClassVar[bool] = True


class KeepHoldings(Effect):
    """Keep, under the change that ends an agency, which clients, officers and role grants it held."""

    change_id: ChangeId
    code: str


class ReturnHoldings(Effect):
    """Give an agency back what a change took from it, as far as it is still where the change brought it."""

    change_id: ChangeId
    code: str
    from_code: str
    at: datetime


class RestoreAgency(Effect):
    """Restore an agency: these periods, and no end. Too late if it was changed since it was read."""

    code: str
    version: int
    periods: tuple[Period, ...]
    claim: ClassVar[bool] = True


def after(tree: Tree, effects: Iterable[Effect]) -> Tree:
    """Return the snapshot as the effects leave it, for whoever plans the next change without reading anew."""
    for effect in effects:
        match effect:
            case ClaimTree(version=version):
                tree = replace(tree, version=version + 1)
            case FoundAgency(code=code, kind=kind, day=day, parent=parent, names=names):
                founded = Agency(code, kind, day, None, 1, (Period(day, None, parent, names),))
                tree = tree.with_agency(founded)
            case BeginPeriod(code=code, day=day, parent=parent, names=names):
                known = tree.agencies[code]
                periods = (*_ended(known, day), Period(day, None, parent, names))
                tree = tree.with_agency(replace(known, version=known.version + 1, periods=periods))
            case CloseAgency(code=code, day=day):
                known = tree.agencies[code]
                closed = replace(known, version=known.version + 1, closed_day=day, periods=_ended(known, day))
                tree = tree.with_agency(closed)
            case RestoreAgency(code=code, version=version, periods=periods):
                known = tree.agencies[code]
                tree = tree.with_agency(replace(known, version=version + 1, closed_day=None, periods=periods))
            case _:
                pass
    return tree


def _ended(agency: Agency, day: date) -> tuple[Period, ...]:
    """Return the periods with the open one ended on a day; one that began on that day goes."""
    last = agency.periods[-1]
    ended = () if last.from_day == day else (replace(last, to_day=day),)
    return (*agency.periods[:-1], *ended)
