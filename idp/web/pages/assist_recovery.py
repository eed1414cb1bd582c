"""The officer's pages of an assisted recovery."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from idp.web.pages.account_shell import Shell
from idp.web.pages.base import FormPage, Page
from idp.web.pages.recovery import DeclaredField
from idp.web.texts import Message

_ELEMENT_IDS: dict[DeclaredField, str] = {"full_name": "full-name", "birth_date": "birth-day"}


class AssistStartPage(FormPage, frozen=True, kw_only=True):
    """Fields `number`, `phone`; button `action` = next."""

    template: ClassVar[str] = "counter/recovery_start.html"
    shell: Shell
    number: str
    phone: str
    number_error: Message | None
    phone_error: Message | None
    error: Message | None

    @property
    def wrong_entries(self) -> list[tuple[str, Message]]:
        """The element id to go to and what is wrong there."""
        entries = (("number", self.number_error), ("phone", self.phone_error))
        return [(name, error) for name, error in entries if error is not None]


class AssistCodePage(FormPage, frozen=True, kw_only=True):
    """Field `code`; buttons `action` = verify, resend or back."""

    template: ClassVar[str] = "counter/recovery_code.html"
    shell: Shell
    masked_phone: str
    valid_for: timedelta
    resent: bool
    error: Message | None


class AssistIdentityPage(FormPage, frozen=True, kw_only=True):
    """Fields `full_name`, `birth_day`, `birth_month`, `birth_year`, as the card has them."""

    template: ClassVar[str] = "counter/recovery_identity.html"
    shell: Shell
    masked_number: str
    full_name: str
    birth_day: str
    birth_month: str
    birth_year: str
    errors: Mapping[DeclaredField, Message]
    refusal: Message | None

    @property
    def wrong_entries(self) -> list[tuple[str, Message]]:
        """The element id to go to and what is wrong there, in the order of the page."""
        return [(_ELEMENT_IDS[name], self.errors[name]) for name in _ELEMENT_IDS if name in self.errors]


class AssistDonePage(Page, frozen=True, kw_only=True):
    """The reference that the person takes home, and from when on it is good."""

    template: ClassVar[str] = "counter/recovery_done.html"
    shell: Shell
    reference: str
    ready_at: str
    at_once: bool
    # The account has no contact: another officer sees the card too.
    second_officer: bool
