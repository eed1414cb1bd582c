"""Tokens bound to a key (RFC 9449) over a running provider: from request to userinfo."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from clients.model import ClientId
from records.structs import replace
from tests.flows.running_provider import RunningProvider
from tests.support.parties.dpop_key import DpopKey
from tests.support.parties.relying_party import RelyingParty, Started, show_password
from tests.support.plain.browser import Browser, landed


def code_of(running: RunningProvider, browser: Browser, party: RelyingParty, started: Started) -> str:
    return party.code_of(started, landed(show_password(browser, browser.page(started.location), running.citizen())))


def redeemed(party: RelyingParty, started: Started, code: str, key: DpopKey) -> httpx2.Response:
    return party.proving(key).redeem(started, code)


def shown(running: RunningProvider, token: str, scheme: str, *proofs: str) -> httpx2.Response:
    headers = [("Authorization", f"{scheme} {token}"), *(("DPoP", proof) for proof in proofs)]
    return running.http.get(f"{running.provider.base()}/userinfo", headers=headers)


def error_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


@pytest.fixture
def key() -> DpopKey:
    return DpopKey()


def bound_token(running: RunningProvider, browser: Browser, key: DpopKey, party: RelyingParty) -> dict[str, str]:
    started = party.start()
    answer = redeemed(party, started, code_of(running, browser, party, started), key)
    assert answer.status_code == 200, answer.text
    body: dict[str, str] = answer.json()
    assert body["token_type"] == "DPoP"
    assert answer.headers["dpop-nonce"]
    return body


@pytest.mark.parametrize("client_id", ["ung-dung", "quoc-gia"])
def test_rfc9449_5_7_a_bound_token_is_shown_with_its_key_alone(
    running: RunningProvider, browser: Browser, key: DpopKey, client_id: ClientId
) -> None:
    party = running.party(client_id)
    token = bound_token(running, browser, key, party)["access_token"]
    address = f"{running.provider.issuer}/userinfo"
    good = key.proof("GET", address, access_token=token)
    assert shown(running, token, "DPoP", good).status_code == 200
    assert shown(running, token, "dpop", key.proof("GET", address, access_token=token)).status_code == 200
    # Shown again, by another key, for another request, without the token's hash, without a proof, as a bearer's.
    other = DpopKey()
    for proofs, error in (
        ((good,), "invalid_dpop_proof"),
        ((other.proof("GET", address, access_token=token),), "invalid_token"),
        ((key.proof("POST", address, access_token=token),), "invalid_dpop_proof"),
        ((key.proof("GET", address),), "invalid_dpop_proof"),
        ((key.proof("GET", address, access_token=token, at=time.time() - 3600),), "invalid_dpop_proof"),
        ((), "invalid_dpop_proof"),
    ):
        refused = shown(running, token, "DPoP", *proofs)
        assert error_of(refused) == (401, error)
        assert refused.headers["www-authenticate"].startswith("DPoP ")
    assert error_of(shown(running, token, "Bearer")) == (401, "invalid_token")


def test_rfc9449_8_a_clock_that_is_wrong_is_made_up_for_by_the_nonce(
    running: RunningProvider, browser: Browser, key: DpopKey
) -> None:
    token = bound_token(running, browser, key, running.party())["access_token"]
    address, wrong = f"{running.provider.issuer}/userinfo", time.time() - 3600
    refused = shown(running, token, "DPoP", key.proof("GET", address, access_token=token, at=wrong, nonce="old"))
    assert error_of(refused) == (401, "use_dpop_nonce")
    nonce = refused.headers["dpop-nonce"]
    again = key.proof("GET", address, access_token=token, at=wrong, nonce=nonce)
    assert shown(running, token, "DPoP", again).status_code == 200


def test_rfc9449_5_a_public_clients_refresh_token_needs_its_key_and_a_confidential_clients_does_not(
    running: RunningProvider, browser: Browser, key: DpopKey
) -> None:
    for client_id, with_another in (("ung-dung", 400), ("quoc-gia", 200)):
        party = replace(running.party(ClientId(client_id)), scope="openid offline_access")
        refresh = bound_token(running, browser, key, party)["refresh_token"]
        answer = party.proving(DpopKey()).refresh(refresh)
        assert answer.status_code == with_another, answer.text
        if with_another == 400:
            assert party.refresh(refresh).status_code == 400
            assert party.proving(key).refresh(refresh).json()["token_type"] == "DPoP"
        browser.http.cookies.clear()


def test_rfc9449_10_a_code_is_bound_by_a_parameter_or_by_a_proof_beside_the_pushed_request(
    running: RunningProvider, browser: Browser, key: DpopKey
) -> None:
    party = running.party()
    for started in (party.start(dpop_jkt=key.thumbprint), party.proving(key).push()):
        code = code_of(running, browser, party, started)
        assert error_of(redeemed(party, started, code, DpopKey())) == (400, "invalid_grant")
        assert error_of(party.redeem(started, code)) == (400, "invalid_grant")
        assert redeemed(party, started, code, key).status_code == 200
        browser.http.cookies.clear()


def test_rfc9449_10_1_a_pushed_request_whose_proof_and_parameter_differ_is_refused(
    running: RunningProvider, key: DpopKey
) -> None:
    party = running.party().proving(key)
    good = {"response_type": "code", "redirect_uri": party.redirect_uri, "scope": "openid"}
    answer = party.post("/par", **good, dpop_jkt=DpopKey().thumbprint)
    assert error_of(answer) == (400, "invalid_dpop_proof")


def test_rfc9449_11_1_a_proof_shown_at_two_processes_at_once_is_taken_once(cluster: RunningProvider) -> None:
    key, party = DpopKey(), cluster.party()
    with Browser(cluster.provider.base()) as browser:
        token = bound_token(cluster, browser, key, party)["access_token"]
    proof = key.proof("GET", f"{cluster.provider.issuer}/userinfo", access_token=token)

    def show(place: int) -> int:
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        return cluster.http.get(f"{cluster.provider.base(place % 2)}/userinfo", headers=headers).status_code

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(show, range(10))) == [200, *[401] * 9]


def test_rfc7662_2_2_introspection_says_to_which_key_a_token_is_bound(
    running: RunningProvider, browser: Browser, key: DpopKey
) -> None:
    party = running.party()
    reported = party.introspect(bound_token(running, browser, key, party)["access_token"])
    assert (reported["active"], reported["token_type"]) == (True, "DPoP")
    assert reported["cnf"] == {"jkt": key.thumbprint}


def test_rfc9449_5_1_discovery_names_the_algorithms(running: RunningProvider) -> None:
    document = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    assert document["dpop_signing_alg_values_supported"] == ["ES256", "PS256", "Ed25519"]
