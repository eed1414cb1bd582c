"""The pages of officers with data in every field."""

from datetime import timedelta

from markupsafe import Markup

from idp.account.model import AccountKind
from idp.factors.passkey.service import PasskeyPrompt
from idp.web.http.page import Page
from idp.web.http.texts import Message
from idp.web.officers import assist_pages as assist
from idp.web.officers import counter_pages as counter
from idp.web.officers import pages
from idp.web.sign_in.pages import AccountKindPage
from tests.unit.web_pages.samples.account import shell


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
            own_number=text,
            error=Message("totp_wrong"),
        ),
        pages.EnrolDonePage(other_language_url=f"?x={text}", sign_in_url=f"/sign-in/{text}"),
        counter.CounterPage(
            other_language_url=f"?x={text}",
            action=f"/counter/{text}",
            hidden=((text, text),),
            officer_name=text,
            agency=text,
            client_name=text,
            number=text,
            expired=True,
            number_error=Message("number_format"),
            error=Message("counter_over"),
        ),
        counter.CounterCitizenPage(
            other_language_url=f"?x={text}",
            action=f"/counter/{text}",
            hidden=((text, text),),
            officer_name=text,
            agency=text,
            post=text,
            client_name=text,
            masked_number=text,
            claims=("pseudonym", "name"),
            error=Message("counter_wrong_password"),
        ),
        counter.CounterPhonePage(
            other_language_url=f"?x={text}",
            action=f"/counter/{text}",
            hidden=((text, text),),
            client_name=text,
            masked_number=text,
            match_number=42,
            valid_for=timedelta(minutes=2),
            error=Message("counter_expired"),
        ),
        *assist_pages(text),
        AccountKindPage(
            other_language_url=f"?x={text}",
            action=f"/account-kind/{text}",
            hidden=((text, text),),
            display_name=text,
            client_name=text,
            kind=AccountKind.OFFICER,
        ),
    ]


def assist_pages(text: str) -> list[Page]:
    """Return the pages of an assisted recovery."""
    officer = shell(text, "assist", AccountKind.OFFICER)
    return [
        assist.AssistStartPage(
            other_language_url=f"?x={text}",
            action=f"/counter/{text}",
            hidden=((text, text),),
            shell=officer,
            number=text,
            phone=text,
            number_error=Message("number_format"),
            phone_error=Message("phone_format"),
            error=Message("assist_over"),
        ),
        assist.AssistCodePage(
            other_language_url=f"?x={text}",
            action=f"/counter/{text}",
            hidden=((text, text),),
            shell=officer,
            masked_phone=text,
            valid_for=timedelta(minutes=2),
            resent=True,
            error=Message("code_wrong"),
        ),
        assist.AssistIdentityPage(
            other_language_url=f"?x={text}",
            action=f"/counter/{text}",
            hidden=((text, text),),
            shell=officer,
            masked_number=text,
            full_name=text,
            birth_day=text,
            birth_month=text,
            birth_year=text,
            errors={"full_name": Message("name_empty"), "birth_date": Message("birth_date_invalid")},
            refusal=Message("recovery_near"),
        ),
        assist.AssistDonePage(
            other_language_url=f"?x={text}",
            shell=officer,
            reference=text,
            ready_at=text,
            at_once=True,
            second_officer=True,
        ),
    ]
