"""The pages of officers: setting an account up."""

from typing import ClassVar

from markupsafe import Markup

from idp.factors.passkey.service import PasskeyPrompt
from idp.web.http.page import FormPage, Page
from idp.web.http.texts import Message


class EnrolStartPage(FormPage, frozen=True, kw_only=True):
    """Fields `sign_in_name`, `enrolment_code`; button `action` = next."""

    template: ClassVar[str] = "officers/enrol.html"
    sign_in_name: str
    error: Message | None
    expired: bool


class EnrolPasswordPage(FormPage, frozen=True, kw_only=True):
    """Field `password`; button `action` = next. `minimum` counts characters."""

    template: ClassVar[str] = "officers/enrol_password.html"
    sign_in_name: str
    minimum: int
    error: Message | None


class EnrolFactorPage(FormPage, frozen=True, kw_only=True):
    """Field `code`, button `action` = app; or a new passkey: fields `challenge`, `credential`, button passkey."""

    template: ClassVar[str] = "officers/enrol_factor.html"
    sign_in_name: str
    qr: Markup
    secret: str
    prompt: PasskeyPrompt
    # Masked: of the citizen who is signed in to this browser; empty where the account will carry none.
    own_number: str
    error: Message | None


class EnrolDonePage(Page, frozen=True, kw_only=True):
    """The account is set up."""

    template: ClassVar[str] = "officers/enrol_done.html"
    sign_in_url: str
