"""A person's token for an API that its portal was given (RFC 8707), over a running provider."""

from urllib.parse import urlencode

import pytest

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.flows.services import service
from tests.support.parties.relying_party import RelyingParty, Started, show_password, sign_in
from tests.support.parties.token_checks import read_signed
from tests.support.plain.browser import Browser, landed, shown
from tests.support.waiting import wait_for

LAND, TAX = (f"https://rsc-{name}.example/api" for name in ("land", "tax"))


def given() -> dict[str, object]:
    """Return the members of a client that was given both APIs."""
    return {
        "api_access": {"rsc-land": "land.read", "rsc-tax": "tax.read"},
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "agency": "G22",
    }


@pytest.fixture
def parties(running: RunningProvider) -> dict[str, RelyingParty]:
    """Register a State portal, a bank and two APIs, and wait until every process knows them."""
    made = [
        portal(ClientId("rsc-portal"), running.listener, **given()),
        portal(ClientId("rsc-bank"), running.listener, sector="other", require_consent=True, **given()),
        service(running.listener, "rsc-land", resource=LAND, service_scopes=["land.read"]),
        service(running.listener, "rsc-tax", resource=TAX, service_scopes=["tax.read"]),
    ]
    running.provider.apply_clients([one.entry for one in made])
    found = {str(one.entry["client_id"])[4:]: one.party(running.http, running.provider) for one in made}

    def known() -> bool | None:
        asked = found["bank"].token(grant_type="client_credentials", scope="tax.read")
        return asked.status_code == 200 or None

    wait_for("the APIs to be known", known)
    return found


def naming(started: Started, *resources: str) -> Started:
    """Return a request that names resources, each by a parameter of its own (RFC 8707 2)."""
    more = urlencode([("resource", one) for one in resources])
    return replace(started, location=f"{started.location}&{more}")


def audience(party: RelyingParty, token: str) -> object:
    return read_signed(token, party.jwks(), "ES256", "at+jwt")["aud"]


def test_rfc8707_2_2_a_persons_token_is_for_one_of_the_apis_that_were_agreed_to(
    running: RunningProvider, browser: Browser, parties: dict[str, RelyingParty]
) -> None:
    party, citizen = parties["portal"], running.citizen()
    started = naming(party.start(scope="openid profile offline_access"), LAND, TAX)
    code = party.code_of(started, landed(show_password(browser, browser.page(started.location), citizen)))
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": party.redirect_uri}
    fields["code_verifier"] = started.verifier
    undecided = party.token(**fields)
    assert (undecided.status_code, undecided.json()["error"]) == (400, "invalid_target")
    wider = party.token(**fields, resource="https://rsc-other.example/api")
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_target")
    # What was refused has spent nothing.
    tokens = party.validated(party.token(**fields, resource=LAND), nonce=started.nonce)
    assert audience(party, tokens.access_token) == [party.issuer, LAND]
    assert tokens.scope == "openid profile"
    assert parties["land"].introspect(tokens.access_token)["active"] is True
    assert parties["tax"].introspect(tokens.access_token) == {"active": False}
    assert party.userinfo(tokens.access_token).json()["sub"] == tokens.claims["sub"]
    again = party.validated(party.refresh(tokens.refresh_token or "", resource=TAX), nonce=None)
    assert audience(party, again.access_token) == [party.issuer, TAX]
    releases = browser.page("/account/requests").html
    assert "Được gọi thay cho bạn: Cổng rsc-land, Cổng rsc-tax" in releases
    assert "Cổng rsc-land" in browser.page("/account/portals").html


def test_a_consent_names_the_api_and_is_good_for_no_other(
    running: RunningProvider, browser: Browser, parties: dict[str, RelyingParty]
) -> None:
    party, citizen = parties["bank"], running.citizen()
    first = naming(party.start(scope="openid profile"), LAND)
    page = shown(show_password(browser, browser.page(first.location), citizen))
    assert "Cổng rsc-land" in page.texts["apis"]
    assert "Cổng rsc-tax" not in page.texts["apis"]
    party.complete(first, landed(browser.submit(page, "allow")))
    silent = naming(party.start(scope="openid profile", prompt="none"), LAND)
    party.complete(silent, landed(browser.open(silent.location)))
    more = naming(party.start(scope="openid profile", prompt="none"), LAND, TAX)
    assert party.error_of(more, landed(browser.open(more.location))) == "consent_required"


def test_a_consent_to_one_api_is_no_consent_to_another_in_the_same_form(
    running: RunningProvider, browser: Browser, parties: dict[str, RelyingParty]
) -> None:
    party, citizen = parties["bank"], running.citizen()
    few, many = naming(party.start(scope="openid"), LAND), naming(party.start(scope="openid"), LAND, TAX)
    of_few = shown(show_password(browser, browser.page(few.location), citizen))
    of_many = browser.page(many.location)
    mixed = replace(of_many, values={**of_many.values, "shown": of_few.values["shown"]})
    assert "Cổng rsc-tax" in shown(browser.submit(mixed, "allow")).texts["apis"]


def test_the_sign_in_page_of_a_state_portal_says_which_apis_it_calls(
    browser: Browser, parties: dict[str, RelyingParty]
) -> None:
    started = naming(parties["portal"].start(), TAX)
    assert "Cổng rsc-tax" in browser.page(started.location).texts["apis"]
    in_english = naming(parties["portal"].start(ui_locales="en"), TAX)
    assert "Portal rsc-tax" in browser.page(in_english.location).texts["apis"]


@pytest.mark.parametrize("resource", ["https://rsc-other.example/api", f"{LAND}#x", "/api", f"{LAND} {TAX}"])
def test_rfc8707_2_another_resource_is_told_to_the_client(
    browser: Browser, parties: dict[str, RelyingParty], resource: str
) -> None:
    party = parties["portal"]
    started = naming(party.start(), resource)
    assert party.error_of(started, landed(browser.open(started.location))) == "invalid_target"
    asked = {"response_type": "code", "redirect_uri": party.redirect_uri, "scope": "openid", "resource": resource}
    pushed = party.post("/par", **asked, code_challenge="c" * 43, code_challenge_method="S256")
    assert (pushed.status_code, pushed.json()["error"]) == (400, "invalid_target")


def test_rfc6749_3_1_every_other_parameter_that_is_repeated_is_refused(
    browser: Browser, parties: dict[str, RelyingParty]
) -> None:
    party = parties["portal"]
    started = naming(party.start(), LAND)
    twice = replace(started, location=f"{started.location}&scope=openid")
    assert party.error_of(twice, landed(browser.open(twice.location))) == "invalid_request"


def test_rfc9126_2_1_a_pushed_request_names_an_api(
    running: RunningProvider, browser: Browser, parties: dict[str, RelyingParty]
) -> None:
    party = parties["portal"]
    sign_in(browser, party, running.citizen())
    started = party.push(resource=LAND)
    tokens = party.complete(started, landed(browser.open(started.location)))
    assert audience(party, tokens.access_token) == [party.issuer, LAND]
