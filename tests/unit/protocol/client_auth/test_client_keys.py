"""Keys behind a `jwks_uri`: fetched once, kept while the client's server is away, fetched anew for an unknown kid."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
import pytest

from idp.oauth.client_keys import NO_KEYS, ClientKeys
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW

URI = "https://portal.example/jwks.json"
PORTAL = replace(CLIENT, jwks=None, jwks_uri=URI)
SECOND, SOON, LATE = timedelta(seconds=1), timedelta(seconds=11), timedelta(minutes=11)


def key(kid: str) -> dict[str, str]:
    return {"kty": "EC", "crv": "P-256", "kid": kid, "x": "x", "y": "y"}


def published(*kids: str) -> OutboundResponse:
    return OutboundResponse(200, msgspec.json.encode({"keys": [key(kid) for kid in kids]}), "application/json")


@dataclass
class KeyServer:
    """The client's server as it answers now."""

    answer: OutboundResponse | EgressError
    requests: list[OutboundRequest] = field(default_factory=list)

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.requests.append(request)
        await asyncio.sleep(0)
        if isinstance(self.answer, EgressError):
            raise self.answer
        return self.answer


AWAY = [
    pytest.param(EgressError("timeout"), id="no answer"),
    pytest.param(OutboundResponse(503, b"", ""), id="503"),
    pytest.param(OutboundResponse(500, b'{"keys":[]}', "application/json"), id="500 with a key set"),
    pytest.param(OutboundResponse(404, b"not here", "text/plain"), id="404"),
    pytest.param(OutboundResponse(200, b"<html>", "text/html"), id="no key set"),
]


@pytest.mark.parametrize("away", AWAY)
async def test_known_keys_stay_good_while_the_server_is_away(away: OutboundResponse | EgressError) -> None:
    server = KeyServer(published("one"))
    keys = ClientKeys(server)
    await keys.of(PORTAL, "one", NOW)
    server.answer = away
    assert await keys.of(PORTAL, "one", NOW + LATE) == {"keys": [key("one")]}


@pytest.mark.parametrize("kid", [None, "one"])
@pytest.mark.parametrize("away", AWAY)
async def test_a_server_that_was_away_is_asked_again_within_seconds(
    away: OutboundResponse | EgressError, kid: str | None
) -> None:
    server = KeyServer(away)
    keys = ClientKeys(server)
    assert await keys.of(PORTAL, kid, NOW) == NO_KEYS
    server.answer = published("one")
    assert await keys.of(PORTAL, kid, NOW + SECOND) == NO_KEYS
    assert await keys.of(PORTAL, kid, NOW + SOON) == {"keys": [key("one")]}


async def test_an_unknown_kid_brings_one_fetch_in_ten_seconds() -> None:
    server = KeyServer(published("one"))
    keys = ClientKeys(server)
    await keys.of(PORTAL, "one", NOW)
    server.answer = published("one", "two")
    assert await keys.of(PORTAL, "two", NOW + SECOND) == {"keys": [key("one")]}
    assert await keys.of(PORTAL, "two", NOW + SOON) == {"keys": [key("one"), key("two")]}
    assert len(server.requests) == 2


async def test_many_requests_at_once_fetch_once() -> None:
    server = KeyServer(published("one"))
    keys = ClientKeys(server)
    found = await asyncio.gather(*(keys.of(PORTAL, "one", NOW) for _ in range(20)))
    assert found == [{"keys": [key("one")]}] * 20
    assert len(server.requests) == 1


async def test_a_request_that_is_given_up_does_not_end_the_fetch_for_others() -> None:
    keys = ClientKeys(KeyServer(published("one")))
    first, second = (asyncio.ensure_future(keys.of(PORTAL, "one", NOW)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == {"keys": [key("one")]}


@pytest.mark.parametrize("part", [{"d": "d"}, {"p": "p"}, {"dp": "x"}, {"d": 7}, {"oth": [{"r": "x"}]}, {"k": "k"}])
async def test_rfc7518_6_3_2_a_key_that_shows_a_private_part_is_refused(part: dict[str, object]) -> None:
    document = {"keys": [{**key("leaked"), **part}, key("one")]}
    server = KeyServer(OutboundResponse(200, msgspec.json.encode(document), "application/json"))
    assert await ClientKeys(server).of(PORTAL, "one", NOW) == {"keys": [key("one")]}


async def test_private_and_symmetric_keys_are_passed_over() -> None:
    document = {"keys": [{**key("leaked"), "d": "d"}, {"kty": "oct", "kid": "shared", "k": "k"}, key("one")]}
    server = KeyServer(OutboundResponse(200, msgspec.json.encode(document), "application/json"))
    assert await ClientKeys(server).of(PORTAL, "one", NOW) == {"keys": [key("one")]}


ENCRYPTED = replace(PORTAL, id_token_encrypted_response_alg="ECDH-ES")


def encrypting(*uses: str) -> OutboundResponse:
    keys = [{**key(use), "use": use} for use in uses]
    return OutboundResponse(200, msgspec.json.encode({"keys": keys}), "application/json")


async def test_where_no_key_is_one_to_encrypt_for_the_set_is_fetched_anew_within_seconds() -> None:
    server = KeyServer(encrypting("sig"))
    keys = ClientKeys(server)
    assert [one["kid"] for one in (await keys.to_encrypt_for(ENCRYPTED, NOW))["keys"]] == ["sig"]
    server.answer = encrypting("sig", "enc")
    assert len((await keys.to_encrypt_for(ENCRYPTED, NOW + SECOND))["keys"]) == 1
    assert len((await keys.to_encrypt_for(ENCRYPTED, NOW + SOON))["keys"]) == 2
    # From then on it is remembered as any other.
    await keys.to_encrypt_for(ENCRYPTED, NOW + SOON + SOON)
    assert len(server.requests) == 2


async def test_nothing_is_fetched_for_keys_that_are_registered_by_value() -> None:
    server = KeyServer(encrypting("enc"))
    registered = replace(ENCRYPTED, jwks_uri=None, jwks={"keys": [key("sig")]})
    assert await ClientKeys(server).to_encrypt_for(registered, NOW) == {"keys": [key("sig")]}
    assert server.requests == []
