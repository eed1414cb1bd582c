"""What stands around every page of the console: who acts, and where they may go."""

from dataclasses import dataclass
from typing import Literal

from idp.web.pages.base import FormPage, Page

# The navigation, in its order. A part is shown to whoever holds the permission of its route.
AdminPart = Literal[
    "home",
    "clients",
    "changes",
    "agencies",
    "administrators",
    "people",
    "quality",
    "audit",
    "settings",
    "keys",
    "registers",
    "upstreams",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleLink:
    """One entry of the navigation."""

    part: AdminPart
    path: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminShell:
    """Who acts, by name and by the code that their acts are recorded under; and where they may go."""

    display_name: str
    officer_code: str
    agency: str
    links: tuple[ConsoleLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminPage(Page):
    """A page of the console."""

    shell: AdminShell


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminFormPage(FormPage):
    """A page of the console with a form."""

    shell: AdminShell
