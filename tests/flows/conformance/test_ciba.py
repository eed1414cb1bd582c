"""FAPI-CIBA: the modules of its plan that no other test of ours holds, by a bank that proves itself by its key."""

import httpx2
import pytest

from clients.model import CIBA
from idp.protocol.token.device_code import NOT_YET
from records.structs import replace
from tests.flows.oauth.test_backchannel_authentication import PING, TOKEN, ask, asked, error, opened, poll
from tests.flows.oauth.test_fapi2 import fapi_portal
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import open_sign_in
from tests.support.parties.client_credentials import ASSERTION_TYPE
from tests.support.parties.dpop_key import DpopKey
from tests.support.parties.relying_party import RelyingParty
from tests.support.plain.browser import Browser, shown
from tests.support.running.listener import Reply

pytestmark = pytest.mark.one_form

BANKS = ("ngan-hang-fapi", "ngan-hang-fapi-hai")


@pytest.fixture(scope="module")
def parties() -> dict[str, RelyingParty]:
    return {}


@pytest.fixture
def party(running: RunningProvider, parties: dict[str, RelyingParty]) -> RelyingParty:
    return bank(running, parties, BANKS[0])


def bank(running: RunningProvider, parties: dict[str, RelyingParty], client_id: str) -> RelyingParty:
    """Return a client of the profile `fapi2` that asks people whom it names."""
    name = f"{running.provider.base()} {client_id}"
    if name not in parties:
        made = fapi_portal(running, client_id)
        grants = ["authorization_code", "refresh_token", CIBA]
        entry = {**made.entry, "grant_types": grants, "backchannel_token_delivery_mode": "poll"}
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


def test_ciba_7_1_1_a_signed_request_is_refused_by_name(running: RunningProvider, party: RelyingParty) -> None:
    """Signed requests are not offered: whoever sends one is told so, and nothing beside it is taken instead."""
    answer = ask(party, login_hint=running.citizen().number, request="a.b.c")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    document = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    assert "backchannel_authentication_request_signing_alg_values_supported" not in document
