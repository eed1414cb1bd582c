"""The pages of one's own password and contacts, with data in every field."""

from datetime import timedelta

from idp.web.factors.credential_pages import (
    ChangePasswordPage,
    ContactCodePage,
    ContactsPage,
    ShownPhoneAge,
    WaitingContact,
)
from idp.web.http.page import Page
from idp.web.http.texts import Message
from tests.unit.web_pages.samples.account import shell


def change_password_page(text: str) -> ChangePasswordPage:
    """Return the form of somebody whose wish for a short password was refused."""
    return ChangePasswordPage(
        other_language_url=f"?x={text}",
        action=f"/account/password/{text}",
        hidden=((text, text),),
        shell=shell(text, "password"),
        minimum_alone=15,
        minimum_with_two_steps=8,
        two_steps_on=False,
        may_ask_two_steps=True,
        wants_two_steps=True,
        changed=True,
        error=Message("password_too_short", {"minimum": 8}),
    )


def contacts_page(text: str) -> ContactsPage:
    """Return both contacts, each typed anew and wrong."""
    return ContactsPage(
        other_language_url=f"?x={text}",
        action=f"/account/contacts/{text}",
        hidden=((text, text),),
        shell=shell(text, "contacts"),
        masked_phone=f"09•• ••• 678{text}",
        masked_email=f"h•••@example.vn{text}",
        phone_age=ShownPhoneAge(text, text, "asked"),
        waiting=(WaitingContact("phone", text, text), WaitingContact("email", "", text)),
        phone=text,
        email=text,
        phone_error=Message("phone_format"),
        email_error=Message("email_format"),
        done="phone",
    )


def contact_code_page(text: str) -> ContactCodePage:
    """Return the code page of a new e-mail address after a second code was sent."""
    return ContactCodePage(
        other_language_url=f"?x={text}",
        action=f"/account/contacts/code/{text}",
        hidden=((text, text),),
        shell=shell(text, "contacts"),
        kind="email",
        masked=f"h•••@example.vn{text}",
        valid_for=timedelta(minutes=10),
        resent=True,
        error=Message("contact_changed_meanwhile"),
    )


def password_pages(text: str) -> list[Page]:
    """Return one page of each kind."""
    return [change_password_page(text), contacts_page(text), contact_code_page(text)]
