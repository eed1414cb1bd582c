"""The officer's pages of an assisted recovery."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from idp.web.account.shell_page import AccountFormPage, AccountPage
from idp.web.http.texts import Message
from idp.web.recovery.pages import DeclaredField

_ELEMENT_IDS: dict[DeclaredField, str] = {"full_name": "full-name", "birth_date": "birth-day"}


class AssistStartPage(AccountFormPage, frozen=True, kw_only=True):
    """Fields `number`, `phone`; button `action` = next."""

    template: ClassVar[str] = "officers/recovery_start.html"
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


class AssistCodePage(AccountFormPage, frozen=True, kw_only=True):
    """Field `code`; buttons `action` = verify, resend or back."""

    template: ClassVar[str] = "officers/recovery_code.html"
    masked_phone: str
    valid_for: timedelta
    resent: bool
    error: Message | None


class AssistIdentityPage(AccountFormPage, frozen=True, kw_only=True):
    """Fields `full_name`, `birth_day`, `birth_month`, `birth_year`, as the card has them."""

    template: ClassVar[str] = "officers/recovery_identity.html"
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


class AssistDonePage(AccountPage, frozen=True, kw_only=True):
    """The reference that the person takes home, and from when on it is good."""

    template: ClassVar[str] = "officers/recovery_done.html"
    reference: str
    ready_at: str
    at_once: bool
    # The account has no contact: another officer sees the card too.
    second_officer: bool
