"""Every way of client authentication, and what is no proof (RFC 6749 2.3, RFC 7523, OIDC Core 9)."""

import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import httpx2
import orjson
import pytest

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import RESOURCE, secret_of
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import ASSERTION_TYPE, SignedAssertion, new_key, public_set
from tests.support.parties.relying_party import RelyingParty, show_password, sign_in
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.listener import Reply


def error_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize("client_id", ["ung-dung", "quoc-gia", "so-tu-phap", "keyed"])
def test_none_basic_post_and_private_key_jwt_by_uri_redeem_a_code(
    running: RunningProvider, browser: Browser, client_id: ClientId
) -> None:
    assert sign_in(browser, running.party(client_id), running.citizen()).claims["aud"] == client_id


def test_private_key_jwt_by_value_redeems_a_code_and_the_id_token_is_rs256_as_registered(
    running: RunningProvider, browser: Browser
) -> None:
    party, started = running.party(ClientId("ngan-hang")), running.party(ClientId("ngan-hang")).start()
    page = shown(show_password(browser, browser.page(started.location), running.citizen()))
    party.complete(started, landed(browser.submit(page, "allow")))


def test_a_new_key_behind_jwks_uri_is_fetched_when_its_kid_is_unknown(cluster: RunningProvider) -> None:
    """OIDC Core 10.1.1: refetch on unknown kid, at most once in ten seconds."""
    party = cluster.party(ClientId("keyed"))
    renewed = new_key("keyed-2")
    with Browser(cluster.provider.base()) as browser:
        tokens = sign_in(browser, party, cluster.citizen())
        cluster.listener.answer("/jwks/keyed", Reply(body=orjson.dumps(public_set(renewed))))
        rotated = replace(party, credentials=SignedAssertion(renewed))
        deadline = time.monotonic() + 30
        while (answer := rotated.refresh(tokens.refresh_token or "")).status_code == 401:
            assert time.monotonic() < deadline, "the new key was never fetched"
            time.sleep(0.5)
    rotated.validated(answer, nonce=None)
    assert error_of(party.token(grant_type="client_credentials")) == (401, "invalid_client")
    cluster.portals["keyed"] = replace(cluster.portals["keyed"], credentials=SignedAssertion(renewed))


def test_an_assertion_works_once_even_when_twenty_arrive_at_two_processes(cluster: RunningProvider) -> None:
    """Case CA-1."""
    party = cluster.party(ClientId("keyed"))
    _, proof = party.credentials.prove(ClientId("keyed"), cluster.provider.issuer)

    def send(place: int) -> httpx2.Response:
        url = f"{cluster.provider.base(place % 2)}/introspect"
        return cluster.http.post(url, data={**proof, "token": "x"})

    with ThreadPoolExecutor(20) as pool:
        answers = sorted(pool.map(send, range(20)), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200, *[401] * 19]
    # From outside, a used proof is like any other that failed (RFC 9110 11.6.1: 401 comes with a challenge).
    wrong = cluster.http.post(f"{cluster.provider.base()}/introspect", data={"token": "x"}, auth=("keyed", "wrong"))
    assert {seen_from_outside(answer) for answer in answers[1:]} == {seen_from_outside(wrong)}


def seen_from_outside(answer: httpx2.Response) -> tuple[bytes, str | None]:
    return answer.content, answer.headers.get("www-authenticate")


def test_client_credentials_give_a_token_of_the_client_itself(running: RunningProvider) -> None:
    service = running.party(ClientId("ho-so-api"))
    answer = service.token(grant_type="client_credentials")
    reported = service.introspect(answer.json()["access_token"])
    assert (reported["active"], reported["sub"], reported["client_id"]) == (True, "ho-so-api", "ho-so-api")
    assert RESOURCE in str(reported["aud"])
    assert "refresh_token" not in answer.json()


def header(pair: bytes) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(pair).decode()}


@pytest.mark.one_form
@pytest.mark.parametrize(
    "headers",
    [
        header(b"quoc-gia"),
        header(b"quoc-gia:wrong"),
        header(b"quoc-gia:\xff\xfe"),
        header(b"quoc-gia:%"),
        header(b"quoc-gia:\0"),
        header(b":"),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic"},
        header(b"nobody:" + secret_of(ClientId("quoc-gia")).encode()),
    ],
)
def test_ca_9_loosely_written_basic_credentials_are_invalid_client(
    running: RunningProvider, headers: dict[str, str]
) -> None:
    fields = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}
    answer = running.http.post(running.provider.base() + "/token", data=fields, headers=headers)
    assert error_of(answer) == (401, "invalid_client")


@pytest.fixture
def two_proofs(running: RunningProvider) -> list[dict[str, str]]:
    secret = secret_of(ClientId("quoc-gia"))
    return [
        {"client_id": "quoc-gia", "client_secret": secret},
        {"client_id": "so-tu-phap"},
        {"client_assertion_type": ASSERTION_TYPE, "client_assertion": "x.y.z"},
    ]


@pytest.mark.one_form
def test_ca_7_two_proofs_or_two_names_are_invalid_request(
    running: RunningProvider, two_proofs: list[dict[str, str]]
) -> None:
    party: RelyingParty = running.party()
    for more in two_proofs:
        answer = party.token(grant_type="authorization_code", code="x", **more)
        assert error_of(answer) == (400, "invalid_request"), more


@pytest.mark.one_form
def test_a_client_uses_its_registered_method_only(running: RunningProvider) -> None:
    fields = {
        "client_id": "quoc-gia",
        "client_secret": secret_of(ClientId("quoc-gia")),
        "grant_type": "client_credentials",
    }
    answer = running.http.post(running.provider.base() + "/token", data=fields)
    assert error_of(answer) == (401, "invalid_client")
