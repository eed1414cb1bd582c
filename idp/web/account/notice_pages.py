"""The page of notices."""

from typing import ClassVar

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.web.account.shell_page import AccountFormPage


class NoticeEntry(Struct, frozen=True, kw_only=True):
    """One notice; browser and network address are empty where they say nothing."""

    kind: NoticeKind
    at: str
    browser: str
    address: str
    unread: bool
    # The agency of an officer who was there.
    agency: str
    # The new last moment of an officer's account.
    until: str


class NoticesPage(AccountFormPage, frozen=True, kw_only=True):
    """Notices, newest first. Buttons `action` = cancel_recovery (while one waits) or not_me (to `not_me_action`)."""

    template: ClassVar[str] = "account/notices.html"
    entries: tuple[NoticeEntry, ...]
    recovery_ready_at: str | None
    cancelled: bool
    not_me_action: str
