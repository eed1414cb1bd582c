"""The pages of second factors with data in every field."""

from collections.abc import Iterator
from datetime import timedelta

from markupsafe import Markup

from idp.factors.approvals import Answered
from idp.factors.drafts import AuthenticationMethod
from idp.factors.passkey.service import PasskeyPrompt
from idp.web.factors.pages import (
    ApprovalsPage,
    AskedNumber,
    ConfirmPage,
    CounterQuestion,
    FactorsPage,
    OtherMethod,
    Question,
    RecoveryCodesPage,
    SecondStepPage,
    StepPurpose,
    TotpPage,
)
from idp.web.factors.passkey_pages import PasskeyPart
from idp.web.http.page import Page
from idp.web.http.texts import Message
from records.structs import replace
from tests.unit.web_pages.samples.account import shell

_SVG = Markup('<svg class="qr" viewBox="0 0 1 1"><path stroke="#000" d="M0 0h1"/></svg>')


def second_step_page(text: str, way: AuthenticationMethod | None, purpose: StepPurpose = "sign_in") -> SecondStepPage:
    """Return the page that asks for one way, with a wrong answer before it."""
    prompt = PasskeyPrompt(name=text, options=f'{{"challenge": "{text}"}}')
    return SecondStepPage(
        other_language_url=f"?x={text}",
        action=f"/sign-in/second?s={text}",
        hidden=((text, text),),
        purpose=purpose,
        client_name=text,
        way=way,
        others=tuple(
            OtherMethod(way=other, url=f"/sign-in/second?way={other}&x={text}") for other in AuthenticationMethod
        ),
        masked_phone=f"09•• ••• 678{text}",
        valid_for=timedelta(minutes=2),
        code_sent=way is AuthenticationMethod.SMS,
        resent=way is AuthenticationMethod.SMS,
        asked=AskedNumber(number=42, valid_for=timedelta(seconds=90)) if way is AuthenticationMethod.APPROVAL else None,
        passkey=PasskeyPart(action="", prompt=prompt, autofill=False) if way is AuthenticationMethod.PASSKEY else None,
        error=Message("factor_wait", {"retry_after": timedelta(minutes=1)}),
    )


def factor_pages(text: str) -> Iterator[Page]:
    """Yield every page of second factors, built around one text."""
    yield from (second_step_page(text, way) for way in (*AuthenticationMethod, None))
    yield second_step_page(text, AuthenticationMethod.TOTP, "step_up")
    yield second_step_page(text, AuthenticationMethod.TOTP, "confirm")
    yield second_step_page(text, AuthenticationMethod.TOTP, "joining")
    yield second_step_page(text, AuthenticationMethod.TOTP, "counter")
    address, hidden = f"?x={text}", ((text, text),)
    yield ConfirmPage(
        other_language_url=address,
        action=f"/account/confirm?to={text}",
        hidden=hidden,
        display_name=text,
        passkey_url=f"/account/confirm?way=passkey&x={text}",
        error=Message("wrong_password"),
    )
    for two_steps in (True, False):
        yield FactorsPage(
            other_language_url=address,
            action=f"/account/factors?x={text}",
            hidden=hidden,
            shell=shell(text, "factors"),
            passkeys=2,
            totp_since=text,
            recovery_codes=9,
            masked_phone=text,
            phone_rests_until=text,
            two_steps=two_steps,
            done="two_steps_on",
            error=Message("two_steps_short_password"),
        )
    for qr, since in ((_SVG, ""), (None, text), (None, "")):
        yield TotpPage(
            other_language_url=address,
            action=f"/account/totp?setup={text}",
            hidden=hidden,
            shell=shell(text, "factors"),
            since=since,
            last_used=text,
            qr=qr,
            secret=text,
            error=Message("totp_wrong"),
        )
    for codes in ((text, "ABCD-EFGH-JKMNP"), ()):
        yield RecoveryCodesPage(
            other_language_url=address,
            action=f"/account/recovery-codes?x={text}",
            hidden=hidden,
            shell=shell(text, "factors"),
            left=9,
            made=text,
            codes=codes,
            gone=not codes,
        )
    question = Question(browser=text, address=text, asked_at=text, numbers=(17, 42, 93), counter=None)
    at_counter = replace(
        question,
        counter=CounterQuestion(officer=text, agency=text, post=text, portal=text, claims=("pseudonym", "name")),
    )
    for asked, may_answer in ((question, True), (at_counter, True), (None, True), (None, False)):
        yield ApprovalsPage(
            other_language_url=address,
            action=f"/account/approvals?x={text}",
            hidden=hidden,
            shell=shell(text, "approvals"),
            question=asked,
            may_answer=may_answer,
            confirm_url=None if asked else "/account/confirm?to=approvals",
            answered=Answered.REFUSED,
        )
