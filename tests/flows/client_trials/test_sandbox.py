"""The sandbox: clients that are tried out meet invented people, and invented people meet nobody else."""

from urllib.parse import urlencode

import pytest

from clients.model import ClientId
from idp.client_trials.sandbox_people import PASSWORD, PEOPLE
from tests.flows.portals import RESOURCE, Portal, portal
from tests.flows.running_provider import RunningProvider
from tests.flows.trial_runs import app_of
from tests.support.operator import run_idp
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty, show_password, sign_in
from tests.support.parties.token_checks import read_signed
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen

TRIED = ClientId("dang-thu")
NAMES = {person.record.number.digits: person.record.full_name for person in PEOPLE}
_INVENTED = iter(Citizen(person.record.number.digits, PASSWORD) for person in PEOPLE * 5)


@pytest.fixture(scope="module")
def sandbox(embedded: RunningProvider) -> Portal:
    """A client in the sandbox that names the national portal's resource, and the invented people."""
    made = portal(TRIED, embedded.listener, stage="sandbox", resource=RESOURCE, acting="optional")
    embedded.apply(made)
    # The command listens nowhere; any port will do.
    environment = embedded.provider.environment(1)
    done = run_idp(["sandbox", "people"], environment)
    assert done.code == 0, done.err
    assert PEOPLE[0].record.number.digits in done.out
    again = run_idp(["sandbox", "people"], environment)
    assert again.out == done.out
    return made


@pytest.fixture
def tried(embedded: RunningProvider, sandbox: Portal) -> RelyingParty:
    return sandbox.party(embedded.http, embedded.provider)


@pytest.fixture
def running(embedded: RunningProvider) -> RunningProvider:
    return embedded


def refused_at(browser: Browser, party: RelyingParty, citizen: Citizen) -> Page:
    """Sign in and return the page that says who is not taken."""
    found = shown(show_password(browser, browser.page(party.start().location), citizen))
    assert found.shows("account-kind")
    return found


def test_an_invented_person_signs_in_to_a_client_in_the_sandbox(browser: Browser, tried: RelyingParty) -> None:
    person = next(_INVENTED)
    tokens = sign_in(browser, tried, person)
    assert tokens.claims["acr"] == "loa2"
    claims = tried.userinfo(tokens.access_token).json()
    assert claims["name"] == NAMES[person.number]


def test_an_invented_person_has_a_second_factor(
    running: RunningProvider, browser: Browser, tried: RelyingParty
) -> None:
    person = next(_INVENTED)
    started = tried.start(acr_values="loa3")
    page = browser.page(started.location)
    second = shown(browser.submit(page, "sign-in", identifier=person.number, password=person.password))
    tokens = tried.complete(started, landed(browser.submit(second, "verify", code=app_of(person.number).code())))
    assert tokens.claims["acr"] == "loa3"


def test_no_real_person_reaches_a_client_in_the_sandbox(
    running: RunningProvider, browser: Browser, tried: RelyingParty
) -> None:
    page = refused_at(browser, tried, running.citizen())
    assert "đang chạy thử" in page.texts["heading"]
    assert shown(browser.submit(page, "cancel")).error_code == "sandbox_client"


def test_no_invented_person_reaches_a_client_in_production(
    running: RunningProvider, browser: Browser, sandbox: Portal
) -> None:
    page = refused_at(browser, running.party(), next(_INVENTED))
    assert "người có thật" in page.texts["heading"]


def test_a_token_of_the_sandbox_is_for_nobody_but_the_provider(
    running: RunningProvider, browser: Browser, tried: RelyingParty
) -> None:
    tokens = sign_in(browser, tried, next(_INVENTED))
    keys = running.http.get(f"{running.provider.issuer}/jwks.json").json()
    assert read_signed(tokens.access_token, keys, "ES256", "at+jwt")["aud"] == running.provider.issuer


@pytest.mark.parametrize(
    "path",
    [
        "/account/password",
        "/account/factors",
        "/account/totp",
        "/account/contacts",
        "/account/mandates/give",
        "/account/close",
        "/account/identity",
        "/account/data",
        "/account/recovery-codes",
        "/account/approvals",
        "/account/profile",
        "/account/upstreams",
        "/account/organisations/claim",
        "/account/passkeys",
    ],
)
def test_nobody_changes_an_invented_person(browser: Browser, sandbox: Portal, path: str) -> None:
    person = next(iter(PEOPLE)).record.number.digits
    page = browser.page("/sign-in")
    shown(browser.submit(page, "sign-in", identifier=person, password=PASSWORD))
    assert browser.page(path).address.endswith("/account")


@pytest.mark.parametrize("command", ["none", "wrong"])
def test_an_error_sends_no_stranger_to_a_client_in_the_sandbox(
    browser: Browser, running: RunningProvider, tried: RelyingParty, command: str
) -> None:
    """Seen: an open redirect from a national host (RFC 9700 4.11.2), also for who is signed in as a real person."""
    assert browser.page(tried.start(prompt=command).location).error_code == "sandbox_client"
    sign_in(browser, running.party(), running.citizen())
    assert browser.page(tried.start(prompt=command).location).error_code == "sandbox_client"


def test_an_error_is_told_to_the_client_that_an_invented_person_tries_out(
    browser: Browser, tried: RelyingParty
) -> None:
    sign_in(browser, tried, next(_INVENTED))
    started = tried.start(prompt="wrong")
    assert tried.error_of(started, landed(browser.open(started.location))) == "invalid_request"


def test_a_stranger_who_cancels_stays_here_too(browser: Browser, tried: RelyingParty) -> None:
    page = browser.page(tried.start().location)
    assert shown(browser.submit(page, "cancel")).error_code == "sandbox_client"


def test_a_sign_out_leads_to_a_client_in_the_sandbox_only_who_tries_it_out(
    browser: Browser, tried: RelyingParty
) -> None:
    """Everybody may register there and get an ID token: as a hint in a link it would lead strangers away."""
    tokens = sign_in(browser, tried, next(_INVENTED))
    asked = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": tried.post_logout_redirect_uri}
    address = f"/logout?{urlencode(asked)}"
    assert landed(browser.open(address)).location.startswith(tried.post_logout_redirect_uri)
    browser.http.cookies.clear()
    assert shown(browser.open(address)).shows("signed-out")
