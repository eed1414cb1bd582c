"""The pages of registration."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from idp.web.http.page import FormPage, Page
from idp.web.http.texts import Message

IdentityField = Literal["number", "full_name", "birth_date", "phone"]

# Where an error's link leads: the first input of each entry of the registration form.
_ELEMENT_IDS: dict[IdentityField, str] = {
    "number": "number",
    "full_name": "full-name",
    "birth_date": "birth-day",
    "phone": "phone",
}


class RegisterIdentityPage(FormPage, frozen=True, kw_only=True):
    """Fields `number`, `full_name`, `birth_day`, `birth_month`, `birth_year`, `phone`, as they were typed.

    Buttons `action` = continue or cancel. Day and month may be empty: only the year is known.
    """

    template: ClassVar[str] = "registration/identity.html"
    number: str
    full_name: str
    birth_day: str
    birth_month: str
    birth_year: str
    phone: str
    errors: Mapping[IdentityField, Message]
    sign_in_url: str

    @property
    def wrong_entries(self) -> list[tuple[str, Message]]:
        """The element id to go to and what is wrong there, in the order of the page."""
        return [(_ELEMENT_IDS[name], self.errors[name]) for name in _ELEMENT_IDS if name in self.errors]


class RegisterPasswordPage(FormPage, frozen=True, kw_only=True):
    """Field `password`; buttons `action` = continue or cancel. `minimum_length` counts characters."""

    template: ClassVar[str] = "registration/password.html"
    masked_number: str
    minimum_length: int
    error: Message | None


class RegisterResultPage(Page, frozen=True, kw_only=True):
    """The end of a registration, the same whatever the register, the carriers and the store said (EN-1)."""

    template: ClassVar[str] = "registration/result.html"
    sign_in_url: str
    correct_url: str
