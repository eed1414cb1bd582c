"""The pages of officers with data in every field."""

from markupsafe import Markup

from idp.accounts.model import AccountKind
from idp.selfservice.passkeys import PasskeyPrompt
from idp.web.pages import officers as pages
from idp.web.pages.base import Page
from idp.web.pages.sign_in import AccountKindPage
from idp.web.texts import Message


def officer_pages(text: str) -> list[Page]:
    """Return one page of each kind."""
    return [
        pages.EnrolStartPage(
            other_language_url=f"?x={text}",
            action=f"/officers/{text}",
            hidden=((text, text),),
            sign_in_name=text,
            error=Message("enrolment_wrong"),
            expired=True,
        ),
        pages.EnrolPasswordPage(
            other_language_url=f"?x={text}",
            action=f"/officers/{text}",
            hidden=((text, text),),
            sign_in_name=text,
            minimum=8,
            error=Message("password_common"),
        ),
        pages.EnrolFactorPage(
            other_language_url=f"?x={text}",
            action=f"/officers/{text}",
            hidden=((text, text),),
            sign_in_name=text,
            qr=Markup('<svg class="qr"></svg>'),
            secret=text,
            prompt=PasskeyPrompt(text, text),
            error=Message("totp_wrong"),
        ),
        pages.EnrolDonePage(other_language_url=f"?x={text}", sign_in_url=f"/sign-in/{text}"),
        AccountKindPage(
            other_language_url=f"?x={text}",
            action=f"/account-kind/{text}",
            hidden=((text, text),),
            display_name=text,
            client_name=text,
            kind=AccountKind.OFFICER,
        ),
    ]
