"""The console's pages about agencies. Days come as the text that is shown."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from msgspec import Struct

from clients.model import ClientId
from idp.admin.agencies.rules import AgencyRule
from idp.agencies.tree import AgencyKind, SuccessionKind
from idp.web.admin.clients.pages import ChangeEntry, DifferenceEntry
from idp.web.admin.shell_page import AdminFormPage, AdminPage

AgencyChange = Literal["found", "rename", "move", "merge", "split", "close"]
# What one person may do: it was done here and now. The others wait for a second person.
AgencyDone = Literal["found", "rename"]
AgencyField = Literal[
    "code", "kind", "name_vi", "name_en", "parent", "codes", "into", "first_code", "first_name_vi", "first_name_en",
    "second_code", "second_name_vi", "second_name_en", "children", "clients", "decision", "day",
]  # fmt: skip

# Fields that a sentence explains; the others say it with their label.
HINTED: tuple[AgencyField, ...] = (
    "code",
    "parent",
    "codes",
    "into",
    "name_vi",
    "children",
    "clients",
    "decision",
    "day",
)


class AgencyLink(Struct, frozen=True, kw_only=True):
    """An agency that a page leads to."""

    code: str
    name: str
    url: str


class AgencyEntry(Struct, frozen=True, kw_only=True):
    """One line of the list, with how much is right below it and its own."""

    link: AgencyLink
    kind: AgencyKind
    children: int
    clients: int
    # The list of what is below it; None where nothing is.
    below_url: str | None


class AgenciesPage(AdminPage, frozen=True, kw_only=True):
    """One level of the tree, or what a search found, a page at a time."""

    template: ClassVar[str] = "admin/agencies/agencies.html"
    # From the top to the level that is shown.
    trail: tuple[AgencyLink, ...]
    top_url: str
    entries: tuple[AgencyEntry, ...]
    typed: str
    next_url: str | None
    # None for whoever may look only.
    new_url: str | None


class PeriodEntry(Struct, frozen=True, kw_only=True):
    """What an agency was called and what it stood under; `to_day` is empty where that has no end."""

    from_day: str
    to_day: str
    name: str
    parent: str


class SuccessionEntry(Struct, frozen=True, kw_only=True):
    """What happened: to whom, who came of it (empty: itself, or nobody), when, by which decision."""

    kind: SuccessionKind
    day: str
    decision: str
    code: str
    successor: str
    # The other one's page.
    url: str


class ChangeLink(Struct, frozen=True, kw_only=True):
    """A form that changes the agency."""

    change: AgencyChange
    url: str


class AgencyPage(AdminPage, frozen=True, kw_only=True):
    """One agency: where it stands, what is its own, what happened to it, and the forms that change it."""

    template: ClassVar[str] = "admin/agencies/agency.html"
    code: str
    kind: AgencyKind
    name: str
    other_name: str
    founded: str
    # Empty while it stands.
    closed: str
    trail: tuple[AgencyLink, ...]
    top_url: str
    below_url: str
    clients: tuple[ClientId, ...]
    officers: int
    administrators: int
    periods: tuple[PeriodEntry, ...]
    history: tuple[SuccessionEntry, ...]
    changes: tuple[ChangeLink, ...]
    # What has just been done here.
    done: AgencyDone | None
    # The changes of it under two pairs of eyes, newest first.
    changes_of_two: tuple[ChangeEntry, ...]


class AgencyProblem(Struct, frozen=True, kw_only=True):
    """A rule that is broken; `field` is the element's id, empty where the form has none for it."""

    field: AgencyField | Literal[""]
    rule: AgencyRule


class AgencyFormPage(AdminFormPage, frozen=True, kw_only=True):
    """One change of an agency, or a new one; button `action` = the change."""

    template: ClassVar[str] = "admin/agencies/agency_form.html"
    change: AgencyChange
    # Of the agency that is changed; empty for a new one.
    code: str
    name: str
    back_url: str
    fields: tuple[AgencyField, ...]
    hinted: tuple[AgencyField, ...]
    typed: Mapping[str, str]
    kinds: tuple[AgencyKind, ...]
    problems: tuple[AgencyProblem, ...]
    # What sending would do to whom, where that was just looked at.
    differences: tuple[DifferenceEntry, ...] | None
    # What is handed on, or stands in the way.
    children: int
    clients: tuple[ClientId, ...]
    officers: int
