"""Services over a running provider: tokens of their own for one API, and a person's token carried on (RFC 8693)."""

import time

import httpx2
import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from clients.model import JWT_BEARER, TOKEN_EXCHANGE, ClientId
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.flows.services import KEY, service, signer
from tests.support.parties.client_credentials import new_key
from tests.support.parties.relying_party import RelyingParty, Tokens, sign_in
from tests.support.parties.token_checks import Claims, read_signed
from tests.support.plain.browser import Browser
from tests.support.waiting import wait_for

DOSSIERS, RECORDS, ARCHIVE = (f"https://svc-{name}.example/api" for name in ("dossiers", "records", "archive"))
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


@pytest.fixture
def parties(running: RunningProvider) -> dict[str, RelyingParty]:
    """Register the portal, the three APIs, a caller and a signer, and wait until every process knows them."""
    made = [
        portal(ClientId("svc-portal"), running.listener, resource=DOSSIERS, agency="G22"),
        service(
            running.listener,
            "svc-dossiers",
            resource=DOSSIERS,
            exchange_apis=["svc-records"],
            grant_types=[TOKEN_EXCHANGE],
        ),
        service(
            running.listener,
            "svc-records",
            resource=RECORDS,
            service_scopes=["records.read", "records.write"],
            exchange_apis=["svc-archive"],
            grant_types=[TOKEN_EXCHANGE],
        ),
        service(running.listener, "svc-archive", resource=ARCHIVE, service_scopes=["archive.read"]),
        service(
            running.listener, "svc-caller", api_access={"svc-records": "records.read", "svc-archive": "archive.read"}
        ),
        signer(running.listener, "svc-signer", grant_types=[JWT_BEARER], api_access={"svc-archive": "archive.read"}),
    ]
    running.provider.apply_clients([one.entry for one in made])
    found = {str(one.entry["client_id"])[4:]: one.party(running.http, running.provider) for one in made}

    def known() -> bool | None:
        asked = found["caller"].token(grant_type="client_credentials", scope="archive.read")
        return asked.status_code == 200 or None

    wait_for("the services to be known", known)
    return found


def error_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_rfc8707_2_a_service_gets_a_token_for_one_api_which_alone_can_read_it(parties: dict[str, RelyingParty]) -> None:
    answer = parties["caller"].token(grant_type="client_credentials", scope="records.read")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["scope"], body["token_type"]) == ("records.read", "Bearer")
    seen = parties["records"].introspect(body["access_token"])
    assert (seen["active"], seen["aud"], seen["sub"], seen["scope"]) == (True, RECORDS, "svc-caller", "records.read")
    assert parties["archive"].introspect(body["access_token"]) == {"active": False}
    assert parties["caller"].userinfo(body["access_token"]).status_code == 401


def test_rfc6749_5_2_what_was_not_granted_is_refused(parties: dict[str, RelyingParty]) -> None:
    caller = parties["caller"]
    for scope in ("records.write", "unknown", "records.read archive.read"):
        assert error_of(caller.token(grant_type="client_credentials", scope=scope)) == (400, "invalid_scope")
    elsewhere = caller.token(grant_type="client_credentials", scope="records.read", resource=DOSSIERS)
    assert error_of(elsewhere) == (400, "invalid_target")


def assertion(client_id: ClientId, audience: str, jti: str, key: ECKey = KEY, **claims: object) -> str:
    now = int(time.time())
    said = {"iss": client_id, "sub": client_id, "aud": audience, "jti": jti, "iat": now, "exp": now + 60, **claims}
    return jws.serialize_compact({"alg": "ES256", "kid": "svc-signer-1"}, orjson.dumps(said), key)


def by_assertion(running: RunningProvider, text: str, **fields: str) -> httpx2.Response:
    form = {"grant_type": JWT_BEARER, "assertion": text, "scope": "archive.read", **fields}
    return running.http.post(running.provider.base() + "/token", data=form)


def test_rfc7523_2_1_an_assertion_gives_a_token_once(
    running: RunningProvider, parties: dict[str, RelyingParty]
) -> None:
    party = parties["signer"]
    text = assertion(party.client_id, party.issuer, f"once-{time.time_ns()}")
    first = by_assertion(running, text)
    assert first.status_code == 200
    assert parties["archive"].introspect(first.json()["access_token"])["sub"] == "svc-signer"
    assert error_of(by_assertion(running, text)) == (400, "invalid_grant")
    for wrong in (
        assertion(party.client_id, party.issuer + "/token", f"aud-{time.time_ns()}"),
        assertion(party.client_id, party.issuer, f"sub-{time.time_ns()}", sub="svc-caller"),
        assertion(party.client_id, party.issuer, f"key-{time.time_ns()}", new_key("svc-signer-1")),
        assertion(party.client_id, party.issuer, f"long-{time.time_ns()}", exp=int(time.time()) + 3600),
    ):
        assert error_of(by_assertion(running, wrong)) == (400, "invalid_grant")


def test_an_assertion_that_was_a_grant_authenticates_no_client_and_the_other_way_round(
    running: RunningProvider, parties: dict[str, RelyingParty]
) -> None:
    party = parties["signer"]
    text = assertion(party.client_id, party.issuer, f"both-{time.time_ns()}")
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    shown = {"client_assertion": text, "client_assertion_type": kind, "token": "any"}
    assert running.http.post(running.provider.base() + "/introspect", data=shown).status_code == 200
    assert error_of(by_assertion(running, text)) == (400, "invalid_grant")


def exchange(party: RelyingParty, subject: str, **fields: str) -> httpx2.Response:
    named = {"subject_token": subject, "subject_token_type": ACCESS_TOKEN, **fields}
    return party.token(grant_type=TOKEN_EXCHANGE, **named)


def carried(answer: httpx2.Response) -> str:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["issued_token_type"] == ACCESS_TOKEN
    return str(body["access_token"])


@pytest.fixture
def tokens(running: RunningProvider, browser: Browser, parties: dict[str, RelyingParty]) -> Tokens:
    """Return the tokens of a person at the portal."""
    return sign_in(browser, parties["portal"], running.citizen(), scope="openid profile")


def claims_of(party: RelyingParty, token: str) -> Claims:
    """Return the claims of an access token, its signature verified with the published keys."""
    return read_signed(token, party.jwks(), "ES256", "at+jwt")


def test_rfc8693_2_2_1_an_api_carries_a_persons_token_on_named_in_act(
    parties: dict[str, RelyingParty], tokens: Tokens
) -> None:
    before = claims_of(parties["portal"], tokens.access_token)
    first = carried(exchange(parties["dossiers"], tokens.access_token, audience="svc-records"))
    seen = parties["records"].introspect(first)
    assert (seen["active"], seen["sub"], seen["client_id"]) == (True, before["sub"], "svc-dossiers")
    assert seen["act"] == {"sub": "svc-dossiers", "client_id": "svc-dossiers"}
    assert RECORDS in (seen["aud"] if isinstance(seen["aud"], list) else [seen["aud"]])
    assert int(str(seen["exp"])) <= int(str(before["exp"]))
    second = carried(exchange(parties["records"], first, resource=ARCHIVE, scope="openid"))
    nested = parties["archive"].introspect(second)["act"]
    assert nested == {"sub": "svc-records", "client_id": "svc-records", "act": seen["act"]}
    told = parties["archive"].userinfo(second)
    assert (told.status_code, told.json()["sub"]) == (200, before["sub"])
    assert "name" not in told.json()
    assert "name" in parties["records"].userinfo(first).json()


def test_rfc8693_2_2_2_nothing_wider_is_had(parties: dict[str, RelyingParty], tokens: Tokens) -> None:
    text, dossiers = tokens.access_token, parties["dossiers"]
    assert error_of(exchange(parties["records"], text)) == (400, "invalid_request")
    assert error_of(exchange(dossiers, text, audience="svc-archive")) == (400, "invalid_target")
    assert error_of(exchange(dossiers, text, scope="openid email")) == (400, "invalid_scope")
    assert error_of(exchange(dossiers, tokens.id_token)) == (400, "invalid_request")
    assert error_of(exchange(parties["caller"], text)) == (400, "unauthorized_client")
    assert exchange(dossiers, text).status_code == 200


def test_the_end_of_the_sign_in_ends_what_was_carried_on(parties: dict[str, RelyingParty], tokens: Tokens) -> None:
    first = carried(exchange(parties["dossiers"], tokens.access_token))
    second = carried(exchange(parties["records"], first))
    assert parties["archive"].introspect(second)["active"] is True
    assert parties["portal"].revoke(tokens.refresh_token or "").status_code == 200
    for party, text in (("records", first), ("archive", second)):
        assert parties[party].introspect(text) == {"active": False}
        assert parties[party].userinfo(text).status_code == 401
    assert error_of(exchange(parties["records"], first)) == (400, "invalid_request")


def test_a_client_that_is_stopped_on_the_way_ends_what_was_carried_on(
    running: RunningProvider, browser: Browser
) -> None:
    """Clients of its own: nobody starts them again."""
    made = [
        portal(ClientId("stp-portal"), running.listener, resource="https://stp.example/api", agency="G22"),
        service(
            running.listener,
            "stp-api",
            resource="https://stp.example/api",
            grant_types=[TOKEN_EXCHANGE],
            exchange_apis=["stp-next"],
        ),
        service(running.listener, "stp-next", resource="https://stp-next.example/api"),
    ]
    running.apply(made[0])
    running.provider.apply_clients([one.entry for one in made[1:]])
    front, api, following = (one.party(running.http, running.provider) for one in made)
    text = sign_in(browser, front, running.citizen(), scope="openid profile").access_token
    found: list[str] = []

    def exchanged() -> bool | None:
        answer = exchange(api, text)
        found.extend([answer.json()["access_token"]] if answer.status_code == 200 else [])
        return bool(found) or None

    wait_for("the API to be known", exchanged)
    assert following.introspect(found[0])["active"] is True
    running.provider.disable_client(ClientId("stp-api"))
    wait_for("the stop to be known", lambda: following.introspect(found[0]) == {"active": False} or None)
    assert following.userinfo(found[0]).status_code == 401
