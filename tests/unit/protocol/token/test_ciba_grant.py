"""auth_req_id -> tokens (CIBA 10.1): what the device grant does, of requests of the other kind."""

import pytest

from clients.model import CIBA, DEVICE_CODE, Client
from idp.grants.device_requests import DeviceRequest
from idp.protocol.answers import Decision
from idp.protocol.token.device_code import DeviceFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from records.structs import replace
from tests.support.builders.devices import ALLOWED, DEVICE_HASH, DEVICE_TEXT, REFUSED, WAITING
from tests.support.builders.protocol import ACCOUNT, CLIENT, NOW, ORIGIN, PERSON, PROVIDER, claims_of, facts_of, form

ASKER = replace(CLIENT, grant_types=("refresh_token", CIBA, DEVICE_CODE), backchannel_token_delivery_mode="poll")


def named(request: DeviceRequest) -> DeviceRequest:
    return replace(request, asked_by="ciba", person_id=ACCOUNT.person_id, account_id=ACCOUNT.id)


def poll(request: DeviceRequest | None, client: Client = ASKER, **fields: str) -> Decision:
    facts = DeviceFacts(DEVICE_HASH, request.approved if request else None, request=request)
    parameters = form(**{"grant_type": CIBA, "auth_req_id": DEVICE_TEXT, **fields})
    return decide_token(PROVIDER, TokenSnapshot(parameters, facts_of(client), facts, ORIGIN, NOW))


def test_ciba_10_1_1_who_was_allowed_gets_tokens_once() -> None:
    decision = poll(named(ALLOWED))
    assert decision.answer.status == 200, decision.answer
    claims = claims_of((decision.answer.body or {})["id_token"])
    assert claims["sub"] == PROVIDER.subjects.subject(ACCOUNT.person_id, ASKER)
    assert ACCOUNT.person_id == PERSON
    late = decision.when_late
    assert late is not None
    assert late.answer.error == "invalid_grant"


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (named(WAITING), "authorization_pending"),
        (named(REFUSED), "access_denied"),
        (named(replace(ALLOWED, expires_at=NOW)), "expired_token"),
        (None, "invalid_grant"),
    ],
)
def test_ciba_11_what_a_client_hears_of_its_request(request_: DeviceRequest | None, error: str) -> None:
    answer = poll(request_).answer
    assert (answer.status, answer.error) == (400, error)


def test_cr_9_an_auth_req_id_is_no_device_code_nor_the_other_way() -> None:
    assert poll(ALLOWED).answer.error == "invalid_grant"
    as_device = form(grant_type=DEVICE_CODE, device_code=DEVICE_TEXT)
    request = named(ALLOWED)
    facts = DeviceFacts(DEVICE_HASH, request.approved, request=request)
    snapshot = TokenSnapshot(as_device, facts_of(ASKER), facts, ORIGIN, NOW)
    assert decide_token(PROVIDER, snapshot).answer.error == "invalid_grant"


def test_without_the_id_or_the_grant_it_is_refused() -> None:
    assert poll(named(ALLOWED), auth_req_id="").answer.error == "invalid_request"
    assert poll(named(ALLOWED), CLIENT).answer.error == "unauthorized_client"
