"""Telling a client that its person has decided: under its token, once, and whatever it answers."""

from datetime import timedelta

import orjson
import pytest

from clients.model import CIBA, Client, ClientId
from idp.grants.device_requests import PING_PLACE
from idp.kernel.outbox import Message, Outcome
from idp.oauth.devices.pings import CibaPings
from idp.oauth.gone_clients import TRIES
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from idp.protocol.device.pings import Ping
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW, PROVIDER

ENDPOINT = "https://portal.example/ciba"
PINGED = replace(
    CLIENT,
    grant_types=(CIBA,),
    backchannel_token_delivery_mode="ping",
    backchannel_client_notification_endpoint=ENDPOINT,
)
PAYLOAD = PROVIDER.sealer.seal(
    orjson.dumps({"client_id": "portal", "auth_req_id": "id-1", "token": "token-1"}), PING_PLACE
)
MESSAGE = Message("ciba_ping", "k", PAYLOAD, 0, NOW + timedelta(minutes=9))


class Caller:
    """The guarded client: keeps what was asked, and answers."""

    def __init__(self, status: int = 204, error: EgressError | None = None) -> None:
        self.status, self.error, self.asked = status, error, list[OutboundRequest]()

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.asked.append(request)
        if self.error is not None:
            raise self.error
        return OutboundResponse(self.status, b"whatever a client says", "text/plain")


class Registry:
    def __init__(self, client: Client | None = PINGED) -> None:
        self.client = client

    def get(self, client_id: ClientId) -> Client | None:
        return self.client


async def delivered(caller: Caller, client: Client | None = PINGED, message: Message = MESSAGE) -> Outcome:
    return await CibaPings(PROVIDER, Registry(client), caller).deliver(message, NOW)


async def test_ciba_10_2_the_client_is_told_which_request_under_its_own_token() -> None:
    caller = Caller()
    assert await delivered(caller) == Outcome(delivered=True, result="204", retry_at=None)
    (asked,) = caller.asked
    assert (asked.method, asked.url) == ("POST", ENDPOINT)
    assert (asked.headers or {})["Authorization"] == "Bearer token-1"
    assert orjson.loads(asked.body or b"") == {"auth_req_id": "id-1"}


@pytest.mark.parametrize("status", [301, 307, 401, 403, 500])
async def test_ciba_10_2_a_refusal_or_a_redirect_is_tried_again_and_never_followed(status: int) -> None:
    caller = Caller(status)
    outcome = await delivered(caller)
    assert (outcome.delivered, outcome.result) == (False, str(status))
    assert outcome.retry_at is not None
    assert [asked.url for asked in caller.asked] == [ENDPOINT]


async def test_ciba_10_2_an_answer_with_a_body_is_as_good() -> None:
    assert (await delivered(Caller(200))).delivered


async def test_a_client_that_does_not_answer_is_asked_again_until_its_request_is_over() -> None:
    outcome = await delivered(Caller(error=EgressError("timeout")))
    assert (outcome.delivered, outcome.result) == (False, "timeout")
    late = replace(MESSAGE, attempts=9, gives_up_at=NOW + timedelta(seconds=1))
    assert (await delivered(Caller(500), message=late)).retry_at is None


@pytest.mark.parametrize("client", [None, replace(PINGED, disabled_at=NOW), CLIENT], ids=["gone", "off", "no endpoint"])
async def test_a_client_that_is_gone_is_called_no_more(client: Client | None) -> None:
    caller = Caller()
    early = await delivered(caller, client)
    assert (early.result, early.retry_at) == ("client_gone", NOW + timedelta(seconds=2))
    last = await delivered(caller, client, message=replace(MESSAGE, attempts=TRIES))
    assert last == Outcome(delivered=False, result="client_gone", retry_at=None)
    assert caller.asked == []


async def test_a_message_that_somebody_else_wrote_is_not_sent() -> None:
    caller = Caller()
    forged = replace(MESSAGE, payload=orjson.dumps(Ping(ClientId("portal"), "id", "t").__class__.__name__))
    assert (await delivered(caller, message=forged)).result == "unreadable"
    assert caller.asked == []
