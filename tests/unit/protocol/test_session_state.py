"""`session_state` of authorization responses (OIDC Session Management 1.0)."""

from hashlib import sha256

import pytest

from clients.model import Client
from idp.kernel.ids import SessionId
from idp.protocol.authorize.endpoint import SendCode, decide_authorization
from idp.protocol.session_state import session_state_for
from records.structs import replace
from tests.support.builders.protocol import CLIENT, ISSUER, ORIGIN, PROVIDER, REDIRECT, SESSION, situation

WATCHING = replace(CLIENT, session_management=True)
CERTIFIED = replace(CLIENT, security_profile="certification")


def made(client: Client = WATCHING, redirect_uri: str = REDIRECT, session_id: SessionId = SESSION.id) -> str:
    return session_state_for(PROVIDER, client, redirect_uri, session_id).get("session_state", "")


def recalculated(value: str, origin: str, session_id: SessionId = SESSION.id) -> str:
    """Return what the page in the browser comes to."""
    salt = value.partition(".")[2]
    state = PROVIDER.subjects.browser_state(session_id)
    return sha256(f"{CLIENT.client_id} {origin} {state} {salt}".encode()).hexdigest() + "." + salt


@pytest.mark.parametrize(
    ("redirect_uri", "origin"),
    [
        ("https://portal.example/cb", "https://portal.example"),
        ("https://portal.example:443/cb?a=b", "https://portal.example"),
        ("https://portal.example:8443/", "https://portal.example:8443"),
        ("http://127.0.0.1:9/cb", "http://127.0.0.1:9"),
    ],
)
def test_session_management_3_2_it_is_a_salted_hash_of_client_origin_and_browser_state(
    redirect_uri: str, origin: str
) -> None:
    value = made(redirect_uri=redirect_uri)
    assert value == recalculated(value, origin)
    assert value != recalculated(value, "https://elsewhere.example")
    assert value != recalculated(value, origin, SessionId("session-2"))
    # Session Management 2: no space in it.
    assert " " not in value


def test_two_responses_of_one_session_tell_nothing_together() -> None:
    assert made() != made()


def test_the_state_of_the_browser_is_no_id_and_no_secret_of_the_session() -> None:
    state = PROVIDER.subjects.browser_state(SESSION.id)
    assert SESSION.id not in state
    assert state != PROVIDER.subjects.session(SESSION.id, CLIENT)
    assert PROVIDER.token_hash.digest(state) != SESSION.secret_hash
    assert state not in made()


@pytest.mark.parametrize(
    ("client", "carried"),
    [(CLIENT, False), (WATCHING, True), (CERTIFIED, True)],
    ids=["not registered", "registered", "certification"],
)
def test_session_management_2_the_response_carries_it_where_the_client_watches(
    client: Client, *, carried: bool
) -> None:
    decided = decide_authorization(situation(client=client), ORIGIN)
    assert isinstance(decided, SendCode)
    response = decided.response
    assert set(response.parameters) - {"session_state"} == {"code", "state", "iss"}
    assert ("session_state" in response.parameters) is carried
    assert response.parameters["iss"] == ISSUER
    if carried:
        assert response.browser_state is not None
        assert response.browser_state.value == PROVIDER.subjects.browser_state(SESSION.id)
        assert response.browser_state.until == SESSION.expires_at
    else:
        assert response.browser_state is None


def test_an_apps_own_scheme_has_no_origin() -> None:
    assert made(redirect_uri="vn.gov.app:/cb") == ""
