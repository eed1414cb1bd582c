"""What stands around every page of one's own account: whose it is, what waits, where to go."""

from typing import ClassVar, Literal

from msgspec import Struct

from idp.settings.notices import NoticePlace
from idp.web.http.page import FormPage, Page

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
    "joining",
    "language",
    "data",
    "close",
]
# The navigation, in its order: what people look for most comes first, what cannot be undone last.
PART_PATHS: dict[AccountPart, str] = {
    "home": "/account",
    "assist": "/counter/recovery",
    "identity": "/account/identity",
    "profile": "/account/profile",
    "notices": "/account/notices",
    "activity": "/account/activity",
    "sessions": "/account/sessions",
    "portals": "/account/portals",
    "organisations": "/account/organisations",
    "mandates": "/account/mandates",
    "requests": "/account/requests",
    "factors": "/account/factors",
    "password": "/account/password",
    "contacts": "/account/contacts",
    "approvals": "/account/approvals",
    "joining": "/account/joining",
    "language": "/account/language",
    "data": "/account/data",
    "close": "/account/close",
}
OFFICERS_PARTS: frozenset[AccountPart] = frozenset(
    {"home", "assist", "notices", "activity", "sessions", "portals", "factors", "password", "language"}
)


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
    officer: bool = False

    @property
    def links(self) -> tuple[PartLink, ...]:
        """Return the navigation; an officer's shows only what an officer's account has."""
        return tuple(
            PartLink(part=part, path=path, current=part == self.current)
            for part, path in PART_PATHS.items()
            if (part in OFFICERS_PARTS if self.officer else part != "assist")
        )


class AccountPage(Page, frozen=True, kw_only=True):
    """A page of one's own account."""

    notice_place: ClassVar[NoticePlace | None] = NoticePlace.ACCOUNT
    shell: Shell


class AccountFormPage(FormPage, frozen=True, kw_only=True):
    """A page of one's own account with a form."""

    notice_place: ClassVar[NoticePlace | None] = NoticePlace.ACCOUNT
    shell: Shell
