"""The pages of recovery and of "this was not me"."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Literal

from msgspec import Struct

from idp.recovery.policy import Evidence
from idp.web.http.page import FormPage, Page
from idp.web.http.texts import Message

# What a code page of recovery asks for; the last two go to a phone that is named on the page.
AskedCode = Literal["sms", "totp", "recovery_code", "email", "new_phone", "returning"]
RecoveryOver = Literal["over", "other_open"]
DeclaredField = Literal["full_name", "birth_date"]
_ELEMENT_IDS: dict[DeclaredField, str] = {"full_name": "full-name", "birth_date": "birth-day"}


class RecoverStartPage(FormPage, frozen=True, kw_only=True):
    """Field `identifier`; button `action` = next."""

    template: ClassVar[str] = "recovery/start.html"
    identifier: str
    error: Message | None
    expired: bool
    return_url: str
    sign_in_url: str


class RecoverMethodPage(FormPage, frozen=True, kw_only=True):
    """Buttons `action` = one of `ways`, or lost. `shown` is what was right so far and does not do alone."""

    template: ClassVar[str] = "recovery/way.html"
    ways: tuple[Evidence, ...]
    shown: tuple[Evidence, ...]
    # A code came back from a phone that nobody confirmed for long.
    stale_phone: bool
    error: Message | None


class RecoverCodePage(FormPage, frozen=True, kw_only=True):
    """Field `code`; buttons `action` = verify, resend (where a message was sent) or back."""

    template: ClassVar[str] = "recovery/code.html"
    asked: AskedCode
    masked_phone: str
    valid_for: timedelta
    resent: bool
    error: Message | None

    @property
    def may_resend(self) -> bool:
        """Say whether the code comes by a message of ours."""
        return self.asked not in {"totp", "recovery_code"}


class RecoverPhonePage(FormPage, frozen=True, kw_only=True):
    """Field `phone`; buttons `action` = continue or back. The spans say how long the person will wait."""

    template: ClassVar[str] = "recovery/phone.html"
    phone: str
    error: Message | None
    wait: timedelta


class RecoverIdentityPage(FormPage, frozen=True, kw_only=True):
    """Fields `full_name`, `birth_day`, `birth_month`, `birth_year`; `refusal` is what the register said."""

    template: ClassVar[str] = "recovery/identity.html"
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


class HeldThing(Struct, frozen=True):
    """A factor or a helper of the account, with the name of its checkbox and whether that is ticked."""

    kind: str
    reference: str
    label: str
    kept: bool


class RecoverPasswordPage(FormPage, frozen=True, kw_only=True):
    """Field `password`, a checkbox for each of `held`; button `action` = continue.

    `waited` says that the phone changes and lost factors go.

    `phone_rests_for` is there when a code to the phone was all that was shown; `more_url` is where more can be.
    """

    template: ClassVar[str] = "recovery/password.html"
    minimum_length: int
    waited: bool
    held: tuple[HeldThing, ...]
    phone_rests_for: timedelta | None
    more_url: str
    error: Message | None


class RecoverWaitingPage(Page, frozen=True, kw_only=True):
    """The reference to come back with, and from when on."""

    template: ClassVar[str] = "recovery/waiting.html"
    reference: str
    ready_at: str
    sign_in_url: str


class RecoverReturnPage(FormPage, frozen=True, kw_only=True):
    """Field `reference`; button `action` = next."""

    template: ClassVar[str] = "recovery/return.html"
    reference: str
    error: Message | None
    start_url: str


class RecoverDonePage(Page, frozen=True, kw_only=True):
    """The password is set; everything else has ended."""

    template: ClassVar[str] = "recovery/done.html"
    sign_in_url: str
    rate_url: str | None


class RecoverOverPage(Page, frozen=True, kw_only=True):
    """The recovery cannot go on, and what to do instead."""

    template: ClassVar[str] = "recovery/over.html"
    reason: RecoveryOver
    restart_url: str
    sign_in_url: str


class NotMePage(FormPage, frozen=True, kw_only=True):
    """Field `not_me_code`; button `action` = report."""

    template: ClassVar[str] = "recovery/not_me.html"
    not_me_code: str
    error: Message | None
    sign_in_url: str


class NotMeDonePage(Page, frozen=True, kw_only=True):
    """The account is locked."""

    template: ClassVar[str] = "recovery/not_me_done.html"
    recover_url: str


class ClaimEndedPage(Page, frozen=True, kw_only=True):
    """A claim on an organisation was ended by the code of its registered contact."""

    template: ClassVar[str] = "recovery/claim_ended.html"
    sign_in_url: str
