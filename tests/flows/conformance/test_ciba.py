"""FAPI-CIBA: the modules of its plan that no other test of ours holds, by a bank that proves itself by its key."""

import time
from secrets import token_urlsafe

import httpx2
import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from clients.model import CIBA
from idp.protocol.token.device_code import NOT_YET
from records.structs import replace
from tests.flows.oauth.test_backchannel_authentication import PING, TEXT, TOKEN, ask, asked, error, opened, poll
from tests.flows.oauth.test_fapi2 import fapi_portal
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import open_sign_in
from tests.support.parties.client_credentials import ASSERTION_TYPE, SignedAssertion
from tests.support.parties.dpop_key import DpopKey
from tests.support.parties.relying_party import RelyingParty
from tests.support.plain.browser import Browser, shown
from tests.support.running.listener import Reply
from tests.support.running.provider import Citizen

pytestmark = pytest.mark.one_form

BANKS = ("ngan-hang-fapi", "ngan-hang-fapi-hai", "ngan-hang-ky", "ngan-hang-ky-hai")
KEYS: dict[str, ECKey] = {}


@pytest.fixture(scope="module")
def parties() -> dict[str, RelyingParty]:
    return {}


@pytest.fixture
def party(running: RunningProvider, parties: dict[str, RelyingParty]) -> RelyingParty:
    return bank(running, parties, BANKS[0])


def bank(running: RunningProvider, parties: dict[str, RelyingParty], client_id: str, **members: object) -> RelyingParty:
    """Return a client of the profile `fapi2` that asks people whom it names."""
    name = f"{running.provider.base()} {client_id}"
    if name not in parties:
        made = fapi_portal(running, client_id)
        grants = ["authorization_code", "refresh_token", CIBA]
        entry = {**made.entry, "grant_types": grants, "backchannel_token_delivery_mode": "poll", **members}
        assert isinstance(made.credentials, SignedAssertion)
        KEYS[client_id] = made.credentials.key
        made = replace(made, entry=entry)
        running.apply(made)
        parties[name] = replace(made.party(running.http, running.provider), key=DpopKey())
    return parties[name]


def test_ciba_7_1_fapi_ciba_id1_with_another_order_of_scopes_and_a_refresh_token(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """fapi-ciba-id1, -ensure-other-scope-order-succeeds, -refresh-token: bound tokens, asked for by their order."""
    citizen = running.citizen()
    auth_req_id = asked(party, citizen, scope="offline_access profile openid")
    open_sign_in(browser, citizen)
    shown(browser.submit(opened(browser), "allow"))
    tokens = party.validated(poll(party, auth_req_id), nonce=None)
    assert party.userinfo(tokens.access_token).json()["sub"] == tokens.claims["sub"]
    assert replace(party, key=None).userinfo(tokens.access_token).status_code == 401
    party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    assert replace(party, key=None).refresh(tokens.refresh_token or "").json()["error"] == "invalid_dpop_proof"


def test_ciba_11_fapi_ciba_id1_multiple_call_to_token_endpoint(running: RunningProvider, party: RelyingParty) -> None:
    """Each of these is two requests, as the first is told our nonce: that is no poll of its own (RFC 9449 8)."""
    auth_req_id = asked(party, running.citizen())
    assert [error(party, auth_req_id) for _ in range(3)] == ["authorization_pending", "slow_down", "slow_down"]


def test_ciba_11_fapi_ciba_id1_ensure_wrong_auth_req_id_in_token_endpoint_request(
    running: RunningProvider, party: RelyingParty, parties: dict[str, RelyingParty]
) -> None:
    """One that nobody was given, and one that another client was given."""
    assert error(party, "wrong-request-id") == "invalid_grant"
    auth_req_id = asked(party, running.citizen())
    assert error(bank(running, parties, BANKS[1]), auth_req_id) == "invalid_grant"
    assert error(party, auth_req_id) in NOT_YET


def test_rfc7523_3_fapi_ciba_id1_ensure_without_client_assertion_fails(
    running: RunningProvider, party: RelyingParty
) -> None:
    """At both endpoints; the assertion that is there names the issuer (…-with-iss-aud-…-succeeds)."""
    citizen = running.citizen()
    auth_req_id = asked(party, citizen)

    def bare(path: str, **fields: str) -> httpx2.Response:
        proof = (party.key or DpopKey()).proof("POST", f"{party.issuer}{path}")
        sent = {"client_id": party.client_id, **fields}
        return running.http.post(party.base + path, data=sent, headers={"DPoP": proof})

    for path, fields in (
        ("/token", {"grant_type": CIBA, "auth_req_id": auth_req_id}),
        ("/backchannel_authentication", {"scope": "openid", "login_hint": citizen.number}),
    ):
        answer = bare(path, **fields)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        forged = bare(path, **fields, client_assertion_type=ASSERTION_TYPE, client_assertion="e30.e30.")
        assert (forged.status_code, forged.json()["error"]) == (401, "invalid_client")
    assert error(party, auth_req_id) in NOT_YET


def test_ciba_7_1_fapi_ciba_id1_ensure_authorization_request_with_multiple_hints_fails(
    running: RunningProvider, party: RelyingParty
) -> None:
    number = running.citizen().number
    for hints in (
        {"login_hint": number, "id_token_hint": "a.b.c"},
        {"login_hint": number, "login_hint_token": "x"},
        {},
    ):
        answer = ask(party, **hints)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_ciba_10_2_fapi_ciba_id1_ping_notification_endpoint_returns_a_body(
    running: RunningProvider, browser: Browser
) -> None:
    """Who takes a ping answers 204; one who answers 200 with a page is served as well."""
    pinged, citizen = running.party(PING), running.citizen()
    open_sign_in(browser, citizen)
    before = len(running.listener.received("/ciba"))
    running.listener.answer("/ciba", Reply(status=200, body=b"<p>thanks</p>"), Reply(status=204))
    auth_req_id = asked(pinged, citizen, client_notification_token=TOKEN)
    shown(browser.submit(opened(browser), "allow"))
    running.listener.wait("/ciba", before + 1)
    pinged.validated(poll(pinged, auth_req_id), nonce=None)


def signing(running: RunningProvider, parties: dict[str, RelyingParty], client_id: str = BANKS[2]) -> RelyingParty:
    """Return a client of the profile that signs what it asks, with the key that it authenticates by."""
    return bank(running, parties, client_id, backchannel_authentication_request_signing_alg="ES256")


def about(running: RunningProvider, citizen: Citizen, client_id: str, **members: object) -> str:
    """Return a signed request about a person, with other members or without some (None)."""
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": client_id,
        "aud": running.provider.issuer,
        "exp": now + 300,
        "iat": now,
        "nbf": now,
        "jti": token_urlsafe(16),
        "scope": "openid profile",
        "login_hint": citizen.number,
        "binding_message": TEXT,
        **members,
    }
    said = {name: value for name, value in claims.items() if value is not None}
    key = KEYS[client_id]
    return jws.serialize_compact({"alg": "ES256", "kid": key.kid}, orjson.dumps(said), key)


def test_ciba_7_1_1_fapi_ciba_id1_with_a_signed_request(
    running: RunningProvider, browser: Browser, parties: dict[str, RelyingParty]
) -> None:
    """fapi-ciba-id1, -discovery-end-point-verification, -ensure-requested-expiry-as-string-succeeds."""
    party, citizen = signing(running, parties), running.citizen()
    document = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    offered = document["backchannel_authentication_request_signing_alg_values_supported"]
    assert offered == ["ES256", "PS256"]
    answer = party.post(
        "/backchannel_authentication", request=about(running, citizen, party.client_id, requested_expiry="90")
    )
    assert (answer.status_code, answer.json()["expires_in"]) == (200, 90)
    open_sign_in(browser, citizen)
    page = opened(browser)
    assert page.texts["message"] == TEXT
    shown(browser.submit(page, "allow"))
    party.validated(poll(party, str(answer.json()["auth_req_id"])), nonce=None)


def test_ciba_7_1_1_fapi_ciba_id1_ensure_request_object_fails_over_a_running_provider(
    running: RunningProvider, parties: dict[str, RelyingParty]
) -> None:
    """One of each kind; each single module in `tests/unit/protocol/device/test_signed_request.py`."""
    party, citizen = signing(running, parties), running.citizen()
    other = signing(running, parties, BANKS[3])
    whole = about(running, citizen, party.client_id)
    for fields in (
        {"request": about(running, citizen, party.client_id, aud=None)},
        {"request": about(running, citizen, party.client_id, nbf=int(time.time()) - 4200)},
        {"request": about(running, citizen, other.client_id)},
        {"request": about(running, citizen, other.client_id, iss=party.client_id)},
        {"request": "e30.e30."},
        {"request": whole, "login_hint": citizen.number},
        {"scope": "openid", "login_hint": citizen.number},
    ):
        answer = party.post("/backchannel_authentication", **fields)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), fields
    assert party.post("/backchannel_authentication", request=whole).status_code == 200


def test_ciba_4_a_client_that_registered_no_algorithm_sends_no_signed_request(
    running: RunningProvider, party: RelyingParty
) -> None:
    """Nothing beside it is taken instead."""
    answer = ask(party, login_hint=running.citizen().number, request="a.b.c")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
