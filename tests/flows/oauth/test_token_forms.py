"""Tokens and answers in the forms that clients register, over a running provider, read by the strict relying party."""

from datetime import UTC, datetime, timedelta

import httpx2
import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from clients.model import ClientId
from idp.officers.roles import Role
from records.structs import replace
from tests.flows.administrators import give_role
from tests.flows.officer_people import AGENCY, ready, sign_in_at
from tests.flows.portals import RESOURCE, portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import public_set
from tests.support.parties.relying_party import RelyingParty, sign_in
from tests.support.plain.browser import Browser, landed
from tests.support.running.listener import Reply

RESOURCE_SERVER = ClientId("ho-so-api")
# One client for each system: the file's tests run on both.
_registered: dict[tuple[int, str], RelyingParty] = {}


def party_of(running: RunningProvider, client_id: str, **members: object) -> RelyingParty:
    """Return a client that is registered once in each system, while it runs."""
    key = (id(running), client_id)
    if key not in _registered:
        made = portal(ClientId(client_id), running.listener, **members)
        running.apply(made)
        running.portals[client_id] = made
        _registered[key] = made.party(running.http, running.provider)
    return _registered[key]


def error_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_oidcc_userinfo_rs256_userinfo_is_a_jwt_for_the_client(running: RunningProvider, browser: Browser) -> None:
    party = party_of(running, "ky-thong-tin", userinfo_signed_response_alg="RS256")
    tokens = sign_in(browser, party, running.citizen())
    assert party.identity(tokens.access_token)["name"]
    refused = party.userinfo("nothing")
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/json")


def test_rfc9701_4_a_signed_answer_of_introspection_for_the_one_who_accepts_it(
    running: RunningProvider, browser: Browser
) -> None:
    party, server, stranger = (running.party(ClientId(name)) for name in ("quoc-gia", "ho-so-api", "so-tu-phap"))
    tokens = sign_in(browser, party, running.citizen())
    for asker in (party, server):
        assert asker.introspect_signed(tokens.access_token) == asker.introspect(tokens.access_token)
    assert stranger.introspect_signed(tokens.access_token) == {"active": False}
    for accept in ("*/*", "application/json", "application/token-introspection+jwt;q=0", "application/jwt"):
        plain = party.post("/introspect", {"Accept": accept}, token=tokens.access_token)
        assert plain.headers["content-type"] == "application/json"
        assert plain.json()["active"] is True
    wrong = replace(party, credentials=running.party(ClientId("so-tu-phap")).credentials)
    answer = wrong.post("/introspect", {"Accept": "application/token-introspection+jwt"}, token=tokens.access_token)
    assert error_of(answer)[0] in {400, 401}


def test_an_opaque_access_token_works_wherever_one_is_shown_and_dies_with_its_grant(
    running: RunningProvider, browser: Browser
) -> None:
    party = party_of(running, "ma-kin", access_token_format="opaque", resource=RESOURCE)
    server = running.party(RESOURCE_SERVER)
    tokens = sign_in(browser, party, running.citizen())
    assert tokens.access_token.startswith("nso_at_")
    assert "." not in tokens.access_token
    reported = server.introspect(tokens.access_token)
    assert (reported["active"], reported["sub"], reported["scope"]) == (True, tokens.claims["sub"], tokens.scope)
    assert party.identity(tokens.access_token)["name"]
    after = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    assert after.access_token.startswith("nso_at_")
    # One alone, then everything.
    assert party.revoke(tokens.access_token).status_code == 200
    assert server.introspect(tokens.access_token) == {"active": False}
    assert server.introspect(after.access_token)["active"] is True
    assert party.revoke(after.refresh_token or "").status_code == 200
    assert server.introspect(after.access_token) == {"active": False}
    assert party.userinfo(after.access_token).status_code == 401


def test_cr_9_an_opaque_access_token_is_nothing_else(running: RunningProvider, browser: Browser) -> None:
    party = party_of(running, "ma-kin", access_token_format="opaque", resource=RESOURCE)
    tokens = sign_in(browser, party, running.citizen())
    started = party.start()
    assert error_of(party.redeem(started, tokens.access_token)) == (400, "invalid_grant")
    assert error_of(party.refresh(tokens.access_token)) == (400, "invalid_grant")
    hinted = party.start(id_token_hint=tokens.access_token)
    assert party.error_of(hinted, landed(browser.open(hinted.location))) == "invalid_request"
    assert party.introspect(tokens.access_token)["active"] is True


def test_the_type_jwt_by_a_dated_exception_and_no_token_passes_for_another(
    running: RunningProvider, browser: Browser
) -> None:
    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    party = party_of(running, "spring", access_token_type_jwt_until=until, resource=RESOURCE)
    tokens = sign_in(browser, party, running.citizen())
    token = jws.extract_compact(tokens.access_token.encode())
    assert token.headers()["typ"] == "JWT"
    claims = orjson.loads(token.payload)
    assert (claims["aud"], claims["token_use"]) == ([party.issuer, RESOURCE], "access")
    assert running.party(RESOURCE_SERVER).introspect(tokens.access_token)["active"] is True
    assert party.identity(tokens.access_token)["sub"] == tokens.claims["sub"]
    # RFC 8725 3.11, both ways.
    assert party.userinfo(tokens.id_token).status_code == 401
    assert party.introspect(tokens.id_token) == {"active": False}
    hinted = party.start(id_token_hint=tokens.access_token)
    assert party.error_of(hinted, landed(browser.open(hinted.location))) == "invalid_request"
    signing_out = browser.http.get("/logout", params={"id_token_hint": tokens.access_token})
    assert signing_out.status_code == 400
    with pytest.raises(AssertionError):
        party.validated(
            httpx2.Response(
                200,
                headers={"cache-control": "no-store"},
                json={
                    "token_type": "Bearer",
                    "expires_in": 1,
                    "scope": "",
                    "access_token": tokens.access_token,
                    "id_token": tokens.access_token,
                },
            ),
            nonce=None,
        )


def test_the_id_token_has_profile_claims_where_that_is_registered(running: RunningProvider, browser: Browser) -> None:
    made = party_of(running, "auth-js", claims_in_id_token=True)
    party = replace(made, personal=frozenset({"name", "birthdate", "locale", "zoneinfo", "updated_at", "gender"}))
    tokens = sign_in(browser, party, running.citizen(), scope="openid profile")
    reported = party.identity(tokens.access_token)
    assert {name: tokens.claims[name] for name in reported} == reported
    assert tokens.claims["name"]
    after = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    assert after.claims["name"] == tokens.claims["name"]
    less = party.validated(party.refresh(after.refresh_token or "", scope="openid"), nonce=None)
    assert "name" not in less.claims


@pytest.mark.parametrize(
    ("name", "algorithm", "method"),
    [("ma-hoa-ec", "ECDH-ES", "A256GCM"), ("ma-hoa-rsa", "RSA-OAEP-256", None)],
)
def test_id_tokens_and_userinfo_are_encrypted_for_the_keys_that_the_client_publishes(
    running: RunningProvider, browser: Browser, name: str, algorithm: str, method: str | None
) -> None:
    key: ECKey | RSAKey
    if algorithm == "ECDH-ES":
        key = ECKey.generate_key("P-256", {"kid": name, "use": "enc"})
    else:
        key = RSAKey.generate_key(2048, {"kid": name, "use": "enc"})
    running.listener.answer(f"/jwks/{name}", Reply(body=orjson.dumps({"keys": [key.as_dict(private=False)]})))
    methods = {} if method is None else {f"{of}_encrypted_response_enc": method for of in ("id_token", "userinfo")}
    made = portal(
        ClientId(name),
        running.listener,
        jwks_uri=f"{running.listener.url}/jwks/{name}",
        id_token_encrypted_response_alg=algorithm,
        userinfo_encrypted_response_alg=algorithm,
        userinfo_signed_response_alg="ES256",
        **methods,
    )
    running.apply(made)
    party = replace(made.party(running.http, running.provider), id_token_key=key, userinfo_key=key)
    tokens = sign_in(browser, party, running.citizen())
    assert party.identity(tokens.access_token)["name"]
    after = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    # OIDC Core 10.2: what is shown as a hint is the signed token inside.
    hinted = party.start(id_token_hint=after.id_token, prompt="none")
    party.code_of(hinted, landed(browser.open(hinted.location)))


def test_while_the_clients_keys_cannot_be_had_its_code_stays_good_and_nothing_leaves_unencrypted(
    running: RunningProvider, browser: Browser
) -> None:
    name = "ma-hoa-vang"
    key = ECKey.generate_key("P-256", {"kid": name, "use": "enc"})
    signature = ECKey.generate_key("P-256", {"kid": "sig", "use": "sig"})
    path = f"/jwks/{name}"
    running.listener.answer(path, Reply(body=orjson.dumps(public_set(signature))))
    party = replace(
        party_of(
            running,
            name,
            jwks_uri=f"{running.listener.url}{path}",
            id_token_encrypted_response_alg="ECDH-ES",
        ),
        id_token_key=key,
    )
    sign_in(browser, running.party(), running.citizen())
    started = party.start()
    code = party.code_of(started, landed(browser.open(started.location)))
    refused = party.redeem(started, code)
    assert error_of(refused) == (400, "invalid_request")
    assert "id_token" not in refused.json()


def test_an_officers_roles_are_told_to_their_own_agencys_client_and_to_no_other(
    running: RunningProvider, browser: Browser
) -> None:
    members: dict[str, object] = {
        "account_kinds": ["officer", "citizen"],
        "scope": "openid profile officer",
        "officer_roles": ["auditor", "client_developer"],
        "agency": AGENCY,
        "claims_in_id_token": True,
    }
    own = party_of(running, "grafana", **members)
    other = party_of(running, "grafana-khac", **{**members, "agency": "H26", "officer_agencies": ["*"]})
    told = frozenset({"roles", "groups", "name", "preferred_username", "agency", "post", "officer_code", "updated_at"})
    own, other = replace(own, personal=told), replace(other, personal=told)
    person = ready(running, browser)
    give_role(running, person, Role.AUDITOR, AGENCY)
    give_role(running, person, Role.SUPPORT, AGENCY)
    started, landing = sign_in_at(running, browser, person, own.client_id, scope="openid officer")
    tokens = own.complete(started, landing)
    for claims in (own.identity(tokens.access_token), tokens.claims):
        assert (claims["roles"], claims["groups"], claims["agency"]) == (["auditor"], ["auditor"], AGENCY)
    elsewhere = other.start(scope="openid officer")
    shown = other.complete(elsewhere, landed(browser.open(elsewhere.location)))
    reported = other.identity(shown.access_token)
    assert reported["agency"] == AGENCY
    assert reported.keys().isdisjoint({"roles", "groups"})
    assert shown.claims.keys().isdisjoint({"roles", "groups"})
    without = own.start(scope="openid")
    less = own.complete(without, landed(browser.open(without.location)))
    assert set(own.identity(less.access_token)) == {"sub"}


def test_a_citizen_has_no_roles_anywhere(running: RunningProvider, browser: Browser) -> None:
    party = party_of(
        running,
        "gitlab",
        account_kinds=["officer", "citizen"],
        scope="openid officer",
        officer_roles=["auditor"],
        agency=AGENCY,
    )
    tokens = sign_in(browser, party, running.citizen(), scope="openid officer")
    assert set(party.identity(tokens.access_token)) == {"sub"}
