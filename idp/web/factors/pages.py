"""The pages of second factors: asking for one, and looking after one's own."""

from datetime import timedelta
from typing import ClassVar, Literal

from markupsafe import Markup
from msgspec import Struct

from idp.factors.approvals import Answered
from idp.factors.drafts import AuthenticationMethod
from idp.web.account.shell_page import AccountFormPage
from idp.web.factors.passkey_pages import PasskeyPart
from idp.web.http.page import FormPage
from idp.web.http.texts import Message
from idp.web.sign_in.pages import ClaimKey

StepPurpose = Literal["step_up", "sign_in", "confirm", "joining", "counter"]
FactorChange = Literal["two_steps_on", "two_steps_off", "totp_added", "totp_removed"]


class OtherMethod(Struct, frozen=True, kw_only=True):
    """A link to the same page with another factor."""

    way: AuthenticationMethod
    url: str


class AskedNumber(Struct, frozen=True, kw_only=True):
    """The number that the person looks for on the other device."""

    number: int
    valid_for: timedelta


class SecondStepPage(FormPage, frozen=True, kw_only=True):
    """Field `code`; buttons `action` = verify, send, resend, ask, cancel, or passkey (`passkeys/sign_in_part.html`).

    `way` is None where the account has no factor that would help.
    """

    template: ClassVar[str] = "factors/second_step.html"
    purpose: StepPurpose
    client_name: str | None
    way: AuthenticationMethod | None
    others: tuple[OtherMethod, ...]
    masked_phone: str
    valid_for: timedelta
    # A code is on its way: a page that is only opened sends none, its button does.
    code_sent: bool
    resent: bool
    asked: AskedNumber | None
    passkey: PasskeyPart | None
    error: Message | None

    @property
    def waiting(self) -> bool:
        """Say whether the other device has been asked and may still answer."""
        return self.asked is not None


class ConfirmPage(FormPage, frozen=True, kw_only=True):
    """Field `password`; buttons `action` = password or cancel. `passkey_url` leads to confirming by passkey alone."""

    template: ClassVar[str] = "factors/confirm.html"
    display_name: str
    passkey_url: str | None
    error: Message | None


class FactorsPage(AccountFormPage, frozen=True, kw_only=True):
    """What the account signs in with; buttons `action` = two_steps_on or two_steps_off."""

    template: ClassVar[str] = "factors/overview.html"
    passkeys: int
    totp_since: str
    recovery_codes: int
    masked_phone: str
    # Until when a code to the phone is no second factor; empty if it is one.
    phone_rests_until: str
    two_steps: bool
    done: FactorChange | None
    error: Message | None


class TotpPage(AccountFormPage, frozen=True, kw_only=True):
    """Nothing set up: button `action` = begin. Being set up (`qr`): field `code`, button confirm. Set up: remove.

    `qr` is an SVG drawing of ours, `secret` the same in letters.
    """

    template: ClassVar[str] = "factors/totp.html"
    since: str
    last_used: str
    qr: Markup | None
    secret: str
    error: Message | None


class RecoveryCodesPage(AccountFormPage, frozen=True, kw_only=True):
    """How many codes are left, and a fresh set right after it was made; button `action` = replace."""

    template: ClassVar[str] = "factors/recovery_codes.html"
    left: int
    made: str
    codes: tuple[str, ...]
    # A page of codes was asked for again: they are shown once.
    gone: bool


class CounterQuestion(Struct, frozen=True, kw_only=True):
    """An officer asks to file for the person, at a portal."""

    officer: str
    agency: str
    post: str
    portal: str
    # What the portal receives if they agree; empty for a question of before the scope was kept.
    claims: tuple[ClaimKey, ...]


class Question(Struct, frozen=True, kw_only=True):
    """One sign-in that waits for an answer, or, with `counter`, an officer who does."""

    browser: str
    address: str
    asked_at: str
    numbers: tuple[int, ...]
    counter: CounterQuestion | None


class ApprovalsPage(AccountFormPage, frozen=True, kw_only=True):
    """The newest question; buttons `action` = the chosen number, `not_me`, or `look` where nothing waits."""

    template: ClassVar[str] = "factors/approvals.html"
    question: Question | None
    may_answer: bool
    # Where the person shows a fresh factor first.
    confirm_url: str | None
    answered: Answered | None
