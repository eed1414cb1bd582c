"""client_secret_jwt over a running provider: one proof at every endpoint, good once (OIDC Core 9, RFC 7523 3)."""

from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from clients.model import ClientId
from clients.service import rotate_secret
from idp.adapters.sql.database import open_database
from idp.kernel.key_purposes import KeyPurpose
from records.structs import replace
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import BasicSecret, MacAssertion
from tests.support.parties.relying_party import RelyingParty, sign_in
from tests.support.plain.browser import Browser
from tests.support.waiting import wait_for

pytestmark = pytest.mark.one_form

CLIENT_ID = ClientId("ky-bang-bi-mat")


async def _rotated(running: RunningProvider) -> str:
    """Do what `idp clients rotate-secret --overlap 0` does, and return what it prints."""
    async with AsyncExitStack() as stack:
        database = await open_database(running.provider.database_url)
        stack.push_async_callback(database.close)
        pepper = (await running.provider.root_key(database)).raw(KeyPurpose.CLIENT_SECRETS)
        client = await database.clients.find(CLIENT_ID)
        assert client is not None
        _, secret = await rotate_secret(database.clients, client, pepper, datetime.now(UTC), overlap=timedelta(0))
        return secret


def registered(running: RunningProvider) -> tuple[RelyingParty, str]:
    """Register the client once for a provider, give it a new secret, and wait until that is known."""
    if CLIENT_ID not in running.portals:
        made = portal(CLIENT_ID, running.listener, token_endpoint_auth_method="client_secret_jwt")
        entry = {name: value for name, value in made.entry.items() if name != "client_secret"}
        running.portals[CLIENT_ID] = replace(made, entry=entry)
        running.apply(running.portals[CLIENT_ID])
    secret = running.provider.run(_rotated(running))
    party = replace(running.party(CLIENT_ID), credentials=MacAssertion(secret))
    wait_for("the secret to be known", lambda: party.post("/introspect", token="x").status_code == 200 or None)
    return party, secret


def test_oidc_core_9_a_client_is_proved_by_a_mac_at_every_endpoint(running: RunningProvider, browser: Browser) -> None:
    party, _ = registered(running)
    tokens = sign_in(browser, party, running.citizen())
    assert party.introspect(tokens.access_token)["active"] is True
    party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    pushed = party.post("/par", response_type="code", redirect_uri=party.redirect_uri, scope="openid", nonce="n")
    # Its request lacks PKCE; the client was proved before that was looked at.
    assert (pushed.status_code, pushed.json()["error"]) == (400, "invalid_request")
    assert party.revoke(tokens.access_token).status_code == 200
    assert party.introspect(tokens.access_token) == {"active": False}


def test_rfc7523_3_a_proof_is_good_once_and_by_the_client_s_own_secret(running: RunningProvider) -> None:
    party, secret = registered(running)
    _, proof = party.credentials.prove(party.client_id, party.issuer)
    statuses = [running.http.post(f"{party.base}/introspect", data={"token": "x", **proof}).status_code for _ in "12"]
    assert statuses == [200, 401]
    for wrong in (MacAssertion(f"{secret}x"), MacAssertion("k" * 64), BasicSecret(secret)):
        answer = replace(party, credentials=wrong).post("/token", grant_type="refresh_token", refresh_token="x")
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_secret_that_signs_is_made_here_and_never_brought_along(running: RunningProvider) -> None:
    made = portal(ClientId("mang-bi-mat-den"), running.listener, token_endpoint_auth_method="client_secret_jwt")
    with pytest.raises(Exception, match="secret-made-here"):
        running.provider.apply_clients([made.entry])
