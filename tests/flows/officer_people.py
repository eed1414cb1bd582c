"""Officers as their agency issues them, and what they do in the tests: set the account up, sign in."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from clients.model import ClientId
from idp.account.notices.messages import Messages
from idp.adapters.hashing.argon2_pool import Argon2Pool
from idp.adapters.sql.database import open_database
from idp.agencies.model import SignInName
from idp.app.officers import officer_accounts
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.model import TOTP_PLACE, AddTotp
from idp.factors.totp.codes import new_totp_secret
from idp.kernel.clock import SystemClock
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import Secret
from idp.officers.model import EnrolOfficer, ExtendOfficer, Officer
from idp.officers.posts import NewPost
from idp.officers.service import OfficerAccounts, new_officer_code
from idp.web.messages.catalogue import email_text, sms_text
from tests.flows.running_provider import RunningProvider
from tests.support.authenticator_app import App
from tests.support.page import Page
from tests.support.parties.relying_party import Started
from tests.support.plain.browser import Browser, Landing, landed, shown

T = TypeVar("T")
PASSWORD = "an-officers-long-Passphrase-9"
AGENCY, POST, FULL_NAME = "H55", "Công chức một cửa", "Lê Thị Minh"
_numbers = count(1)
_hashed = dict[str, str]()


@dataclass(slots=True)
class OfficerPerson:
    """An officer as they know themselves: name, code to set up with, and later their app."""

    officer: Officer
    name: str
    enrolment_code: str
    app: App = field(default_factory=lambda: App(Secret("")))


def with_accounts(running: RunningProvider, work: Callable[[OfficerAccounts], Awaitable[T]]) -> T:
    """Do something that an agency does, beside the running provider."""

    async def run() -> T:
        async with AsyncExitStack() as stack:
            database = await open_database(running.provider.database_url)
            stack.push_async_callback(database.close)
            root = await running.provider.root_key(database)
            return await work(
                officer_accounts(database, root, Messages(root.sealer(), sms_text, email_text), SystemClock())
            )

    return running.provider.run(run())


def _event(name: EventName) -> RecordEvent:
    return RecordEvent(id=EventId(new_id()), name=name, at=datetime.now(UTC), origin=Origin(new_id()), reason="test")


def issue(
    running: RunningProvider, *, starts_in: timedelta = timedelta(0), ends_in: timedelta = timedelta(days=30)
) -> OfficerPerson:
    """Return an officer whose agency has just issued the account."""
    name, now = SignInName.of(AGENCY, f"officer{next(_numbers)}"), datetime.now(UTC)
    code = new_officer_code(AGENCY)
    post = NewPost(name, FULL_NAME, AGENCY, POST, code, now + starts_in, now + ends_in, "test")
    issued = with_accounts(running, lambda accounts: accounts.issue(post, _event(EventName.OFFICER_ISSUED)))
    assert issued is not None
    return OfficerPerson(issued.officer, issued.name.text, issued.enrolment_code.reveal())


def withdraw(running: RunningProvider, person: OfficerPerson) -> None:
    """Take the account back."""
    event = _event(EventName.OFFICER_WITHDRAWN)
    assert with_accounts(running, lambda accounts: accounts.withdraw(person.officer, "left", event))


def end_now(running: RunningProvider, person: OfficerPerson) -> None:
    """Let the last day be over."""
    officer = person.officer
    ending = ExtendOfficer(person_id=officer.person_id, account_id=officer.account_id, ends_at=datetime.now(UTC))
    assert with_accounts(running, lambda accounts: accounts.ledger.commit(ending))


def enrol(browser: Browser, person: OfficerPerson) -> Page:
    """Set the account up with an app and return the page after it."""
    page = shown(
        browser.submit(
            browser.page("/officers/enrol"),
            "next",
            sign_in_name=person.name,
            enrolment_code=person.enrolment_code,
        )
    )
    page = shown(browser.submit(page, "next", password=PASSWORD))
    person.app = App(Secret(page.texts["secret"].replace(" ", "")))
    return shown(browser.submit(page, "app", code=person.app.code()))


def ready(running: RunningProvider, _browser: Browser) -> OfficerPerson:
    """Return an officer whose account is set up, without the pages: one network may set up so many in an hour."""
    person, secret = issue(running), new_totp_secret()
    assert with_accounts(running, lambda accounts: _set_up(accounts, person, secret))
    person.app = App(secret)
    return person


async def _password_hash() -> str:
    """Return the hash of the one password of all officers: made once, it costs more than all the rest of an account."""
    if PASSWORD not in _hashed:
        with closing(Argon2Pool()) as hasher:
            _hashed[PASSWORD] = await hasher.hash(PASSWORD)
    return _hashed[PASSWORD]


async def _set_up(accounts: OfficerAccounts, person: OfficerPerson, secret: Secret) -> bool:
    officer, now = person.officer, datetime.now(UTC)
    code = accounts.hashed(person.enrolment_code)
    sealed = accounts.sealer.seal(secret.reveal().encode(), TOTP_PLACE.of(officer.person_id))
    return await accounts.ledger.commit(
        EnrolOfficer(
            person_id=officer.person_id,
            account_id=officer.account_id,
            enrolment_hash=code,
            password_hash=await _password_hash(),
            now=now,
        ),
        AddTotp(
            person_id=officer.person_id,
            account_id=officer.account_id,
            secret_sealed=sealed,
            last_step=0,
            created_at=now,
        ),
    )


def show_factors(browser: Browser, page: Page, person: OfficerPerson) -> Page | Landing:
    """Sign in on the page: name, password, the app's code."""
    second = shown(browser.submit(page, "sign-in", identifier=person.name, password=PASSWORD))
    return browser.submit(second, "verify", code=person.app.code())


def sign_in_at(
    running: RunningProvider, browser: Browser, person: OfficerPerson, client_id: ClientId, **extra: str
) -> tuple[Started, Landing]:
    """Sign in at a client and return the landing."""
    started = running.party(client_id).start(**extra)
    return started, landed(show_factors(browser, browser.page(started.location), person))
