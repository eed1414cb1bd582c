"""Basic OP: what its modules check of the code flow and no other test of ours does (OIDC Core 3.1, 5)."""

import math
import time
from collections import Counter
from urllib.parse import parse_qsl, urlencode

import pytest

from idp.protocol.policy import SCOPES
from records.structs import replace
from tests.flows.conformance.suite import SCOPES as STANDARD
from tests.flows.conformance.suite import person_of_the_suite, suite
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page, read_page
from tests.support.parties.relying_party import RelyingParty, show_password, sign_in, sign_on
from tests.support.parties.token_checks import number
from tests.support.plain.browser import Browser, Landing, landed, shown
from tests.support.running.provider import Citizen

pytestmark = pytest.mark.one_form

# How many of OIDC Core 5.1 there are, without sub.
ALL_CLAIMS = 19
TYPES: dict[str, type] = {
    "updated_at": int,
    "email_verified": bool,
    "phone_number_verified": bool,
    "address": dict,
}


@pytest.fixture
def party(running: RunningProvider) -> RelyingParty:
    return suite(running)


@pytest.fixture
def person(running: RunningProvider) -> Citizen:
    """A person who has every standard claim."""
    return person_of_the_suite(running)


def test_oidc_core_2_oidcc_server_and_oidcc_idtoken_signature(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """RS256 with a kid where no algorithm is registered, no claim that nobody asked for, a code that nobody guesses."""
    started = party.start()
    landing = landed(show_password(browser, browser.page(started.location), running.citizen()))
    code = party.code_of(started, landing)
    counted = Counter(code)
    bits = -sum(count * math.log2(count / len(code)) for count in counted.values())
    assert bits >= 96
    party.complete(started, landing)


def test_oidc_core_3_1_2_6_oidcc_response_type_missing(browser: Browser, party: RelyingParty) -> None:
    started = party.start(response_type=None)
    error = party.error_of(started, landed(browser.open(started.location)))
    assert error in {"invalid_request", "unsupported_response_type"}


@pytest.mark.parametrize("scope", ["profile", "email", "address", "phone"])
def test_oidc_core_5_4_oidcc_scope_has_every_claim_and_no_other(
    browser: Browser, party: RelyingParty, person: Citizen, scope: str
) -> None:
    """Modules oidcc-scope-profile, -email, -address and -phone: at userinfo, and not in the ID token."""
    tokens = sign_in(browser, party, person, scope=f"openid {scope}")
    reported = party.userinfo(tokens.access_token).json()
    assert reported.keys() == {"sub", *SCOPES[scope]}
    _check_types(reported)


def test_oidc_core_5_1_oidcc_scope_all(browser: Browser, party: RelyingParty, person: Citizen) -> None:
    tokens = sign_in(browser, party, person, scope="openid profile email address phone")
    reported = party.userinfo(tokens.access_token).json()
    assert len(reported) == 1 + ALL_CLAIMS
    _check_types(reported)


def _check_types(reported: dict[str, object]) -> None:
    for name, value in reported.items():
        assert type(value) is TYPES.get(name, str), name
        assert value not in ("", {}, "null"), name


def test_rfc6749_3_3_oidcc_alternate_happy_flow(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """Neither the order of scopes nor that of parameters counts."""
    started = party.start(scope="phone profile openid")
    path, _, query = started.location.partition("?")
    turned = replace(started, location=f"{path}?{urlencode(parse_qsl(query)[::-1])}")
    landing = landed(show_password(browser, browser.page(turned.location), running.citizen()))
    tokens = party.complete(turned, landing)
    assert set(tokens.scope.split()) == {"openid", "profile", "phone"}


@pytest.mark.parametrize(
    "wish",
    [
        {"display": "page"},
        {"display": "popup"},
        {"ui_locales": "se"},
        {"claims_locales": "se"},
        {"login_hint": "nobody@localhost"},
        {"something_new": "1"},
    ],
    ids=str,
)
def test_oidc_core_3_1_2_1_what_is_only_a_wish_never_fails(
    running: RunningProvider, browser: Browser, party: RelyingParty, wish: dict[str, str]
) -> None:
    """oidcc-display-page, -display-popup, -ui-locales, -claims-locales, -login-hint, and an unknown parameter."""
    sign_in(browser, party, running.citizen(), **wish)


def test_oidc_core_3_1_2_1_oidcc_max_age_1(running: RunningProvider, browser: Browser, party: RelyingParty) -> None:
    citizen = running.citizen()
    first = sign_in(browser, party, citizen)
    time.sleep(1.2)
    started = party.start(max_age="1")
    page = browser.page(started.location)
    assert page.shows("sign-in")
    again = party.complete(started, landed(browser.submit(page, "sign-in", password=citizen.password)))
    assert number(again.claims, "auth_time") > number(first.claims, "auth_time")
    assert time.time() - number(again.claims, "auth_time") < 60


def test_oidc_core_3_1_2_1_oidcc_ensure_request_with_acr_values_succeeds(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    document = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    offered = document["acr_values_supported"]
    tokens = sign_in(browser, party, running.citizen(), acr_values=" ".join(offered))
    assert tokens.claims["acr"] in offered
    # Some that nobody knows are a wish too.
    assert sign_on(browser, party, acr_values="1 2").claims["acr"] in offered


def test_oidc_core_3_1_2_1_oidcc_ensure_registered_redirect_uri(browser: Browser, party: RelyingParty) -> None:
    """Exact comparison (RFC 9700 4.1.3): a page, and no redirect anywhere."""
    good = party.redirect_uri
    for wrong in (f"{good}/more", f"{good}?more=1", f"{good}/", good.upper(), f"{good}%2Fmore", f"{good}#part"):
        page = shown(browser.open(party.start(redirect_uri=wrong).location))
        assert (page.status, page.error_code) == (400, "invalid_redirect_uri"), wrong


def test_oidc_core_3_1_2_1_oidcc_ensure_post_request_succeeds(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.start()
    sent = dict(parse_qsl(started.location.partition("?")[2]))
    answer = browser.http.post("/authorize", data=sent)
    assert answer.status_code in {200, 303}
    page: Page | Landing = (
        read_page(answer.status_code, answer.headers, answer.text, str(answer.url))
        if answer.status_code == 200
        else browser.open(answer.headers["location"])
    )
    party.complete(started, landed(show_password(browser, shown(page), running.citizen())))


def test_rfc9101_6_oidcc_ensure_request_object_with_redirect_uri(browser: Browser, party: RelyingParty) -> None:
    """A wrong address outside, the right one in an object that nobody signed: a page, and no redirect."""
    unsigned = "eyJhbGciOiJub25lIn0.e30."
    page = shown(browser.open(party.start(redirect_uri=f"{party.redirect_uri}/x", request=unsigned).location))
    assert page.status == 400
    # The address is right, the object is not: told by its name, and never passed over.
    started = party.start(request=unsigned)
    error = party.error_of(started, landed(browser.open(started.location)))
    assert error == "request_not_supported"


def test_oidc_core_11_oidcc_refresh_token(running: RunningProvider, browser: Browser, party: RelyingParty) -> None:
    """`offline_access` with `prompt=consent`; what is refreshed keeps who and when, and is its own client's."""
    started = party.start(scope=STANDARD, prompt="consent")
    page = shown(show_password(browser, browser.page(started.location), running.citizen()))
    tokens = party.complete(started, landed(browser.submit(page, "allow")))
    other = running.party()
    stolen = other.refresh(tokens.refresh_token or "")
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    after = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    for name in ("iss", "sub", "aud", "auth_time"):
        assert after.claims[name] == tokens.claims[name]
    assert after.claims.get("azp") == tokens.claims.get("azp")


def test_rfc7636_4_oidcc_ensure_request_with_valid_pkce_succeeds_and_one_without_does_too(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """A confidential client of the suite may come without (RFC 9700 2.1.1); who sent a challenge must answer it."""
    sign_in(browser, party, running.citizen())
    bare = party.start(code_challenge=None, code_challenge_method=None)
    code = party.code_of(bare, landed(browser.open(bare.location)))
    answer = party.token(grant_type="authorization_code", code=code, redirect_uri=party.redirect_uri)
    party.validated(answer, nonce=bare.nonce)
    started = party.start()
    code = party.code_of(started, landed(browser.open(started.location)))
    answer = party.token(grant_type="authorization_code", code=code, redirect_uri=party.redirect_uri)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    party.validated(party.redeem(started, code), nonce=started.nonce)
