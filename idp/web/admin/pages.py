"""The console's first page, and the pages of its refusals. Times come as the text that is shown."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from msgspec import Struct

from idp.kernel.locales import Locale
from idp.officers.roles import Role
from idp.web.admin.shell_page import AdminFormPage, AdminPage
from idp.web.http.page import Page

AdminRefusal = Literal[
    "not_permitted",
    "not_independent",
    "person_unknown",
    "right_rests",
    "not_found",
    "stale_version",
    "too_late",
    "too_many",
    "conflict",
    "invalid_input",
]


class HeldRole(Struct, frozen=True, kw_only=True):
    """A role of one's own; `agency` is "" for the country. `ends_soon`: somebody should give it anew."""

    role: Role
    agency: str
    ends_at: str
    ends_soon: bool


class AdminHomePage(AdminFormPage, frozen=True, kw_only=True):
    """Who I am here, what I may do where and until when; its form signs out."""

    template: ClassVar[str] = "admin/home.html"
    roles: tuple[HeldRole, ...]
    # A second factor was shown a short while ago: nothing will ask for one.
    fresh: bool


class NotForYouPage(Page, frozen=True, kw_only=True):
    """Told to whoever is signed in and no administrator: who may come here, and the way out. It says nothing else."""

    template: ClassVar[str] = "admin/not_for_you.html"
    sign_in_url: str


class FieldProblem(Struct, frozen=True, kw_only=True):
    """What is wrong with one field: why, and what to do, in English and in every language that has words for it."""

    field: str
    said: Mapping[Locale, str]


class AdminRefusedPage(AdminPage, frozen=True, kw_only=True):
    """An act or a page that is refused: why, and what to do next."""

    template: ClassVar[str] = "admin/refused.html"
    refusal: AdminRefusal
    problems: tuple[FieldProblem, ...]
    back_url: str
    reference: str
