"""The pages of one's own password and contacts."""

from datetime import timedelta
from typing import ClassVar, Literal

from msgspec import Struct

from idp.factors.contacts.model import ContactKind
from idp.web.account.shell_page import AccountFormPage
from idp.web.http.texts import Message


class ChangePasswordPage(AccountFormPage, frozen=True, kw_only=True):
    """Fields `password` and, where it may be asked, the box `two_steps`; button `action` = save.

    Lengths count characters; `two_steps_on` says that every sign-in asks for a second factor already.
    """

    template: ClassVar[str] = "factors/change_password.html"
    minimum_alone: int
    minimum_with_two_steps: int
    two_steps_on: bool
    may_ask_two_steps: bool
    wants_two_steps: bool
    changed: bool
    error: Message | None


class WaitingContact(Struct, frozen=True):
    """A contact that waits to take its place, masked; empty where the one in force is to go."""

    kind: ContactKind
    masked: str
    counts_from: str


PhoneState = Literal["counts", "asked", "stale"]


class ShownPhoneAge(Struct, frozen=True):
    """When the phone was confirmed and until when it counts; `state` is asked where the person should confirm it."""

    confirmed_at: str
    counts_until: str
    state: PhoneState


class ContactsPage(AccountFormPage, frozen=True, kw_only=True):
    """Fields `phone`, `email`; buttons `action` = change_phone, change_email, remove_email or withdraw:KIND.

    The contacts come masked, empty where there is none. `done` is the kind that was just changed or removed.
    """

    template: ClassVar[str] = "factors/contacts.html"
    masked_phone: str
    masked_email: str
    phone_age: ShownPhoneAge | None
    waiting: tuple[WaitingContact, ...]
    phone: str
    email: str
    phone_error: Message | None
    email_error: Message | None
    done: ContactKind | None

    @property
    def wrong_entries(self) -> list[tuple[str, Message]]:
        """The element id to go to and what is wrong there."""
        entries = (("phone", self.phone_error), ("email", self.email_error))
        return [(name, error) for name, error in entries if error is not None]


class ContactCodePage(AccountFormPage, frozen=True, kw_only=True):
    """Field `code`; buttons `action` = verify, resend or cancel. `resent` says a new code was just sent."""

    template: ClassVar[str] = "factors/contact_code.html"
    kind: ContactKind
    masked: str
    valid_for: timedelta
    resent: bool
    error: Message | None
