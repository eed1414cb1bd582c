"""The pages of recovery, of "this was not me" and of notices."""

from datetime import timedelta

from idp.account.notices.model import NoticeKind
from idp.recovery.holdings import HoldingKind
from idp.recovery.policy import Evidence
from idp.web.account.notice_pages import NoticeEntry, NoticesPage
from idp.web.http.page import Page
from idp.web.http.texts import Message
from idp.web.recovery.pages import (
    ClaimEndedPage,
    HeldThing,
    NotMeDonePage,
    NotMePage,
    RecoverCodePage,
    RecoverDonePage,
    RecoverIdentityPage,
    RecoverMethodPage,
    RecoverOverPage,
    RecoverPasswordPage,
    RecoverPhonePage,
    RecoverReturnPage,
    RecoverStartPage,
    RecoverWaitingPage,
)
from records.structs import replace
from tests.unit.web_pages.samples.account import shell


def _around(text: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return f"?x={text}", f"/recover/{text}", ((text, text),)


def steps(text: str) -> list[Page]:
    """Return the forms of recovery, each with something wrong or something done."""
    other, action, hidden = _around(text)
    return [
        RecoverStartPage(
            other_language_url=other,
            action=action,
            hidden=hidden,
            identifier=text,
            error=Message("number_format"),
            expired=True,
            return_url=f"/recover/return/{text}",
            sign_in_url=f"/sign-in/{text}",
        ),
        RecoverMethodPage(
            other_language_url=other,
            action=action,
            hidden=hidden,
            ways=(Evidence.TOTP, Evidence.RECOVERY_CODE),
            shown=(Evidence.SMS,),
            stale_phone=True,
            error=Message("too_many_recoveries", {"retry_after": timedelta(hours=1)}),
        ),
        RecoverCodePage(
            other_language_url=other,
            action=action,
            hidden=hidden,
            asked="new_phone",
            masked_phone=f"09•• ••• 678{text}",
            valid_for=timedelta(minutes=2),
            resent=True,
            error=Message("code_wrong"),
        ),
        RecoverPhonePage(
            other_language_url=other,
            action=action,
            hidden=hidden,
            phone=text,
            error=Message("phone_landline"),
            wait=timedelta(days=7),
        ),
        RecoverIdentityPage(
            other_language_url=other,
            action=action,
            hidden=hidden,
            masked_number=f"•••••••••001{text}",
            full_name=text,
            birth_day=text,
            birth_month=text,
            birth_year=text,
            errors={"full_name": Message("name_empty"), "birth_date": Message("birth_date_invalid")},
            refusal=Message("recovery_near"),
        ),
        RecoverPasswordPage(
            other_language_url=other,
            action=action,
            hidden=hidden,
            minimum_length=15,
            waited=True,
            held=tuple(HeldThing(kind, f"keep.{kind}", text, kept=True) for kind in HoldingKind),
            phone_rests_for=timedelta(days=3),
            more_url=f"/recover/way?r={text}",
            error=Message("password_too_short", {"minimum": 15}),
        ),
        RecoverReturnPage(
            other_language_url=other,
            action=action,
            hidden=hidden,
            reference=text,
            error=Message("recovery_not_ready", {"ready_at": text}),
            start_url=f"/recover/{text}",
        ),
        NotMePage(
            other_language_url=other,
            action=action,
            hidden=hidden,
            not_me_code=text,
            error=Message("alarm_code_wrong"),
            sign_in_url=f"/sign-in/{text}",
        ),
    ]


def ends(text: str) -> list[Page]:
    """Return the pages that a recovery or a report ends with."""
    other, _, _ = _around(text)
    return [
        RecoverWaitingPage(
            other_language_url=other, reference=text, ready_at=f"08:30, 30/11/2026{text}", sign_in_url=f"/{text}"
        ),
        RecoverDonePage(other_language_url=other, sign_in_url=f"/sign-in/{text}", rate_url=f"/rate/{text}"),
        RecoverOverPage(
            other_language_url=other, reason="other_open", restart_url=f"/recover/{text}", sign_in_url=f"/{text}"
        ),
        ClaimEndedPage(other_language_url=other, sign_in_url=f"/sign-in/{text}"),
        NotMeDonePage(other_language_url=other, recover_url=f"/recover/{text}"),
    ]


def notices_page(text: str) -> NoticesPage:
    """Return the notices of somebody whose account another person wants to recover."""
    other, action, hidden = _around(text)
    entries = (
        NoticeEntry(
            kind=NoticeKind.RECOVERY_STARTED, at=text, browser="", address="", unread=True, agency=text, until=""
        ),
        NoticeEntry(
            kind=NoticeKind.NEW_DEVICE, at=text, browser=text, address=text, unread=False, agency=text, until=text
        ),
    )
    return NoticesPage(
        other_language_url=other,
        action=action,
        hidden=hidden,
        shell=replace(shell(text, "notices"), unread_notices=1, open_approvals=0),
        entries=entries,
        recovery_ready_at=text,
        cancelled=True,
        not_me_action=f"/account/not-me/{text}",
    )


def recovery_pages(text: str) -> list[Page]:
    """Return one of each."""
    return [*steps(text), *ends(text), notices_page(text)]
