"""Every page with data in every field, built around one text so that a test can choose a hostile one."""

from datetime import timedelta

from idp.web.http.error_page import ErrorPage
from idp.web.http.page import Page, Site
from idp.web.http.texts import Message
from idp.web.registration.pages import RegisterIdentityPage, RegisterPasswordPage, RegisterResultPage
from idp.web.sessions.pages import FrameEntry, LogoutConfirmPage, SignedOutPage
from idp.web.sign_in.pages import (
    CodePage,
    ConsentPage,
    DetailEntry,
    FormPostPage,
    KnownPerson,
    PurposeEntry,
    SignInPage,
    StateNotice,
)
from tests.unit.web_pages.samples.account import account_pages
from tests.unit.web_pages.samples.acting import act_for_page
from tests.unit.web_pages.samples.admin import admin_pages
from tests.unit.web_pages.samples.agencies import agency_pages
from tests.unit.web_pages.samples.developers import developer_pages
from tests.unit.web_pages.samples.device_grant import device_pages
from tests.unit.web_pages.samples.factors import factor_pages
from tests.unit.web_pages.samples.legacy import legacy_refused_page
from tests.unit.web_pages.samples.mandates import mandate_pages
from tests.unit.web_pages.samples.officers import officer_pages
from tests.unit.web_pages.samples.passkeys import passkey_page, passkey_part, passkey_refused_page, passkeys_page
from tests.unit.web_pages.samples.passwords import password_pages
from tests.unit.web_pages.samples.recovery import recovery_pages
from tests.unit.web_pages.samples.status import status_page
from tests.unit.web_pages.samples.transparency import transparency_pages
from tests.unit.web_pages.samples.upstream import upstream_pages, upstream_part

PLAIN = "NGUYỄN THỊ HOÀ"

SITE = Site(
    name={"vi": "Đăng nhập quốc gia", "en": "National Sign-On"},
    operator={"vi": "Đơn vị vận hành", "en": "The operator"},
    help_line="1800 0000",
)


def sign_in_page(text: str = PLAIN) -> SignInPage:
    """Return a first sign-in at a State portal, before any error."""
    return SignInPage(
        other_language_url=f"?ui_locales=en&x={text}",
        action=f"/sign-in/{text}",
        hidden=(("csrf", text), (text, "request")),
        client_name=text,
        notice=StateNotice(client_name=text, claims=("name", "birthdate"), legal_basis=text, apis=(text,)),
        known=None,
        identifier=text,
        error=None,
        register_url=f"/register/{text}",
        shared_computer=False,
        recover_url=f"/recover/{text}",
        not_me_url=f"/not-me/{text}",
        passkey=passkey_part(text),
        for_officers=False,
        upstream=upstream_part(text),
    )


def known_person(text: str = PLAIN) -> KnownPerson:
    """Return the person of a repeated sign-in."""
    return KnownPerson(display_name=text, masked_identifier=f"0018••••0001{text}", other_account_url=f"/sign-in/{text}")


def code_page(text: str = PLAIN) -> CodePage:
    """Return a code page right after a second code was sent."""
    return CodePage(
        other_language_url=f"?x={text}",
        action=f"/code/{text}",
        hidden=((text, text),),
        purpose="registration",
        client_name=text,
        masked_phone=f"09•• ••• 678{text}",
        valid_for=timedelta(minutes=2),
        resent=True,
        error=None,
    )


def consent_page(text: str = PLAIN) -> ConsentPage:
    """Return a consent page of a client with every link."""
    return ConsentPage(
        other_language_url=f"?x={text}",
        action=f"/consent/{text}",
        hidden=((text, text),),
        display_name=text,
        client_name=text,
        client_uri=f"https://bank.example/{text}",
        logo_url=f"/logos/{text}",
        policy_uri=f"https://bank.example/policy/{text}",
        tos_uri=f"https://bank.example/terms/{text}",
        claims=("pseudonym", "name"),
        purposes=(PurposeEntry(claims=("name", "birthdate"), text=text),),
        apis=(text, text),
        details=(DetailEntry(type="confirmed_text", text=text),),
        acting_for=text,
    )


def form_post_page(text: str = PLAIN) -> FormPostPage:
    """Return a response on its way to a client."""
    return FormPostPage(
        other_language_url=f"?x={text}",
        action=f"https://bank.example/cb/{text}",
        hidden=(("code", text), ("state", text)),
        host=text,
    )


def register_identity_page(text: str = PLAIN) -> RegisterIdentityPage:
    """Return the identity form with something typed into each entry."""
    return RegisterIdentityPage(
        other_language_url=f"?x={text}",
        action=f"/register/{text}",
        hidden=((text, text),),
        number=text,
        full_name=text,
        birth_day=text,
        birth_month=text,
        birth_year=text,
        phone=text,
        errors={"phone": Message("phone_old_prefix", {"new_prefix": text})},
        sign_in_url=f"/sign-in/{text}",
    )


def register_password_page(text: str = PLAIN) -> RegisterPasswordPage:
    """Return the password form with an error."""
    return RegisterPasswordPage(
        other_language_url=f"?x={text}",
        action=f"/register/{text}",
        hidden=((text, text),),
        masked_number=f"0018••••0001{text}",
        minimum_length=15,
        error=Message("password_too_short", {"minimum": 15}),
    )


def register_result_page(text: str = PLAIN) -> RegisterResultPage:
    """Return the end of a registration."""
    return RegisterResultPage(
        other_language_url=f"?x={text}",
        sign_in_url=f"/sign-in/{text}",
        correct_url=f"/register/{text}",
    )


def logout_confirm_page(text: str = PLAIN) -> LogoutConfirmPage:
    """Return a logout asked for by a portal."""
    return LogoutConfirmPage(
        other_language_url=f"?x={text}",
        action=f"/logout/{text}",
        hidden=((text, text),),
        client_name=text,
        display_name=text,
        stay_url=f"/account/{text}",
    )


def signed_out_page(text: str = PLAIN) -> SignedOutPage:
    """Return the end of a session at two portals."""
    return SignedOutPage(
        other_language_url=f"?x={text}",
        portals=(text, f"{text} 2"),
        rate_url=f"/rate?t={text}",
        # A browser that shows the sample asks nobody. It goes nowhere: test_signed_out.py has that.
        frames=(
            FrameEntry(name=text, address=f"about:blank#{text}"),
            FrameEntry(name=f"{text} 2", address="about:blank"),
        ),
        left_out=(f"{text} 3",),
    )


def error_page(text: str = PLAIN) -> ErrorPage:
    """Return a refusal under a code that has no texts of its own."""
    return ErrorPage(
        other_language_url=f"?x={text}",
        code=text,
        reference=text,
        retry_after=timedelta(seconds=90),
        restart_url=f"/account/{text}",
    )


def every_page(text: str = PLAIN) -> list[Page]:
    """Return one page of each kind, with `text` wherever a person, a portal or a client could put one."""
    return [
        sign_in_page(text),
        code_page(text),
        consent_page(text),
        form_post_page(text),
        register_identity_page(text),
        register_password_page(text),
        register_result_page(text),
        logout_confirm_page(text),
        *developer_pages(text),
        signed_out_page(text),
        error_page(text),
        legacy_refused_page(text),
        status_page(text),
        *transparency_pages(text),
        *account_pages(text),
        *factor_pages(text),
        *recovery_pages(text),
        *password_pages(text),
        *officer_pages(text),
        *admin_pages(text),
        *agency_pages(text),
        *mandate_pages(text),
        act_for_page(text),
        *device_pages(text),
        *upstream_pages(text),
        passkeys_page(text),
        passkey_page(text),
        passkey_refused_page(text),
    ]
