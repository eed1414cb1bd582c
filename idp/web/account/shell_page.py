"""What stands around every page of one's own account: whose it is, what waits, where to go."""

from collections.abc import Mapping
from typing import ClassVar, Literal, get_args

from msgspec import Struct

from idp.settings.notices import NoticePlace
from idp.web.http.page import FormPage, Page

# The menu, in its order: what people look for most comes first, what cannot be undone last. A page is in it by the
# `menu` of its route, for the accounts that may open it.
AccountPart = Literal[
    "home",
    "assist",
    "identity",
    "profile",
    "notices",
    "activity",
    "sessions",
    "portals",
    "organisations",
    "mandates",
    "requests",
    "factors",
    "password",
    "contacts",
    "approvals",
    "asked",
    "joining",
    "language",
    "data",
    "close",
]
PARTS: tuple[AccountPart, ...] = get_args(AccountPart)


class PartLink(Struct, frozen=True, kw_only=True):
    """One entry of the navigation."""

    part: AccountPart
    path: str
    current: bool


class Shell(Struct, frozen=True, kw_only=True):
    """What stands around every page of the account: whose it is, what waits, where to go."""

    display_name: str
    current: AccountPart
    unread_notices: int
    open_approvals: int
    links: tuple[PartLink, ...]
    officer: bool = False


def menu_of(paths: Mapping[AccountPart, str], current: AccountPart) -> tuple[PartLink, ...]:
    """Return the entries of the menu."""
    return tuple(PartLink(part=part, path=path, current=part == current) for part, path in paths.items())


class AccountPage(Page, frozen=True, kw_only=True):
    """A page of one's own account."""

    notice_place: ClassVar[NoticePlace | None] = NoticePlace.ACCOUNT
    shell: Shell


class AccountFormPage(FormPage, frozen=True, kw_only=True):
    """A page of one's own account with a form."""

    notice_place: ClassVar[NoticePlace | None] = NoticePlace.ACCOUNT
    shell: Shell
