"""What every page has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from idp.kernel.locales import Locale
from idp.national.notices import NoticePlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Whose provider this is: configuration, because ministries and hotlines change."""

    name: Mapping[Locale, str]
    operator: Mapping[Locale, str]
    help_line: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has: its template and the address of itself in the other language."""

    template: ClassVar[str]
    # Which notices of the operators stand on it.
    notice_place: ClassVar[NoticePlace | None] = None
    other_language_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage(Page):
    """A page with one form, sent by POST to `action`; `hidden` are its names and values (CSRF, request id)."""

    action: str
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSessionBanner:
    """Whose session is open on a shared computer; its form signs out here and at every portal entered from here."""

    display_name: str
    action: str
    hidden: tuple[tuple[str, str], ...]
