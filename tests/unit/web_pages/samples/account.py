"""The pages of one's own account with data in every field."""

from clients.model import ClientId
from idp.account.model import AccountKind, ProofState
from idp.admin.people.commands import ActReason, Purpose
from idp.kernel.ids import DeviceId, SessionId
from idp.proofing.waiting import AskedAgain
from idp.web.account import pages
from idp.web.account.joining_pages import ConfirmJoiningPage, JoinedAccount, JoiningPage, WaitingJoining
from idp.web.account.shell_page import PARTS, AccountPart, Shell, menu_of
from idp.web.http.page import Page
from idp.web.http.texts import Message
from idp.web.routes import TABLE
from records.structs import replace

AT = "14:05, 24/11/2026"


def shell(text: str, current: AccountPart, kind: AccountKind = AccountKind.CITIZEN) -> Shell:
    """Return the shell of a person whom everything waits for."""
    links = menu_of(TABLE.menu(PARTS, kind), current)
    officer = kind is AccountKind.OFFICER
    return Shell(display_name=text, current=current, unread_notices=2, open_approvals=1, links=links, officer=officer)


def waiting() -> pages.WaitingProof:
    """Return a verification that was tried three times."""
    return pages.WaitingProof(attempts=3, next_try=AT)


def receipt(text: str) -> pages.ReceiptEntry:
    """Return a receipt; its verdict and register are words of ours."""
    return pages.ReceiptEntry(id="r" * 26, at=AT, register="population", verdict="near", purpose=text, actor=text)


def account_home_page(text: str) -> pages.AccountHomePage:
    """Return the page of somebody whose identity waits for the register."""
    return pages.AccountHomePage(
        other_language_url=f"?x={text}",
        action=f"/logout/{text}",
        hidden=((text, text),),
        shell=shell(text, "home"),
        masked_number=f"0018••••0001{text}",
        acr="loa1",
        proof=ProofState.WAITING,
        proved_at=AT,
        waiting=waiting(),
        prove_url=f"/prove/{text}",
        rate_url=f"/rate?t={text}",
        officer=None,
    )


def officers_home_page(text: str) -> pages.AccountHomePage:
    """Return the page of an officer with a filing that is good, one that was stopped, and one that is over."""
    filing = pages.FilingEntry(portal=text, at=AT, ends_at=AT, running=True, stopped=False)
    filings = (filing, replace(filing, running=False, stopped=True), replace(filing, running=False))
    post = pages.OfficersPost(agency=text, post=text, code=text, ends_at=AT, filings=filings, administrator=True)
    return replace(account_home_page(text), officer=post)


def identity_page(text: str) -> pages.IdentityPage:
    """Return a proof that lapsed and was asked for again."""
    return pages.IdentityPage(
        other_language_url=f"?x={text}",
        action=f"/identity/{text}",
        hidden=((text, text),),
        shell=shell(text, "identity"),
        proof=ProofState.LAPSED,
        proved_at=AT,
        waiting=waiting(),
        may_ask=True,
        evidence_due=AT,
        earlier="refused",
        asked=AskedAgain.QUEUED,
        receipts=(receipt(text),),
    )


def profile_page(text: str) -> pages.ProfilePage:
    """Return a profile with a wrong entry."""
    return pages.ProfilePage(
        other_language_url=f"?x={text}",
        action=f"/profile/{text}",
        hidden=((text, text),),
        shell=shell(text, "profile"),
        facts=(pages.ProfileFact(claim="name", value=text),),
        nickname=text,
        preferred_username=text,
        website=text,
        nickname_error=Message("own_text"),
        preferred_username_error=Message("own_number"),
        website_error=Message("website_format"),
        saved=True,
    )


def sessions_page(text: str) -> pages.SessionsPage:
    """Return two sessions, one of them on a shared computer, and a device."""
    ours = pages.SessionEntry(
        id=SessionId("s" * 26), browser=text, address=text, started=AT, used=AT, shared_computer=False, this_one=True
    )
    shared = pages.SessionEntry(
        id=SessionId("t" * 26), browser="", address="", started=AT, used=AT, shared_computer=True, this_one=False
    )
    device = pages.DeviceEntry(id=DeviceId("d" * 26), browser=text, since=AT, last_seen=AT, this_one=True)
    return pages.SessionsPage(
        other_language_url=f"?x={text}",
        action=f"/sessions/{text}",
        hidden=((text, text),),
        shell=shell(text, "sessions"),
        sessions=(ours, shared),
        devices=(device,),
        done="ended",
    )


def portals_page(text: str) -> pages.PortalsPage:
    """Return a portal by consent and one by law."""
    bank = pages.PortalEntry(
        number=1,
        client_id=ClientId("ngan-hang"),
        name=text,
        claims=("name",),
        acting_for=(text,),
        apis=(text,),
        consented=AT,
        last_used=AT,
        live=True,
        open_url=f"https://bank.example/open?x={text}",
    )
    state = pages.PortalEntry(
        number=2,
        client_id=ClientId("bo"),
        name=text,
        claims=("birthdate",),
        acting_for=(),
        apis=(),
        consented="",
        last_used="",
        live=False,
        open_url=None,
    )
    return pages.PortalsPage(
        other_language_url=f"?x={text}",
        action=f"/portals/{text}",
        hidden=((text, text),),
        shell=shell(text, "portals"),
        portals=(bank, state),
        done="withdrawn",
    )


def activity_page(text: str) -> pages.ActivityPage:
    """Return a page in the middle of the activity."""
    entry = pages.ActivityEntry(event="assistance_given", at=AT, portal=text, address=text, officer=(text, text, text))
    looks = [
        pages.ActivityEntry(event=event, at=AT, portal="", address="", officer=None, support=support)
        for event, support in (
            ("person_found", pages.SupportEntry(agency=text, purpose=Purpose.COMPLAINT, reason=None, case=text)),
            ("person_locked", pages.SupportEntry(agency=text, purpose=None, reason=ActReason.AUTHORITY, case=text)),
        )
    ]
    return pages.ActivityPage(
        other_language_url=f"?x={text}",
        action=f"/not-me/{text}",
        hidden=((text, text),),
        shell=shell(text, "activity"),
        entries=(entry, *looks),
        older_url=f"?page={text}",
        newest_url=f"/activity/{text}",
    )


def requests_page(text: str) -> pages.RequestsPage:
    """Return a release by consent, one by law, and a receipt."""
    release = pages.ReleaseEntry(
        at=AT, until=AT, portal=text, claims=("name",), acting_for=(text,), apis=(text,), by_consent=True
    )
    by_law = pages.ReleaseEntry(at=AT, until=AT, portal=text, claims=(), acting_for=(), apis=(), by_consent=False)
    return pages.RequestsPage(
        other_language_url=f"?x={text}",
        shell=shell(text, "requests"),
        receipts=(receipt(text),),
        releases=(release, by_law),
    )


def language_page(text: str) -> pages.LanguagePage:
    """Return the choice just after it was made."""
    return pages.LanguagePage(
        other_language_url=f"?x={text}",
        action=f"/language/{text}",
        hidden=((text, text),),
        shell=shell(text, "language"),
        chosen="en",
        saved=True,
    )


def data_page(text: str) -> pages.DataPage:
    """Return the offer of the copy."""
    return pages.DataPage(
        other_language_url=f"?x={text}",
        action=f"/file/{text}",
        hidden=((text, text),),
        shell=shell(text, "data"),
        copy_url=f"/copy/{text}",
    )


def copy_page(text: str) -> pages.CopyPage:
    """Return a copy with one kind, too long to show whole."""
    row = (pages.CopyValue(field="name", value=text), pages.CopyValue(field="created_at", value=AT))
    section = pages.CopySection(kind="persons", rows=(row,), left_out=3)
    return pages.CopyPage(other_language_url=f"?x={text}", shell=shell(text, "data"), made_at=AT, sections=(section,))


def joining_pages(text: str) -> list[Page]:
    """Return the form with a refusal, what waits on either side, an account that is not proved, and both names."""
    address, hidden = f"?x={text}", ((text, text),)
    form = JoiningPage(
        other_language_url=address,
        action=f"/account/joining/{text}",
        hidden=hidden,
        shell=shell(text, "joining"),
        waiting=None,
        proved=True,
        number=text,
        identity_url=f"/account/identity?x={text}",
        error=Message("joining_not_shown"),
    )
    confirm = ConfirmJoiningPage(
        other_language_url=address,
        action=f"/account/joining/confirm?j={text}",
        hidden=hidden,
        shell=shell(text, "joining"),
        stays=JoinedAccount(name=text, masked_number=text),
        goes=JoinedAccount(name=text, masked_number=text),
        due=AT,
        stay_url=f"/account?x={text}",
        error=Message("joining_not_understood"),
    )
    waits = [replace(form, waiting=WaitingJoining(due=AT, goes=goes), error=None) for goes in (True, False)]
    return [form, *waits, replace(form, proved=False, error=None), confirm]


def close_page(text: str) -> pages.ClosePage:
    """Return the last question, asked again because the box was not ticked."""
    return pages.ClosePage(
        other_language_url=f"?x={text}",
        action=f"/close/{text}",
        hidden=((text, text),),
        shell=shell(text, "close"),
        error=Message("close_not_understood"),
        stay_url=f"/account/{text}",
    )


def rate_page(text: str) -> pages.RatePage:
    """Return the one question."""
    return pages.RatePage(
        other_language_url=f"?x={text}", action=f"/rate/{text}", hidden=((text, text),), go_on_url=f"/account/{text}"
    )


def account_pages(text: str) -> list[Page]:
    """Return one page of each kind."""
    return [
        account_home_page(text),
        officers_home_page(text),
        identity_page(text),
        profile_page(text),
        sessions_page(text),
        portals_page(text),
        activity_page(text),
        requests_page(text),
        language_page(text),
        data_page(text),
        copy_page(text),
        *joining_pages(text),
        close_page(text),
        pages.ClosedPage(
            other_language_url=f"?x={text}", register_url=f"/register/{text}", recover_url=f"/recover/{text}"
        ),
        rate_page(text),
        pages.RatedPage(other_language_url=f"?x={text}", outcome="kept", go_on_url=f"/account/{text}"),
    ]
