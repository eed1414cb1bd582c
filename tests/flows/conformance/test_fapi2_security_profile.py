"""FAPI 2.0 Security Profile: the modules of its plan that no other test of ours holds, by private_key_jwt and DPoP."""

import time
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

import httpx2
import orjson
import pytest

from records.structs import replace
from tests.flows.oauth.test_authorization_details import asking
from tests.flows.oauth.test_fapi2 import CALLBACK, code_of, error_of, fapi_portal, strict
from tests.flows.running_provider import RunningProvider
from tests.support.parties.dpop_key import AS_IT_IS, DpopKey
from tests.support.parties.relying_party import RelyingParty, Started, Tokens, show_password
from tests.support.plain.browser import Browser, Landing, landed, shown

pytestmark = pytest.mark.one_form


class ShiftedKey(DpopKey):
    """A key whose proofs are dated by another clock, and say more than they must (RFC 9449 4.2)."""

    def __init__(self, seconds: int, more: Mapping[str, int] = AS_IT_IS) -> None:  # type: ignore[assignment]
        """Take how far the clock is off, and further times as seconds from now."""
        super().__init__()
        self.seconds, self.more = seconds, more

    def proof(
        self,
        method: str,
        address: str,
        *,
        at: float | None = None,
        access_token: str | None = None,
        nonce: str | None = None,
        claims: Mapping[str, object] = AS_IT_IS,
        header: Mapping[str, object] = AS_IT_IS,
    ) -> str:
        """Return a proof that was dated by the clock."""
        now = time.time() + self.seconds
        further = {name: int(now) + offset for name, offset in self.more.items()}
        return super().proof(
            method, address, at=now, access_token=access_token, nonce=nonce, claims={**claims, **further}, header=header
        )


@pytest.fixture(scope="module")
def parties() -> dict[str, RelyingParty]:
    return {}


@pytest.fixture
def party(running: RunningProvider, parties: dict[str, RelyingParty]) -> RelyingParty:
    return strict(running, parties, "fapi-ba")


def signed_in(running: RunningProvider, browser: Browser, party: RelyingParty, **extra: str | None) -> Tokens:
    started = party.push(**extra)
    code = code_of(browser, running, party, started)
    return party.validated(party.redeem(started, code), nonce=started.nonce)


def landing_of(running: RunningProvider, browser: Browser, started: Started) -> dict[str, str]:
    """Return the parameters of a response beside the query that was registered."""
    landing: Landing = landed(show_password(browser, browser.page(started.location), running.citizen()))
    assert landing.location.startswith(f"{CALLBACK}&")
    return {name: value for name, value in landing.values.items() if name != "kept"}


def test_rfc6749_4_1_2_ensure_authorization_request_without_state_success(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """None is sent, and none comes back."""
    assert landing_of(running, browser, party.push(state=None)).keys() == {"code", "iss"}


def test_rfc9126_4_a_state_beside_the_pushed_request_is_not_used(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """state-only-outside-request-object-not-used, ensure-different-nonce-… and -state-inside-and-outside-…."""
    started = party.push(state=None)
    beside = replace(started, location=f"{started.location}&state=outside&nonce=outside")
    values = landing_of(running, browser, beside)
    assert values.keys() == {"code", "iss"}
    party.validated(party.redeem(started, values["code"]), nonce=started.nonce)


def test_oidc_core_3_1_2_1_ensure_authorization_request_without_nonce_success(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started = party.push(nonce=None)
    tokens = party.validated(party.redeem(started, code_of(browser, running, party, started)), nonce=None)
    assert "nonce" not in tokens.claims


@pytest.mark.parametrize("length", [43, 64, 384])
def test_oidc_core_2_a_nonce_of_64_letters_and_a_long_one_come_back_whole(
    running: RunningProvider, browser: Browser, party: RelyingParty, length: int
) -> None:
    started = replace(party.push(nonce="n" * length), nonce="n" * length)
    party.validated(party.redeem(started, code_of(browser, running, party, started)), nonce="n" * length)


def test_rfc6749_4_1_2_ensure_authorization_request_with_long_state(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """Whole up to our bound; what is longer is an error to the server, never a part of it."""
    assert landing_of(running, browser, party.push(state="s" * 1000))["state"] == "s" * 1000
    started = party.start(state="s" * 10000)
    pushed = party.post("/par", **dict(parse_qsl(started.location.partition("?")[2])))
    assert error_of(pushed) == (400, "invalid_request")


def test_rfc9126_4_the_browser_may_repeat_what_was_pushed_in_any_order(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """happy-flow: response_type, scope and redirect_uri beside the reference; ensure-other-scope-order-succeeds."""
    started = party.push(scope="offline_access profile openid")
    reference = dict(parse_qsl(started.location.partition("?")[2]))
    repeated = {
        "redirect_uri": party.redirect_uri,
        "scope": "offline_access profile openid",
        **reference,
        "response_type": "code",
    }
    shuffled = replace(started, location=f"/authorize?{urlencode(repeated)}")
    code = landing_of(running, browser, shuffled)["code"]
    tokens = party.validated(party.redeem(started, code), nonce=started.nonce)
    assert set(tokens.scope.split()) == {"openid", "profile", "offline_access"}


@pytest.mark.parametrize(
    "key",
    [ShiftedKey(-10), ShiftedKey(10), ShiftedKey(0, {"nbf": 0, "exp": 60}), ShiftedKey(0, {"nbf": -60, "exp": 300})],
    ids=["iat-10-seconds-before", "iat-10-seconds-after", "nbf-exp", "older-nbf-later-exp"],
)
def test_rfc9449_4_2_check_dpop_proof_nbf_exp_and_iat_10_seconds_off(
    running: RunningProvider, browser: Browser, party: RelyingParty, key: DpopKey
) -> None:
    """At PAR, at the token endpoint and at userinfo; ensure-dpopproof-at-par-endpoint-binding-success too."""
    proving = party.proving(key)
    tokens = signed_in(running, browser, proving)
    assert proving.userinfo(tokens.access_token).status_code == 200


def test_rfc9449_10_ensure_dpop_auth_code_binding_success_and_mismatched_dpop_jkt_fails(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """The key is named by the parameter alone; the code is another's to nobody."""
    key = DpopKey()
    started = replace(party, key=None).push(dpop_jkt=key.thumbprint)
    code = code_of(browser, running, party, started)
    assert error_of(party.proving(DpopKey()).redeem(started, code)) == (400, "invalid_grant")
    party.proving(key).validated(party.proving(key).redeem(started, code), nonce=started.nonce)


def test_rfc9110_11_1_access_token_type_header_case_sensitivity_and_the_resource_server(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """happy-flow at the resource: any case of the scheme, a Date, several Accept headers, no token in the query."""
    token, address = signed_in(running, browser, party).access_token, f"{party.issuer}/userinfo"
    key = party.key or DpopKey()

    def asked(scheme: str, accept: str, **query: str) -> httpx2.Response:
        refusal = running.http.get(address)
        proof = key.proof("GET", address, access_token=token, nonce=refusal.headers.get("dpop-nonce"))
        headers = {"Accept": accept, "DPoP": proof, **({} if query else {"Authorization": f"{scheme} {token}"})}
        answer = running.http.get(address, params=query, headers=headers)
        if answer.status_code == 401 and "use_dpop_nonce" in answer.text:
            proof = key.proof("GET", address, access_token=token, nonce=answer.headers["dpop-nonce"])
            answer = running.http.get(address, params=query, headers={**headers, "DPoP": proof})
        return answer

    for scheme in ("DPoP", "dpop", "DPOP"):
        for accept in ("application/json", "*/*", "application/json;charset=UTF-8"):
            good = asked(scheme, accept)
            assert (good.status_code, good.headers["content-type"]) == (200, "application/json")
            assert good.headers["date"]
    assert asked("DPoP", "*/*", access_token=token).status_code == 401


def test_rfc6749_3_2_1_ensure_client_id_in_token_endpoint(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """Another client's id beside the assertion is an error, and spends nothing."""
    started = party.push()
    code = code_of(browser, running, party, started)
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": party.redirect_uri}
    sent |= {"code_verifier": started.verifier, "client_id": "quoc-gia"}
    status, error = error_of(party.token(**sent))
    assert (status, error in {"invalid_client", "invalid_request"}) == (
        (401 if error == "invalid_client" else 400),
        True,
    )
    party.validated(party.redeem(started, code), nonce=started.nonce)


def test_rfc7523_3_ensure_client_assertion_in_token_endpoint(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """Naming itself proves no client, and spends nothing."""
    started = party.push()
    code = code_of(browser, running, party, started)
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": party.redirect_uri}
    sent |= {"code_verifier": started.verifier, "client_id": party.client_id}
    proof = (party.key or DpopKey()).proof("POST", f"{party.issuer}/token")
    bare = running.http.post(f"{party.base}/token", data=sent, headers={"DPoP": proof})
    assert error_of(bare) == (401, "invalid_client")
    party.validated(party.redeem(started, code), nonce=started.nonce)


@pytest.mark.parametrize("verifier", [None, "w" * 43])
def test_rfc7636_4_6_ensure_pkce_code_verifier_required_and_an_incorrect_one_is_rejected(
    running: RunningProvider, browser: Browser, party: RelyingParty, verifier: str | None
) -> None:
    started = party.push()
    code = code_of(browser, running, party, started)
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": party.redirect_uri}
    sent |= {} if verifier is None else {"code_verifier": verifier}
    assert error_of(party.token(**sent)) == (400, "invalid_grant")
    party.validated(party.redeem(started, code), nonce=started.nonce)


def test_fapi2_5_3_2_1_refresh_token_is_of_its_client_and_needs_proof_and_authentication(
    running: RunningProvider, browser: Browser, party: RelyingParty, parties: dict[str, RelyingParty]
) -> None:
    tokens = signed_in(running, browser, party)
    refresh, other = tokens.refresh_token or "", strict(running, parties, "fapi-bon")
    assert error_of(other.proving(party.key or DpopKey()).refresh(refresh)) == (400, "invalid_grant")
    assert error_of(replace(party, key=None).refresh(refresh)) == (400, "invalid_dpop_proof")
    # The same one, as often as it is needed: it is not replaced, so none can be lost.
    for _ in range(2):
        party.validated(party.refresh(refresh), nonce=None)


def test_rfc9700_4_1_3_plain_fapi_tolerate_unregistered_redirect_uri(party: RelyingParty) -> None:
    """RFC 9126 2.4 would let us take it; it is refused."""
    started = party.start(redirect_uri="https://elsewhere.example/callback")
    pushed = party.post("/par", **dict(parse_qsl(started.location.partition("?")[2])))
    assert error_of(pushed) == (400, "invalid_redirect_uri")


def test_rfc9396_7_authorization_request_type_rar(running: RunningProvider, browser: Browser) -> None:
    """The variant of the plan: details are pushed, confirmed on the page, and in a token that is bound to a key."""
    made = fapi_portal(running, "fapi-chi-tiet")
    made = replace(made, entry={**made.entry, "authorization_details_types": ["confirmed_text"]})
    running.apply(made)
    party = replace(made.party(running.http, running.provider), key=DpopKey(), scope="openid profile offline_access")
    details = asking("Tôi đồng ý chuyển 2.000.000 đồng.")
    started = party.push(authorization_details=details)
    page = shown(show_password(browser, browser.page(started.location), running.citizen()))
    landing = landed(browser.submit(page, "allow"))
    assert landing.location.startswith(f"{CALLBACK}&")
    answer = party.redeem(started, landing.values["code"])
    party.validated(answer, nonce=started.nonce)
    assert answer.json()["authorization_details"] == orjson.loads(details)
