"""The security profile fapi2 over a running provider: what the modules of its certification plan check (FAPI 2.0)."""

import time
from functools import cache
from urllib.parse import parse_qs, urlsplit

import httpx2
import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import Portal, portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import ASSERTION_TYPE, SignedAssertion, new_key, public_set
from tests.support.parties.dpop_key import DpopKey
from tests.support.parties.relying_party import RelyingParty, Started, show_password
from tests.support.plain.browser import Browser, Landing, landed, shown

CALLBACK = "https://ngan-hang.example/callback?kept=1"


@cache
def key_of(client_id: str) -> ECKey:
    """Return a client's key: the same whenever the file is begun anew at a provider that knows the client."""
    return new_key(client_id)


def fapi_portal(running: RunningProvider, client_id: str) -> Portal:
    """Return a registered client of the profile."""
    key = key_of(client_id)
    made = portal(
        ClientId(client_id),
        running.listener,
        redirect_uris=[CALLBACK],
        post_logout_redirect_uris=[],
        backchannel_logout_uri=None,
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_set(key),
        security_profile="fapi2",
    )
    entry = {name: value for name, value in made.entry.items() if name != "client_secret" and value is not None}
    return replace(made, entry=entry, credentials=SignedAssertion(key))


@pytest.fixture(scope="module")
def parties() -> dict[str, RelyingParty]:
    return {}


@pytest.fixture
def party(running: RunningProvider, parties: dict[str, RelyingParty]) -> RelyingParty:
    """Return the relying party of a client of the profile, with its key."""
    return strict(running, parties, "fapi-mot")


def strict(running: RunningProvider, parties: dict[str, RelyingParty], client_id: str) -> RelyingParty:
    name = f"{running.provider.base()} {client_id}"
    if name not in parties:
        made = fapi_portal(running, client_id)
        running.apply(made)
        acting = made.party(running.http, running.provider)
        parties[name] = replace(acting, key=DpopKey(), scope="openid profile offline_access")
    return parties[name]


def came_back(browser: Browser, running: RunningProvider, started: Started) -> Landing:
    return landed(show_password(browser, browser.page(started.location), running.citizen()))


def code_of(browser: Browser, running: RunningProvider, party: RelyingParty, started: Started) -> str:
    landing = came_back(browser, running, started)
    assert landing.location.startswith(f"{CALLBACK}&")
    values = {name: value for name, value in landing.values.items() if name != "kept"}
    assert values.keys() == {"code", "state", "iss"}
    assert (values["state"], values["iss"]) == (started.state, running.provider.issuer)
    return values["code"]


def error_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_happy_flow_by_pushed_request_bound_code_and_bound_tokens(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.push(dpop_jkt=party.key.thumbprint if party.key else None)
    tokens = party.validated(party.redeem(started, code_of(browser, running, party, started)), nonce=started.nonce)
    assert party.userinfo(tokens.access_token).json()["sub"] == tokens.claims["sub"]
    for thief in (party.proving(DpopKey()), replace(party, key=None)):
        assert error_of(thief.userinfo(tokens.access_token)) == (401, "invalid_token")
    # refresh-token: not replaced, and good with a new key, as the client proves itself otherwise.
    for key in (party.key, DpopKey()):
        assert key is not None
        refreshed = party.proving(key).refresh(tokens.refresh_token or "").json()
        assert "refresh_token" not in refreshed
        assert refreshed["token_type"] == "DPoP"


def test_ensure_unsigned_authorization_request_without_using_par_fails(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.start()
    landing = landed(browser.open(started.location))
    assert landing.values["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"dpop_jkt": DpopKey().thumbprint}, "invalid_dpop_proof"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else value,
)
def test_par_refuses_what_the_profile_excludes(party: RelyingParty, fields: dict[str, str | None], error: str) -> None:
    """`ensure-response-type-*-fails`, `par-*-pkce-*`, `par-authorization-request-containing-request_uri-form-param`."""
    good = {
        "response_type": "code",
        "redirect_uri": party.redirect_uri,
        "scope": "openid",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }
    sent = {name: value for name, value in {**good, **fields}.items() if value is not None}
    assert error_of(party.post("/par", **sent)) == (400, error)


def test_ensure_holder_of_key_required(running: RunningProvider, browser: Browser, party: RelyingParty) -> None:
    started = party.push()
    code = code_of(browser, running, party, started)
    assert error_of(replace(party, key=None).redeem(started, code)) == (400, "invalid_dpop_proof")
    assert party.redeem(started, code).status_code == 200


def test_ensure_token_endpoint_fails_with_mismatched_dpop_proof_jkt(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.push()
    code = code_of(browser, running, party, started)
    assert error_of(party.proving(DpopKey()).redeem(started, code)) == (400, "invalid_grant")


def test_ensure_authorization_code_is_bound_to_client_and_good_once(
    running: RunningProvider, browser: Browser, party: RelyingParty, parties: dict[str, RelyingParty]
) -> None:
    started, other = party.push(), strict(running, parties, "fapi-hai")
    code = code_of(browser, running, party, started)
    assert error_of(other.proving(party.key or DpopKey()).redeem(started, code)) == (400, "invalid_grant")
    assert party.redeem(started, code).status_code == 200
    assert error_of(party.redeem(started, code)) == (400, "invalid_grant")


def test_par_attempt_to_use_request_uri_for_different_client(
    running: RunningProvider, browser: Browser, party: RelyingParty, parties: dict[str, RelyingParty]
) -> None:
    other = strict(running, parties, "fapi-hai")
    reference = parse_qs(urlsplit(party.push().location).query)["request_uri"][0]
    page = shown(browser.open(f"/authorize?client_id={other.client_id}&request_uri={reference}"))
    assert page.error_code == "invalid_request_uri"


@pytest.mark.parametrize(
    ("changed", "good"),
    [
        ({}, True),
        ({"nbf": 8}, True),
        ({"nbf": 61}, False),
        ({"exp": -300}, False),
        ({"aud": "token"}, False),
        ({"aud": "par"}, False),
        ({"aud": "list"}, False),
        ({"sub": None}, False),
    ],
    ids=str,
)
def test_client_assertions_of_the_profile(party: RelyingParty, changed: dict[str, object], good: bool) -> None:
    """`par-test-*-as-audience-fails`, `ensure-client-assertion-*`, `par-ensure-jwt-client-assertions-nbf-*`."""
    now, key = int(time.time()), party.credentials.key  # type: ignore[attr-defined]
    claims: dict[str, object] = {"iss": party.client_id, "sub": party.client_id, "aud": party.issuer, "iat": now}
    claims |= {"exp": now + 60, "jti": DpopKey().thumbprint}
    audiences = {"token": f"{party.issuer}/token", "par": f"{party.issuer}/par", "list": [party.issuer]}
    for name, value in changed.items():
        claims[name] = now + value if isinstance(value, int) else audiences.get(str(value), value)
    said = {name: value for name, value in claims.items() if value is not None}
    assertion = jws.serialize_compact({"alg": "ES256", "kid": str(key.kid)}, orjson.dumps(said), key)
    fields = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion, "token": "x"}
    answer = party.http.post(f"{party.base}/introspect", data=fields)
    assert answer.status_code == (200 if good else 401)


def test_user_rejects_authentication(running: RunningProvider, browser: Browser, party: RelyingParty) -> None:
    started = party.push()
    landing = landed(browser.submit(browser.page(started.location), "cancel"))
    assert (landing.values["error"], landing.values["kept"]) == ("access_denied", "1")
    assert landing.values["state"] == started.state
