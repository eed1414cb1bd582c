"""A client acts for itself: its own scopes, no person, no refresh token, one batched event."""

import pytest

from clients.model import Client
from idp.audit.model import EventName, RecordEvent
from idp.protocol.answers import Decision
from idp.protocol.decider import ClientFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from records.structs import replace
from tests.support.builders.protocol import (
    ALL_SCOPES,
    BANK,
    CLIENT,
    NOW,
    ORIGIN,
    PROVIDER,
    claims_of,
    credentials_of,
    facts_of,
    form,
)


def decide(client: Client = CLIENT, **fields: str) -> Decision:
    parameters = form(**{"grant_type": "client_credentials"} | fields)
    return decide_token(PROVIDER, TokenSnapshot(parameters, facts_of(client), None, ORIGIN, NOW))


def test_rfc6749_4_4_3_the_answer_is_one_access_token_and_nothing_to_refresh_it_with() -> None:
    decision = decide(scope="records:read")
    body = dict(decision.answer.body or {})
    assert decision.answer.status == 200
    assert set(body) == {"access_token", "token_type", "expires_in", "scope"}
    assert claims_of(body["access_token"])["sub"] == "portal"


def test_nothing_is_committed_and_the_event_is_a_note() -> None:
    decision = decide(scope="records:read")
    (note,) = decision.enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.client_id, note.person_id) == (EventName.TOKEN_ISSUED, "portal", None)
    assert (decision.effects, decision.first, decision.when_late) == ((), None, None)


def test_rfc6749_3_3_without_a_scope_the_token_has_none() -> None:
    body = dict(decide().answer.body or {})
    assert "scope" not in body
    assert "scope" not in claims_of(body["access_token"])


@pytest.mark.parametrize("scope", ALL_SCOPES)
def test_a_scope_that_speaks_of_a_person_is_refused_although_registered(scope: str) -> None:
    decision = decide(scope=f"records:read {scope}")
    assert (decision.answer.status, decision.answer.error) == (400, "invalid_scope")


@pytest.mark.parametrize("scope", ["records:write", "records:read records:write", "Records:read"])
def test_rfc6749_5_2_a_scope_that_is_not_registered_is_refused(scope: str) -> None:
    decision = decide(scope=scope)
    assert (decision.answer.status, decision.answer.error) == (400, "invalid_scope")
    (note,) = decision.enqueued
    assert isinstance(note, RecordEvent)
    assert note.name is EventName.TOKEN_REFUSED


def test_rfc6749_4_4_a_client_without_the_grant_is_refused() -> None:
    assert decide(BANK).answer.error == "unauthorized_client"


def test_rfc6749_4_4_a_public_client_cannot_act_for_itself() -> None:
    public = replace(CLIENT, token_endpoint_auth_method="none", secrets=())
    facts = ClientFacts(credentials_of(public), public)
    snapshot = TokenSnapshot(form(grant_type="client_credentials"), facts, None, ORIGIN, NOW)
    answer = decide_token(PROVIDER, snapshot).answer
    assert (answer.status, answer.error) == (401, "invalid_client")
