"""Implicit, Hybrid and Form Post OP: the modules of Basic OP again, by every way tokens come (OIDC Core 3.2, 3.3)."""

import json
import time

import pytest

from clients.model import RESPONSE_TYPES
from idp.protocol.policy import SCOPES
from tests.flows.conformance.suite import person_of_the_suite, suite
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty, show_password
from tests.support.parties.responses import Arrived, arrived, front_tokens
from tests.support.parties.token_checks import Claims, number, read_signed
from tests.support.plain.browser import Browser

pytestmark = pytest.mark.one_form

FRONT = tuple(one for one in RESPONSE_TYPES if one != "code")
# A plan is a response type and the way it comes: code by a form is Form Post Basic.
PLANS = [("code", "form_post"), *((one, mode) for mode in ("fragment", "form_post") for one in FRONT)]
# What an ID token tells of the person of the tests where no access token comes beside it (OIDC Core 5.4).
PROFILE = frozenset({"name", "birthdate", "updated_at"})
# The modules that a person who is signed in goes through without a page.
SILENT: dict[str, dict[str, str]] = {
    "oidcc-server": {},
    "oidcc-prompt-none-logged-in": {"prompt": "none"},
    "oidcc-display-page": {"display": "page"},
    "oidcc-display-popup": {"display": "popup"},
    "oidcc-ensure-request-with-unknown-parameter-succeeds": {"something_new": "1"},
    "oidcc-login-hint": {"login_hint": "nobody@localhost"},
    "oidcc-ui-locales": {"ui_locales": "se"},
    "oidcc-claims-locales": {"claims_locales": "se"},
    "oidcc-ensure-request-with-acr-values-succeeds": {"acr_values": "1 2"},
    "oidcc-ensure-other-scope-order-succeeds": {"scope": "profile openid"},
}

each_plan = pytest.mark.parametrize(("response_type", "mode"), PLANS)


@pytest.fixture
def party(running: RunningProvider) -> RelyingParty:
    return suite(running)


def by(response_type: str, mode: str, **extra: str) -> dict[str, str]:
    """Return the parameters of a plan; the fragment is what its response types come by without asking."""
    return {"response_type": response_type, **({"response_mode": mode} if mode == "form_post" else {}), **extra}


def claims_of(party: RelyingParty, found: Arrived, response_type: str, nonce: str, verifier: str) -> Claims:
    """Return the claims of the ID token: the one of the response, else the one that its code brings."""
    if "id_token" in found.values:
        return read_signed(found.values["id_token"], party.jwks(), party.algorithm, "JWT")
    answer = party.token(
        grant_type="authorization_code",
        code=found.values["code"],
        redirect_uri=party.redirect_uri,
        code_verifier=verifier,
    )
    return party.validated(answer, nonce=nonce).claims


def silent(browser: Browser, party: RelyingParty, response_type: str, mode: str, **extra: str) -> Claims:
    """Go through a request without a page; everything of its response is checked."""
    started = party.start(**by(response_type, mode, **extra))
    browser.hops.clear()
    answer = browser.open(started.location)
    assert [hop.path for hop in browser.hops] == ["/authorize"]
    told = PROFILE if response_type == "id_token" else frozenset[str]()
    found = front_tokens(party, started, arrived(party, answer, mode), response_type, told)
    return claims_of(party, found, response_type, started.nonce, started.verifier)


@each_plan
def test_oidc_core_3_2_and_3_3_the_modules_of_basic_hold_for_every_response(
    running: RunningProvider, browser: Browser, party: RelyingParty, response_type: str, mode: str
) -> None:
    started = party.start(**by(response_type, mode, max_age="15000"))
    answer = show_password(browser, browser.page(started.location), running.citizen())
    told = PROFILE if response_type == "id_token" else frozenset[str]()
    found = front_tokens(party, started, arrived(party, answer, mode), response_type, told)
    first = claims_of(party, found, response_type, started.nonce, started.verifier)
    for module, extra in SILENT.items():
        claims = silent(browser, party, response_type, mode, **extra)
        assert claims["sub"] == first["sub"], module
    # oidcc-max-age-10000: told in both, and the same.
    again = silent(browser, party, response_type, mode, max_age="10000")
    assert number(again, "auth_time") == number(first, "auth_time")
    # oidcc-id-token-hint.
    if "id_token" in found.values:
        hinted = silent(
            browser, party, response_type, mode, prompt="none", id_token_hint=found.values["id_token"], max_age="10000"
        )
        assert (hinted["sub"], hinted["auth_time"]) == (first["sub"], first["auth_time"])


@each_plan
def test_oidc_core_3_2_2_6_and_3_3_2_6_an_error_comes_where_tokens_would(
    browser: Browser, party: RelyingParty, response_type: str, mode: str
) -> None:
    """oidcc-prompt-none-not-logged-in; oidcc-ensure-registered-redirect-uri; unsigned request objects."""
    for extra, error in (
        ({"prompt": "none"}, "login_required"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "https://suite.example/object"}, "request_uri_not_supported"),
    ):
        started = party.start(**by(response_type, mode, **extra))
        assert party.error_of(started, arrived(party, browser.open(started.location), mode)) == error
    wrong = party.start(**by(response_type, mode, redirect_uri=f"{party.redirect_uri}/more"))
    assert browser.page(wrong.location).error_code == "invalid_redirect_uri"


@pytest.mark.parametrize(("response_type", "mode"), [("id_token", "fragment"), ("code id_token", "form_post")])
def test_oidc_core_3_1_2_1_oidcc_prompt_login_and_max_age_1(
    running: RunningProvider, browser: Browser, party: RelyingParty, response_type: str, mode: str
) -> None:
    """Asked again, and `auth_time` is later: one for each way in which an ID token comes."""
    citizen = running.citizen()
    started = party.start(**by(response_type, mode))
    answer = show_password(browser, browser.page(started.location), citizen)
    first = read_signed(arrived(party, answer, mode).values["id_token"], party.jwks(), party.algorithm, "JWT")
    for extra in ({"prompt": "login"}, {"max_age": "1"}):
        time.sleep(1.2)
        started = party.start(**by(response_type, mode, **extra))
        page = browser.page(started.location)
        assert page.shows("sign-in")
        answer = browser.submit(page, "sign-in", password=citizen.password)
        again = read_signed(arrived(party, answer, mode).values["id_token"], party.jwks(), party.algorithm, "JWT")
        assert number(again, "auth_time") > number(first, "auth_time")
        first = again


@each_plan
@pytest.mark.parametrize("scope", ["profile", "email", "address", "phone", "profile email address phone"])
def test_oidc_core_5_4_scope_claims_are_in_the_id_token_or_at_userinfo(
    running: RunningProvider, browser: Browser, party: RelyingParty, response_type: str, mode: str, scope: str
) -> None:
    """oidcc-scope-profile, -email, -address, -phone, -all: in an ID token that comes alone, else at userinfo only."""
    claims = {claim for name in scope.split() for claim in SCOPES[name]}
    started = party.start(**by(response_type, mode, scope=f"openid {scope}"))
    answer = show_password(browser, browser.page(started.location), person_of_the_suite(running))
    told = frozenset(claims) if response_type == "id_token" else frozenset[str]()
    found = front_tokens(party, started, arrived(party, answer, mode), response_type, told)
    if response_type == "id_token":
        assert claims <= read_signed(found.values["id_token"], party.jwks(), party.algorithm, "JWT").keys()
        return
    token = found.values.get("access_token") or party.redeem(started, found.values["code"]).json()["access_token"]
    assert party.userinfo(token).json().keys() == {"sub", *claims}


@each_plan
def test_oidc_core_5_5_oidcc_claims_essential(
    running: RunningProvider, browser: Browser, party: RelyingParty, response_type: str, mode: str
) -> None:
    """Asked for userinfo: there, and not in the ID token; where no access token comes it is nowhere (OIDC Core 5.5)."""
    asked = json.dumps({"userinfo": {"name": {"essential": True}}})
    started = party.start(**by(response_type, mode, scope="openid", claims=asked))
    answer = show_password(browser, browser.page(started.location), running.citizen())
    found = front_tokens(party, started, arrived(party, answer, mode), response_type)
    if "access_token" in found.values:
        assert party.userinfo(found.values["access_token"]).json().keys() == {"sub", "name"}
