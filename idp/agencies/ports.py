"""Where an agency stands in the tree of a day, and what is read of agencies."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from clients.model import ClientId
from idp.agencies.tree import Agency, AgencyKind, AgencyNames, Succession, Tree


class AgencyLineages(Protocol):
    """Reads the lineages of the tree: what is above an agency, what is below it."""

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        """Return the agency and all above it, nearest first; empty for a code that is nobody's on that day."""

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        """Return the agency and all below it, by code; empty for a code that is nobody's on that day."""


class AgencyRow(Struct, frozen=True):
    """One line of a list of agencies as they are now, with how much is right below each."""

    code: str
    kind: AgencyKind
    names: AgencyNames
    parent: str
    children: int
    clients: int


class Belongings(Struct, frozen=True):
    """What is an agency's own, not that of those below it."""

    clients: tuple[ClientId, ...] = ()
    # Accounts that may be used, or will be.
    officers: int = 0
    # Accounts that hold a role for exactly this agency.
    administrators: int = 0


class Holdings(Struct, frozen=True):
    """What goes along when an agency ends, each by name and in order: what is shown before it is agreed to."""

    clients: tuple[ClientId, ...] = ()
    # The codes of the officers whose accounts were not withdrawn.
    officers: tuple[str, ...] = ()
    # An officer's code and the role held for exactly this agency, of those that were not revoked.
    roles: tuple[str, ...] = ()


class AgencyReader(AgencyLineages, Protocol):
    """Reads agencies."""

    async def tree(self) -> Tree:
        """Return every agency with all its periods: the snapshot that a change is decided on. One read."""

    async def known(self) -> bool:
        """Say whether any agency was ever founded."""

    async def get(self, code: str) -> Agency | None:
        """Return an agency with its periods, closed ones too; None for a code that was never given."""

    async def history(self, code: str) -> Sequence[Succession]:
        """Return what happened to an agency and what became it, oldest first."""

    async def belongings(self, code: str, now: datetime) -> Belongings:
        """Return what is an agency's own. One read."""

    async def holdings(self, codes: Sequence[str]) -> Mapping[str, Holdings]:
        """Return what goes along with each of some agencies. One read."""

    async def officer_lists(self, codes: Sequence[str]) -> Mapping[ClientId, tuple[str, ...]]:
        """Return `officer_agencies` of each client that names one of some agencies there, by client_id. One read."""

    async def rows(self, codes: Sequence[str]) -> Sequence[AgencyRow]:
        """Return those of some agencies that stand, by code."""

    async def below(self, parent: str, after: str, limit: int) -> Sequence[AgencyRow]:
        """Return up to `limit` agencies right below one (`NATIONAL`: below none) whose code follows `after`."""

    async def search(self, typed: str, within: Sequence[str], after: str, limit: int) -> Sequence[AgencyRow]:
        """Return up to `limit` standing agencies that a text finds, by code, the first that follows `after`.

        Only those in the subtrees of `within`; with `NATIONAL` among them, all.
        """
