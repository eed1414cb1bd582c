"""What every page has."""

from collections.abc import Mapping
from typing import ClassVar

from msgspec import Struct

from idp.kernel.locales import Locale
from idp.settings.notices import NoticePlace


class Site(Struct, frozen=True, kw_only=True):
    """Whose provider this is: configuration, because ministries and hotlines change."""

    name: Mapping[Locale, str]
    operator: Mapping[Locale, str]
    help_line: str | None


class Page(Struct, frozen=True, kw_only=True):
    """What every page has: its template and the address of itself in the other language."""

    template: ClassVar[str]
    # Which notices of the operators stand on it.
    notice_place: ClassVar[NoticePlace | None] = None
    other_language_url: str


class FormPage(Page, frozen=True, kw_only=True):
    """A page with one form, sent by POST to `action`; `hidden` are its names and values (CSRF, request id)."""

    action: str
    hidden: tuple[tuple[str, str], ...]


class SharedSessionBanner(Struct, frozen=True, kw_only=True):
    """Whose session is open on a shared computer; its form signs out here and at every portal entered from here."""

    display_name: str
    action: str
    hidden: tuple[tuple[str, str], ...]
