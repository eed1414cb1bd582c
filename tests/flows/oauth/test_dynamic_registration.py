"""A client that registers itself: signs people in, reads, changes and deletes itself; one use, two processes."""

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping

import httpx2
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws

from clients.model import ClientId
from idp.client_trials.sandbox_people import PASSWORD
from idp.protocol.dynamic_registration.members import KNOWN
from tests.flows.portals import CALLBACK
from tests.flows.running_provider import AGENCIES, RunningProvider
from tests.flows.trial_runs import PERSON, app_of, make_people
from tests.support.extent import rounds
from tests.support.operator import run_idp
from tests.support.page import Page
from tests.support.parties.client_credentials import BasicSecret, new_key, public_set
from tests.support.parties.relying_party import RelyingParty
from tests.support.plain.browser import Browser, Landing
from tests.support.waiting import wait_for

_JSON = {"Content-Type": "application/json"}
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_DOCUMENTS = st.dictionaries(st.sampled_from(sorted(KNOWN)) | st.text(max_size=12), _VALUES, max_size=6)
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


@pytest.mark.one_form
def test_ds_1_no_body_makes_an_error_of_ours(running: RunningProvider) -> None:
    token = initial_token(running, "--uses", "100")
    address, statuses = f"{running.provider.base()}/client-registration", list[int]()

    @settings(max_examples=rounds(60, 150), deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.binary(max_size=200) | _DOCUMENTS.map(lambda found: json.dumps({**DOCUMENT, **found}).encode()))
    def send(body: bytes) -> None:
        answer = running.http.post(address, content=body, headers={**bearer(token), **_JSON})
        statuses.append(answer.status_code)
        assert answer.status_code in {201, 400}, answer.text

    send()
    assert {201, 400} == set(statuses)


@pytest.mark.one_form
def test_what_is_not_json_or_too_long_is_refused(running: RunningProvider) -> None:
    address, shown = f"{running.provider.base()}/client-registration", bearer(initial_token(running))
    form = running.http.post(address, data={"redirect_uris": CALLBACK}, headers=shown)
    assert (form.status_code, form.json()["error"]) == (415, "invalid_request")
    huge = running.http.post(address, content=b"x" * 70000, headers={**shown, **_JSON})
    assert huge.status_code == 413
    long = running.http.post(address, content=b'{"a": "' + b"x" * 40000 + b'"}', headers={**shown, **_JSON})
    assert (long.status_code, long.json()["error"]) == (400, "invalid_client_metadata")
    twice = running.http.post(address, json=DOCUMENT, headers=[*shown.items(), *shown.items()])
    assert twice.status_code == 400
    assert register(running, shown["Authorization"].removeprefix("Bearer ")).status_code == 201


@pytest.mark.one_form
def test_rfc7591_2_3_an_operator_trusts_a_publisher(running: RunningProvider) -> None:
    key = new_key("publisher-1")
    file = running.provider.folder / "publisher.json"
    file.write_bytes(orjson.dumps(public_set(key)))
    environment, issuer = running.provider.environment(1), "https://publisher.example"
    claims = {"iss": issuer, "client_name": "Signed"}
    statement = jws.serialize_compact({"alg": "ES256", "kid": "publisher-1"}, orjson.dumps(claims), key)
    token, signed = initial_token(running, "--uses", "3"), {**DOCUMENT, "software_statement": statement}
    before = register(running, token, signed)
    assert (before.status_code, before.json()["error"]) == (400, "unapproved_software_statement")
    assert run_idp(["clients", "trust-software", issuer, str(file)], environment).code == 0
    assert told(register(running, token, signed), 201)["client_name"] == "Signed"
    assert run_idp(["clients", "distrust-software", issuer], environment).code == 0
    assert register(running, token, signed).status_code == 400
    assert run_idp(["clients", "distrust-software", issuer], environment).code != 0
    private = running.provider.folder / "private.json"
    private.write_bytes(orjson.dumps({"keys": [key.as_dict(private=True)]}))
    refused = run_idp(["clients", "trust-software", issuer, str(private)], environment)
    assert (refused.code != 0, "private" in refused.err) == (True, True)


@pytest.mark.one_form
def test_a_token_that_gives_too_much_is_not_issued(running: RunningProvider) -> None:
    usual = ["clients", "initial-token", "--agency", AGENCIES[0], "--label", "tests", "--host", "portal.example"]
    for options in (
        ["--scope", "openid national_id"],
        ["--grant-types", "password"],
        ["--profile", "fapi2-of-nobody"],
        ["--uses", "101"],
        ["--days", "366"],
        ["--host", "*.example"],
        ["--agency", "H99"],
    ):
        done = run_idp([*usual, *options], running.provider.environment(1))
        assert (done.code != 0, done.out) == (True, ""), options
