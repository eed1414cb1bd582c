"""The pages of organisations and of the rights to act for others."""

from typing import ClassVar, Literal

from msgspec import Struct

from idp.delegation.guardians.service import WardResult
from idp.delegation.model import MandateKind, Power
from idp.delegation.organisations.claims import ClaimResult
from idp.kernel.ids import MandateId
from idp.proofing.registers.enterprise_model import EnterpriseState
from idp.web.account.pages import ReceiptEntry
from idp.web.account.shell_page import AccountFormPage, AccountPage
from idp.web.http.texts import Message

MandateState = Literal["stands", "offered", "suspended", "lowered", "rests", "ended"]
MandatesDone = Literal["offered", "accepted", "ended", "confirmed", "ward", "gone"]
OrganisationsDone = Literal["claimed", "already", "waiting"]
OrganisationSilence = Literal["", "lowered", "rests"]
WARD_REFUSALS = tuple(one for one in WardResult if one not in {"claimed", "already"})
CLAIM_REFUSALS = tuple(one for one in ClaimResult if one not in {"claimed", "already", "waiting"})


class MandateEntry(Struct, frozen=True, kw_only=True):
    """One mandate; `number` makes the ids of its buttons. `ends_at` is empty for one without end.

    `later` are the powers that begin at `later_at`; `people_url` leads to everybody who acts for the principal, where
    the person may see them.
    """

    number: int
    id: MandateId
    kind: MandateKind
    principal: str
    code: str
    actor: str
    actor_number: str
    giver: str
    powers: tuple[Power, ...]
    state: MandateState
    ends_at: str
    ended_at: str
    later: tuple[Power, ...] = ()
    later_at: str = ""
    people_url: str = ""


class MandatesPage(AccountFormPage, frozen=True, kw_only=True):
    """Buttons `action` = accept:ID, end:ID or confirm:ID."""

    template: ClassVar[str] = "delegation/mandates.html"
    offered: tuple[MandateEntry, ...]
    to_confirm: tuple[MandateEntry, ...]
    claimed: tuple[MandateEntry, ...]
    held: tuple[MandateEntry, ...]
    given: tuple[MandateEntry, ...]
    done: MandatesDone | None


class ActingPersonEntry(Struct, frozen=True, kw_only=True):
    """One mandate of a principal: how deep in the tree, and whether there is a button that ends it."""

    mandate: MandateEntry
    depth: int
    may_end: bool


class ActingPeoplePage(AccountFormPage, frozen=True, kw_only=True):
    """Everybody who acts for a principal, whose name is empty for oneself; buttons `action` = end:ID."""

    template: ClassVar[str] = "delegation/people.html"
    principal: str
    people: tuple[ActingPersonEntry, ...]
    page: int
    pages: int
    previous_url: str
    next_url: str


class Source(Struct, frozen=True, kw_only=True):
    """What powers may come from: oneself (no value), or a mandate that may be passed on."""

    value: str
    name: str
    kind: MandateKind | None
    chosen: bool


class GivePage(AccountFormPage, frozen=True, kw_only=True):
    """Fields `under`, `number`, `name`, `power-*`, `until`; button `action` = give."""

    template: ClassVar[str] = "delegation/give.html"
    sources: tuple[Source, ...]
    number: str
    name: str
    powers: frozenset[Power]
    until: str
    first_day: str
    last_day: str
    errors: tuple[tuple[str, Message], ...]

    @property
    def all_powers(self) -> tuple[Power, ...]:
        """Return the catalogue, in its order."""
        return tuple(Power)

    def error_of(self, name: str) -> Message | None:
        """Return what is wrong with an entry."""
        return next((error for place, error in self.errors if place == name), None)


class OrganisationEntry(Struct, frozen=True, kw_only=True):
    """One organisation that the person represents."""

    name: str
    code: str
    status: EnterpriseState
    suspended: bool
    since: str
    # Why less than all is held now, besides what the register says: a wait that ends then, or its silence.
    later_at: str = ""
    silence: OrganisationSilence = ""


class WaitingEntry(Struct, frozen=True, kw_only=True):
    """A claim that waits for the register."""

    name: str
    code: str
    attempts: int
    next_try: str


class OrganisationsPage(AccountPage, frozen=True, kw_only=True):
    """The organisations, the claims that wait, and what the register said."""

    template: ClassVar[str] = "delegation/organisations.html"
    organisations: tuple[OrganisationEntry, ...]
    waiting: tuple[WaitingEntry, ...]
    receipts: tuple[ReceiptEntry, ...]
    may_claim: bool
    done: OrganisationsDone | None


class ClaimPage(AccountFormPage, frozen=True, kw_only=True):
    """Fields `code`, `name`; button `action` = claim. `refused` is what came of the last claim."""

    template: ClassVar[str] = "delegation/claim.html"
    code: str
    name: str
    errors: tuple[tuple[str, Message], ...]
    refused: ClaimResult | None

    def error_of(self, name: str) -> Message | None:
        """Return what is wrong with an entry."""
        return next((error for place, error in self.errors if place == name), None)


class WardPage(AccountFormPage, frozen=True, kw_only=True):
    """Fields `number`, `name`, `birth_date` of a child; button `action` = claim. `refused` is what came of it."""

    template: ClassVar[str] = "delegation/ward.html"
    number: str
    name: str
    birth_date: str
    errors: tuple[tuple[str, Message], ...]
    refused: WardResult | None

    def error_of(self, name: str) -> Message | None:
        """Return what is wrong with an entry."""
        return next((error for place, error in self.errors if place == name), None)
