"""The pages of a counter: the officer's, and those that a citizen fills in on the officer's screen."""

from datetime import timedelta
from typing import ClassVar

from idp.web.http.page import FormPage
from idp.web.http.texts import Message
from idp.web.sign_in.pages import ClaimKey


class CounterPage(FormPage, frozen=True, kw_only=True):
    """The officer's page. Field `number`; buttons `action` = screen, phone or cancel."""

    template: ClassVar[str] = "officers/counter_start.html"
    officer_name: str
    agency: str
    client_name: str
    number: str
    expired: bool
    number_error: Message | None
    error: Message | None


class CounterCitizenPage(FormPage, frozen=True, kw_only=True):
    """The citizen's page on the counter's screen. Field `password`; buttons `action` = next or back."""

    template: ClassVar[str] = "officers/counter_citizen.html"
    officer_name: str
    agency: str
    post: str
    client_name: str
    masked_number: str
    # What the portal receives if they agree.
    claims: tuple[ClaimKey, ...]
    error: Message | None


class CounterPhonePage(FormPage, frozen=True, kw_only=True):
    """The number that the citizen looks for on their own device; buttons `action` = look, again or back."""

    template: ClassVar[str] = "officers/counter_phone.html"
    client_name: str
    masked_number: str
    # None once the question is over.
    match_number: int | None
    valid_for: timedelta
    error: Message | None
