"""FAPI 2.0 Message Signing over a running provider: what the modules of its certification plan check (signed, JARM)."""

from collections.abc import Mapping

import pytest
from joserfc.jwk import RSAKey

from clients.model import ClientId
from records.structs import replace
from tests.flows.oauth.test_fapi2 import CALLBACK, fapi_portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import SignedAssertion, new_key, public_set
from tests.support.parties.dpop_key import DpopKey
from tests.support.parties.relying_party import RelyingParty, Started, show_password
from tests.support.parties.responses import Arrived, opened
from tests.support.parties.signed_requests import by_value, push_object, pushed, request_object
from tests.support.plain.browser import Browser, landed

# What is decided here depends neither on the store nor on the number of processes.
pytestmark = pytest.mark.one_form

KEY, RSA = new_key("fapi-ky"), RSAKey.generate_key(2048, {"kid": "fapi-rsa", "use": "sig"})
HOUR = 3600


@pytest.fixture(scope="module")
def known() -> set[str]:
    return set()


@pytest.fixture
def party(running: RunningProvider, known: set[str]) -> RelyingParty:
    """Return the relying party of a client of the profile that signs all its requests."""
    made = fapi_portal(running, "fapi-ky")
    keys = {"keys": [*public_set(KEY)["keys"], RSA.as_dict(private=False)]}  # type: ignore[misc]
    entry = {**made.entry, "jwks": keys, "require_signed_request_object": True}
    made = replace(made, entry=entry, credentials=SignedAssertion(KEY))
    if running.provider.base() not in known:
        running.apply(made)
        known.add(running.provider.base())
    acting = made.party(running.http, running.provider)
    return replace(acting, key=DpopKey(), scope="openid profile offline_access")


def begin(party: RelyingParty, **extra: str | None) -> Started:
    started = party.start(**extra)
    return pushed(party, started, push_object(party, request_object(party, started, KEY)))


def answered(running: RunningProvider, browser: Browser, party: RelyingParty, started: Started) -> Arrived:
    """Return the signed response; the query of the registered address is kept beside it."""
    landing = landed(show_password(browser, browser.page(started.location), running.citizen()))
    assert landing.location.startswith(f"{CALLBACK}&")
    values = {name: value for name, value in landing.values.items() if name != "kept"}
    return opened(party, Arrived(party.redirect_uri, values))


def refused(party: RelyingParty, signed: str, error: str = "invalid_request_object") -> None:
    answer = push_object(party, signed)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_happy_flow_by_a_signed_pushed_request_and_a_signed_response(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = begin(party, response_mode="jwt")
    arrived = answered(running, browser, party, started)
    assert (arrived.values["state"], arrived.values["iss"]) == (started.state, party.issuer)
    tokens = party.validated(party.redeem(started, arrived.values["code"]), nonce=started.nonce)
    assert party.userinfo(tokens.access_token).json()["sub"] == tokens.claims["sub"]
    # By PS256 as well.
    again = party.start(response_mode="jwt", prompt="none")
    signed = request_object(party, again, RSA, header={"alg": "PS256"})
    silent = landed(browser.open(pushed(party, again, push_object(party, signed)).location))
    values = {name: value for name, value in silent.values.items() if name != "kept"}
    assert opened(party, Arrived(party.redirect_uri, values)).values["state"] == again.state


def test_user_rejects_authentication_and_the_error_is_signed(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = begin(party, response_mode="jwt")
    landing = landed(browser.submit(browser.page(started.location), "cancel"))
    assert landing.values["kept"] == "1"
    values = {name: value for name, value in landing.values.items() if name != "kept"}
    error = opened(party, Arrived(party.redirect_uri, values)).values
    assert (error["error"], error["state"]) == ("access_denied", started.state)


def test_plain_response_is_given_where_none_is_asked_to_be_signed(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """The plan's variant `fapi_response_mode=plain_response`."""
    started = begin(party)
    landing = landed(show_password(browser, browser.page(started.location), running.citizen()))
    assert (landing.values["state"], landing.values["iss"]) == (started.state, party.issuer)


def test_ensure_unsigned_request_at_par_endpoint_fails(browser: Browser, party: RelyingParty) -> None:
    started = party.start()
    sent = {"response_type": "code", "redirect_uri": party.redirect_uri, "scope": "openid"}
    answer = party.post("/par", **sent, code_challenge="c" * 43, code_challenge_method="S256")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    # Nor is a signed one taken that was not pushed.
    landing = landed(browser.open(by_value(party, started, request_object(party, started, KEY)).location))
    assert landing.values["error"] == "invalid_request"


@pytest.mark.parametrize(
    "changed",
    [
        {"nbf": 8},
        {"nbf": -HOUR + 30, "exp": 20},
        {"exp": HOUR - 30},
        {"aud": "list"},
    ],
    ids=str,
)
def test_request_objects_of_the_profile_that_are_good(party: RelyingParty, changed: Mapping[str, object]) -> None:
    """`…-nbf-8-seconds-in-the-future-is-accepted`, `ensure-request-object-with-multiple-aud-succeeds`."""
    said = {**changed, "aud": ["https://other.example", party.issuer]} if "aud" in changed else changed
    started = party.start()
    assert push_object(party, request_object(party, started, KEY, said)).status_code == 201


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": None},
        {"nbf": None},
        {"exp": -300},
        {"nbf": -HOUR - 60, "exp": 60},
        {"nbf": 0, "exp": HOUR + 60},
        {"nbf": 61},
        {"aud": "https://other.example"},
        {"aud": None},
    ],
    ids=str,
)
def test_request_objects_of_the_profile_that_are_not_taken(party: RelyingParty, changed: Mapping[str, object]) -> None:
    """`ensure-request-object-without-exp-fails`, `…-without-nbf-fails`, `…-with-exp-over-60-fails`,
    `…-with-nbf-over-60-fails`, `expired-request-object-fails`, `…-with-bad-aud-fails`.
    """
    refused(party, request_object(party, party.start(), KEY, changed))


def test_ensure_signed_request_object_with_rs256_none_or_another_clients_key_fails(party: RelyingParty) -> None:
    """`…-with-RS256-fails`, `…-signature-algorithm-is-not-none`, `…-invalid-signature-fails`, `matching-key-…`."""
    started = party.start()
    good = request_object(party, started, KEY)
    refused(party, request_object(party, started, RSA, header={"alg": "RS256"}))
    refused(party, request_object(party, started, new_key(str(KEY.kid))))
    refused(party, f"eyJhbGciOiJub25lIn0.{good.split('.')[1]}.")
    refused(party, f"{good[:-8]}AAAAAAAA")
    other = replace(party, client_id=ClientId("fapi-mot"))
    refused(party, request_object(other, other.start(), KEY))


def test_ensure_request_object_without_redirect_uri_fails(party: RelyingParty) -> None:
    started = party.start(redirect_uri=None)
    refused(party, request_object(party, started, KEY), "invalid_request")


def test_state_only_outside_request_object_not_used(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.start(state=None)
    answer = push_object(party, request_object(party, started, KEY), state="outside", nonce="outside")
    brought = pushed(party, started, answer)
    brought = replace(brought, location=f"{brought.location}&state=outside")
    landing = landed(show_password(browser, browser.page(brought.location), running.citizen()))
    assert landing.values.keys() == {"kept", "code", "iss"}
