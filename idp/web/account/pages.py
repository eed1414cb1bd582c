"""The pages of one's own account. Times come as the text that is shown."""

from typing import ClassVar, Literal

from msgspec import Struct

from clients.model import ClientId
from idp.account.model import ProofState
from idp.admin.people.commands import ActReason, Purpose
from idp.kernel.ids import DeviceId, SessionId
from idp.proofing.waiting import AskedAgain
from idp.web.account.shell_page import AccountFormPage, AccountPage
from idp.web.http.page import FormPage, Page
from idp.web.http.texts import Message
from idp.web.sign_in.pages import ClaimKey


class WaitingProof(Struct, frozen=True, kw_only=True):
    """A verification that waits for the register: how often it was tried, when it is tried next."""

    attempts: int
    next_try: str


class FilingEntry(Struct, frozen=True, kw_only=True):
    """A filing that the officer assisted today; whose it was is not told.

    `running` is whether the portal can still read for it; then `ends_at` is when that is over.
    """

    portal: str
    at: str
    ends_at: str
    running: bool
    # Ended before its time: by the citizen, or with their account.
    stopped: bool


class OfficersPost(Struct, frozen=True, kw_only=True):
    """The post that an officer's account was issued for, until when."""

    agency: str
    post: str
    code: str
    ends_at: str
    filings: tuple[FilingEntry, ...]
    # Holds a role of administration: the way to the console is shown.
    administrator: bool


class AccountHomePage(AccountFormPage, frozen=True, kw_only=True):
    """The person's own page; its form signs out. `acr` is one of `authentication.levels.ACR_VALUES`."""

    template: ClassVar[str] = "account/home.html"
    masked_number: str
    acr: str
    proof: ProofState
    proved_at: str
    waiting: WaitingProof | None
    prove_url: str | None
    rate_url: str | None
    officer: OfficersPost | None


class ReceiptEntry(Struct, frozen=True, kw_only=True):
    """One answer of a register, without the data."""

    id: str
    at: str
    register: str
    verdict: str
    purpose: str
    actor: str


class IdentityPage(AccountFormPage, frozen=True, kw_only=True):
    """Proof of identity; button `action` = ask_again, where asking again can help; `asked` is what came of it."""

    template: ClassVar[str] = "account/identity.html"
    proof: ProofState
    proved_at: str
    waiting: WaitingProof | None
    may_ask: bool
    # The day on which a proof by data alone stops counting; empty where that is not theirs.
    evidence_due: str
    # Whether an earlier proof may be shown, button `action` = earlier; or whether what was shown was not enough.
    earlier: Literal["", "offered", "refused"]
    asked: AskedAgain | None
    receipts: tuple[ReceiptEntry, ...]


class ProfileFact(Struct, frozen=True, kw_only=True):
    """A claim that is not the person's to change here, and its value."""

    claim: str
    value: str


class ProfilePage(AccountFormPage, frozen=True, kw_only=True):
    """Fields `nickname`, `preferred_username`, `website`; the rest says where it is corrected."""

    template: ClassVar[str] = "account/profile.html"
    facts: tuple[ProfileFact, ...]
    nickname: str
    preferred_username: str
    website: str
    nickname_error: Message | None
    preferred_username_error: Message | None
    website_error: Message | None
    saved: bool


class SessionEntry(Struct, frozen=True, kw_only=True):
    """One signed-in browser."""

    id: SessionId
    browser: str
    address: str
    started: str
    used: str
    shared_computer: bool
    this_one: bool


class DeviceEntry(Struct, frozen=True, kw_only=True):
    """One browser that the account knows."""

    id: DeviceId
    browser: str
    since: str
    last_seen: str
    this_one: bool


SessionsDone = Literal["ended", "gone", "others_ended", "forgotten"]


class SessionsPage(AccountFormPage, frozen=True, kw_only=True):
    """Buttons `action` = end:ID, forget:ID, end_others or end_all."""

    template: ClassVar[str] = "account/sessions.html"
    sessions: tuple[SessionEntry, ...]
    devices: tuple[DeviceEntry, ...]
    done: SessionsDone | None


class PortalEntry(Struct, frozen=True, kw_only=True):
    """One connected portal: what it gets and on which basis (`consented` is empty where a law is)."""

    number: int
    client_id: ClientId
    name: str
    claims: tuple[ClaimKey, ...]
    # Those for whom the person acts there now.
    acting_for: tuple[str, ...]
    # The APIs of others that it may call for the person.
    apis: tuple[str, ...]
    consented: str
    last_used: str
    live: bool
    # Where the portal lets a sign-in begin (OIDC Core 4).
    open_url: str | None


PortalsDone = Literal["withdrawn", "access_ended", "gone"]


class PortalsPage(AccountFormPage, frozen=True, kw_only=True):
    """Buttons `action` = withdraw:CLIENT or end:CLIENT."""

    template: ClassVar[str] = "account/portals.html"
    portals: tuple[PortalEntry, ...]
    done: PortalsDone | None


class SupportEntry(Struct, frozen=True, kw_only=True):
    """Which agency's support looked or acted, for which purpose or reason, and under which case of its desk."""

    agency: str
    purpose: Purpose | None
    reason: ActReason | None
    case: str


class ActivityEntry(Struct, frozen=True, kw_only=True):
    """One thing that happened; `event` names its text."""

    event: str
    at: str
    portal: str
    address: str
    # Post, agency and code of the officer who was there.
    officer: tuple[str, str, str] | None
    # Who acted for whom, where it was for somebody else.
    actor: str = ""
    principal: str = ""
    # What support did, where it was that.
    support: SupportEntry | None = None


class ActivityPage(AccountFormPage, frozen=True, kw_only=True):
    """What happened, newest first; the form says "this was not me"."""

    template: ClassVar[str] = "account/activity.html"
    entries: tuple[ActivityEntry, ...]
    older_url: str | None
    newest_url: str | None


class ReleaseEntry(Struct, frozen=True, kw_only=True):
    """One sign-in at a portal and what it could read from then on."""

    at: str
    until: str
    portal: str
    claims: tuple[ClaimKey, ...]
    acting_for: tuple[str, ...]
    apis: tuple[str, ...]
    by_consent: bool


class RequestsPage(AccountPage, frozen=True, kw_only=True):
    """Who asked for the person's data: the registers we asked, the portals we answered."""

    template: ClassVar[str] = "account/requests.html"
    receipts: tuple[ReceiptEntry, ...]
    releases: tuple[ReleaseEntry, ...]


class LanguagePage(AccountFormPage, frozen=True, kw_only=True):
    """Buttons `action` = vi or en."""

    template: ClassVar[str] = "account/language.html"
    chosen: str
    saved: bool


class DataPage(AccountFormPage, frozen=True, kw_only=True):
    """The form sends the file; a link leads to the readable copy."""

    template: ClassVar[str] = "account/data.html"
    copy_url: str


class CopyValue(Struct, frozen=True, kw_only=True):
    """One stored value under the word that names its text."""

    field: str
    value: str


class CopySection(Struct, frozen=True, kw_only=True):
    """The rows of one kind; `left_out` counts those that only the file holds."""

    kind: str
    rows: tuple[tuple[CopyValue, ...], ...]
    left_out: int


class CopyPage(AccountPage, frozen=True, kw_only=True):
    """Everything that is stored, to read or print."""

    template: ClassVar[str] = "account/copy.html"
    made_at: str
    sections: tuple[CopySection, ...]


class ClosePage(AccountFormPage, frozen=True, kw_only=True):
    """Field `understood`; button `action` = close."""

    template: ClassVar[str] = "account/close.html"
    error: Message | None
    stay_url: str


class ClosedPage(Page, frozen=True, kw_only=True):
    """The account is closed."""

    template: ClassVar[str] = "account/closed.html"
    register_url: str
    recover_url: str


class RatePage(FormPage, frozen=True, kw_only=True):
    """One question; buttons `action` = 1 to 5."""

    template: ClassVar[str] = "account/rate.html"
    go_on_url: str


RatedAs = Literal["kept", "gone", "busy"]


class RatedPage(Page, frozen=True, kw_only=True):
    """The answer was kept, or there was nothing to answer any more."""

    template: ClassVar[str] = "account/rated.html"
    outcome: RatedAs
    go_on_url: str
