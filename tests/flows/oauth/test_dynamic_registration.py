"""A client that registers itself: signs people in, reads, changes and deletes itself; one use, two processes."""

import threading
from base64 import b64encode
from collections.abc import Callable, Mapping

import httpx2
import pytest

from clients.model import ClientId
from idp.client_trials.sandbox_people import PASSWORD
from tests.flows.portals import CALLBACK
from tests.flows.running_provider import AGENCIES, RunningProvider
from tests.flows.trial_runs import PERSON, app_of, make_people
from tests.support.operator import run_idp
from tests.support.page import Page
from tests.support.parties.client_credentials import BasicSecret
from tests.support.parties.relying_party import RelyingParty
from tests.support.plain.browser import Browser, Landing
from tests.support.waiting import wait_for

NewBrowser = Callable[[], Browser]
DOCUMENT = {
    "redirect_uris": [CALLBACK],
    "client_name": "Cổng tự đăng ký",
    "initiate_login_uri": "https://tu-dang-ky.example/login",
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid profile",
    "id_token_signed_response_alg": "ES256",
    "an_unknown_member": {"is": "ignored"},
}


def initial_token(running: RunningProvider, *options: str) -> str:
    """Issue a token as an operator does."""
    usual = ["--agency", AGENCIES[0], "--label", "tests", "--host", "tu-dang-ky.example", "--json"]
    issued = run_idp(["clients", "initial-token", *usual, *options], running.provider.environment(1)).json()
    assert isinstance(issued, dict)
    return str(issued["initial_access_token"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def register(
    running: RunningProvider, token: str, document: Mapping[str, object] = DOCUMENT, place: int = 0
) -> httpx2.Response:
    address = f"{running.provider.base(place)}/client-registration"
    return running.http.post(address, json=dict(document), headers=bearer(token))


def told(answer: httpx2.Response, status: int = 200) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body: dict[str, object] = answer.json()
    return body


def party_of(running: RunningProvider, client: Mapping[str, object]) -> RelyingParty:
    return RelyingParty(
        http=running.http,
        issuer=running.provider.issuer,
        base=running.provider.base(),
        client_id=ClientId(str(client["client_id"])),
        redirect_uri=CALLBACK,
        credentials=BasicSecret(str(client["client_secret"])),
    )


def signed_in(browser: Browser, location: str) -> Landing:
    """Follow an authorization request as an invented person."""
    answer: Page | Landing = browser.open(location)
    if isinstance(answer, Page) and "sign-in" in answer.buttons:
        answer = browser.submit(answer, "sign-in", identifier=PERSON, password=PASSWORD)
    if isinstance(answer, Page) and "verify" in answer.buttons:
        answer = browser.submit(answer, "verify", code=app_of(PERSON).code())
    assert isinstance(answer, Landing), answer.texts
    return answer


def test_rfc7591_3_a_client_registers_signs_in_reads_changes_and_deletes_itself(
    running: RunningProvider, new_browser: NewBrowser
) -> None:
    make_people(running)
    made = told(register(running, initial_token(running)), 201)
    assert made["client_secret_expires_at"] == 0
    assert made["initiate_login_uri"] == DOCUMENT["initiate_login_uri"]
    assert made["registration_client_uri"] == f"{running.provider.issuer}/client-registration/{made['client_id']}"
    assert "an_unknown_member" not in made
    party = party_of(running, made)
    _wait_known(running, party)
    started = party.start()
    tokens = party.complete(started, signed_in(new_browser(), started.location))
    assert tokens.claims["aud"] == made["client_id"]
    assert tokens.refresh_token is not None

    own, managing = str(made["registration_client_uri"]), bearer(str(made["registration_access_token"]))
    read = told(running.http.get(own, headers=managing))
    secrets = {"client_secret", "client_secret_expires_at"}
    assert read == {name: value for name, value in made.items() if name not in secrets}

    kept = {name: value for name, value in read.items() if name not in _MADE_HERE}
    changed = told(running.http.put(own, json={**kept, "client_name": "Tên mới"}, headers=managing))
    assert changed == {**read, "client_name": "Tên mới"}

    gone = running.http.delete(own, headers=managing)
    assert (gone.status_code, gone.content) == (204, b"")
    assert running.http.get(own, headers=managing).status_code == 401
    wait_for("the client to be stopped", lambda: party.refresh(tokens.refresh_token or "").status_code == 401 or None)
    assert running.http.get(party.base + party.start().location, follow_redirects=False).status_code == 400


_MADE_HERE = frozenset({"registration_access_token", "registration_client_uri", "client_id_issued_at"})


def _wait_known(running: RunningProvider, party: RelyingParty) -> None:
    """Wait until every process has heard of a client: each looks two and a half times a second."""
    for place in range(running.provider.count):
        start = running.provider.base(place) + party.start().location
        wait_for("the client to be known", lambda at=start: running.http.get(at).status_code < 400 or None)  # type: ignore[misc]


@pytest.mark.one_form
def test_rfc7591_3_without_an_initial_access_token_nothing_is_read(running: RunningProvider) -> None:
    address = f"{running.provider.base()}/client-registration"
    bare = running.http.post(address, content=b"{")
    assert (bare.status_code, bare.headers["www-authenticate"]) == (401, 'Bearer realm="registration"')
    basic = {"Authorization": "Basic " + b64encode(b"a:b").decode()}
    assert running.http.post(address, json=DOCUMENT, headers=basic).status_code == 401
    unknown = register(running, f"nso_iat_{'x' * 43}")
    assert (unknown.status_code, unknown.json()["error"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in unknown.headers["www-authenticate"]
    metadata = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    assert metadata["registration_endpoint"] == f"{running.provider.issuer}/client-registration"


@pytest.mark.one_form
def test_rfc7592_2_a_wrong_token_says_nothing_of_a_client(running: RunningProvider) -> None:
    token = initial_token(running, "--uses", "2")
    one, other = (told(register(running, token), 201) for _ in range(2))
    nobody = f"{running.provider.issuer}/client-registration/dyn-nobody"
    shown = bearer(str(other["registration_access_token"]))
    refusals = [
        running.http.request(method, str(address), headers=shown)
        for address in (one["registration_client_uri"], nobody)
        for method in ("GET", "DELETE")
    ]
    assert {answer.status_code for answer in refusals} == {401}
    assert len({answer.content for answer in refusals}) == 1
    # The initial token opens no client, nor does a client's token register one.
    assert running.http.get(str(one["registration_client_uri"]), headers=bearer(token)).status_code == 401
    assert register(running, str(one["registration_access_token"])).status_code == 401
    assert told(running.http.get(str(one["registration_client_uri"]), headers=bearer(
        str(one["registration_access_token"])
    )))["client_id"] == one["client_id"]  # fmt: skip


@pytest.mark.one_form
def test_oidc_registration_the_certification_profile_follows_the_suite(running: RunningProvider) -> None:
    """No scope, no algorithm, only redirect URIs: RS256, and all standard scopes may be asked for."""
    scopes = "openid profile email address phone offline_access"
    token = initial_token(running, "--profile", "certification", "--scope", scopes, "--uses", "2")
    made = told(register(running, token, {"redirect_uris": [CALLBACK]}), 201)
    assert (made["scope"], made["id_token_signed_response_alg"]) == (scopes, "RS256")
    assert made["client_name"] == made["client_id"]
    fragment = register(running, token, {"redirect_uris": [f"{CALLBACK}#there"]})
    assert (fragment.status_code, fragment.json()["error"]) == (400, "invalid_redirect_uri")
    plain = register(running, token, {**DOCUMENT, "initiate_login_uri": "http://tu-dang-ky.example/login"})
    assert (plain.status_code, plain.json()["error"]) == (400, "invalid_client_metadata")


@pytest.mark.both_forms
def test_one_use_is_one_client_whoever_comes_at_once(running: RunningProvider) -> None:
    token, answers = initial_token(running), []

    def come(place: int) -> None:
        answers.append(register(running, token, place=place % running.provider.count))

    threads = [threading.Thread(target=come, args=(place,)) for place in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answer.status_code for answer in answers) == [201, *[401] * 7]


@pytest.mark.one_form
def test_a_revoked_token_registers_nothing_and_its_clients_stay(running: RunningProvider) -> None:
    token = initial_token(running, "--uses", "5")
    made = told(register(running, token), 201)
    environment = running.provider.environment(1)
    listed = run_idp(["clients", "initial-tokens", "--json"], environment).json()
    assert isinstance(listed, list)
    known = next(one for one in listed if one["uses_left"] == 4 and one["uses"] == 5)
    assert run_idp(["clients", "revoke-initial-token", known["id"]], environment).code == 0
    assert register(running, token).status_code == 401
    managing = bearer(str(made["registration_access_token"]))
    assert told(running.http.get(str(made["registration_client_uri"]), headers=managing))
    assert run_idp(["clients", "revoke-initial-token", known["id"]], environment).code != 0
