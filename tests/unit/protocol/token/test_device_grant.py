"""device code -> tokens: what a device hears before and after its person decides, and that it gets tokens once."""

from datetime import timedelta

import pytest

from clients.model import DEVICE_CODE, Client
from idp.audit.model import EventName, RecordEvent
from idp.grants.device_requests import DeviceRequest
from idp.grants.model import StartFamily, StartGrant
from idp.protocol.answers import NO_STORE, Decision
from idp.protocol.sender.shown import SenderFacts
from idp.protocol.token.device_code import DeviceFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from records.structs import replace
from tests.support.builders.devices import (
    ALLOWED,
    APP,
    APPROVED,
    BANK_KIOSK,
    DEVICE_HASH,
    DEVICE_TEXT,
    KIOSK,
    REFUSED,
    WAITING,
)
from tests.support.builders.protocol import CLIENT, NOW, ORIGIN, PERSON, PROVIDER, SESSION, claims_of, facts_of, form


def poll(request: DeviceRequest | None = ALLOWED, client: Client = KIOSK, **fields: str) -> Decision:
    parameters = form(**{"grant_type": DEVICE_CODE, "device_code": DEVICE_TEXT, **fields})
    facts = DeviceFacts(DEVICE_HASH, request.approved if request else None, request=request)
    return decide_token(PROVIDER, TokenSnapshot(parameters, facts_of(client), facts, ORIGIN, NOW))


def test_rfc8628_3_5_who_was_allowed_gets_tokens_in_a_standard_body() -> None:
    decision = poll()
    assert decision.answer.status == 200, decision.answer
    body = dict(decision.answer.body or {})
    assert set(body) == {"access_token", "token_type", "expires_in", "scope", "id_token", "refresh_token"}
    assert body["scope"] == "openid profile"
    claims = claims_of(body["id_token"])
    assert (claims["sub"], claims["acr"]) == (PROVIDER.subjects.subject(SESSION.person_id, KIOSK), "loa2")
    assert "nonce" not in claims


def test_the_claim_is_the_grant_under_the_hash_of_the_device_code() -> None:
    decision = poll()
    start, family, event = decision.effects
    assert isinstance(start, StartGrant)
    assert isinstance(family, StartFamily)
    assert isinstance(event, RecordEvent)
    assert (start.grant.code_hash, start.grant.client_id, start.grant.person_id) == (DEVICE_HASH, "portal", PERSON)
    # A session whose codes were stopped after the person agreed brings no token any more.
    assert start.issued_at == APPROVED.issued_at
    assert (event.name, event.person_id) == (EventName.CODE_REDEEMED, PERSON)
    assert [effect.claim for effect in decision.effects] == [True, False, False]


def test_a_second_poll_at_once_gets_nothing_and_ends_nothing() -> None:
    late = poll().when_late
    assert late is not None
    assert (late.answer.status, late.answer.error, late.effects) == (400, "invalid_grant", ())
    (note,) = late.enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.reason) == (EventName.TOKEN_REFUSED, "invalid_grant")


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (WAITING, "authorization_pending"),
        (REFUSED, "access_denied"),
        (replace(WAITING, expires_at=NOW), "expired_token"),
        (replace(ALLOWED, expires_at=NOW), "expired_token"),
        (replace(REFUSED, expires_at=NOW), "expired_token"),
        (None, "invalid_grant"),
    ],
)
def test_rfc8628_3_5_what_a_device_hears_of_its_request(request_: DeviceRequest | None, error: str) -> None:
    decision = poll(request_)
    assert (decision.answer.status, decision.answer.error) == (400, error)
    assert decision.answer.headers == NO_STORE
    assert (decision.effects, decision.when_late) == ((), None)


def test_rfc8628_3_5_a_moment_before_its_end_a_code_is_good() -> None:
    assert poll(replace(ALLOWED, expires_at=NOW + timedelta(microseconds=1))).answer.status == 200


def test_why_it_was_refused_is_said() -> None:
    unmet = replace(REFUSED, refused_because="The account cannot reach the required level.")
    assert poll(unmet).answer.description == "The account cannot reach the required level."


def test_a_device_that_waits_fills_no_log() -> None:
    assert poll(WAITING).enqueued == ()


def test_a_refusal_is_noted() -> None:
    (note,) = poll(REFUSED).enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.reason) == (EventName.TOKEN_REFUSED, "access_denied")


def test_another_clients_device_code_is_as_good_as_unknown() -> None:
    answers = [poll(one, BANK_KIOSK).answer for one in (ALLOWED, WAITING, None)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0].error == "invalid_grant"


def test_a_client_without_the_grant_is_refused() -> None:
    assert poll(client=CLIENT).answer.error == "unauthorized_client"


def test_rfc8628_3_4_a_device_code_is_asked_for_by_name() -> None:
    assert poll(device_code="").answer.error == "invalid_request"


def test_rfc8628_3_4_a_public_client_shows_its_id() -> None:
    assert poll(client=APP).answer.status == 200
    assert poll(client=replace(APP, token_endpoint_auth_method="client_secret_post")).answer.error == "invalid_client"


def test_rfc6749_6_without_the_refresh_grant_there_is_no_refresh_token() -> None:
    decision = poll(client=replace(KIOSK, grant_types=(DEVICE_CODE,)))
    assert "refresh_token" not in (decision.answer.body or {})
    assert [type(effect) for effect in decision.effects] == [StartGrant, RecordEvent]


def test_cr_9_a_device_code_is_no_authorization_code_nor_the_other_way() -> None:
    """Each is looked for among its own: the loader of the other grant finds nothing under it."""
    as_code = form(grant_type="authorization_code", code=DEVICE_TEXT, redirect_uri="https://portal.example/cb")
    facts = DeviceFacts(DEVICE_HASH, None)
    assert (
        decide_token(PROVIDER, TokenSnapshot(as_code, facts_of(KIOSK), facts, ORIGIN, NOW)).answer.error
        == "invalid_grant"
    )
    assert poll(None, device_code="the-code-of-the-tests").answer.error == "invalid_grant"


def test_dp_1_a_device_whose_client_is_bound_to_a_key_gets_no_token_without_its_proof() -> None:
    bound = replace(KIOSK, dpop_bound_access_tokens=True)
    without = poll(client=bound)
    assert (without.answer.error, without.effects) == ("invalid_dpop_proof", ())
    facts = replace(facts_of(bound), sender=SenderFacts(jkt="the-key-of-the-kiosk"))
    presented = DeviceFacts(DEVICE_HASH, APPROVED, request=ALLOWED)
    parameters = form(grant_type=DEVICE_CODE, device_code=DEVICE_TEXT)
    decision = decide_token(PROVIDER, TokenSnapshot(parameters, facts, presented, ORIGIN, NOW))
    body = decision.answer.body or {}
    assert (decision.answer.status, body["token_type"]) == (200, "DPoP")
    assert claims_of(body["access_token"])["cnf"] == {"jkt": "the-key-of-the-kiosk"}
