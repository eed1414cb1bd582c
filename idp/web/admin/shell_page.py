"""What stands around every page of the console: who acts, and where they may go."""

from typing import Literal, get_args

from msgspec import Struct

from idp.web.http.page import FormPage, Page

# The navigation, in its order. A part is shown to whoever holds the permission of its route.
AdminPart = Literal[
    "home",
    "clients",
    "changes",
    "agencies",
    "administrators",
    "people",
    "audit",
    "quality",
    "keys",
    "registers",
    "upstreams",
    "settings",
]
PARTS: tuple[AdminPart, ...] = get_args(AdminPart)


class ConsoleLink(Struct, frozen=True, kw_only=True):
    """One entry of the navigation."""

    part: AdminPart
    path: str
    current: bool


class AdminShell(Struct, frozen=True, kw_only=True):
    """Who acts, by name and by the code that their acts are recorded under; and where they may go."""

    display_name: str
    officer_code: str
    agency: str
    links: tuple[ConsoleLink, ...]


class AdminPage(Page, frozen=True, kw_only=True):
    """A page of the console."""

    shell: AdminShell


class AdminFormPage(FormPage, frozen=True, kw_only=True):
    """A page of the console with a form."""

    shell: AdminShell
