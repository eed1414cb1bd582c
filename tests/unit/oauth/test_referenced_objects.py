"""Request objects by address: only what was registered, once in ten seconds, and nothing but its client's signature."""

import asyncio
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

import pytest

from clients.model import Client
from idp.oauth.client_keys import ClientKeys
from idp.oauth.referenced_objects import ReferencedObjects
from idp.oauth.request_objects import RequestObjects
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from idp.protocol.authorize.errors import PageError
from idp.protocol.forms import Form, parse_form
from records.structs import replace
from tests.support.builders.protocol import NOW, PROVIDER, authorize, form
from tests.support.builders.request_objects import KEYED, request_object
from tests.support.plain.checks import NoService

URI = "https://portal.example/request.jwt"
OBJECT = request_object(dict(authorize().data))
HASHED = f"{URI}#{urlsafe_b64encode(sha256(OBJECT.encode()).digest()).rstrip(b'=').decode()}"
CLIENT = replace(KEYED, request_uris=(URI, f"{URI}#v2", HASHED))


@dataclass(slots=True)
class ClientsServer:
    """Implements `HttpCaller`: one document, or none."""

    body: bytes | None = OBJECT.encode()
    status: int = 200
    asked: list[OutboundRequest] = field(default_factory=list)

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.asked.append(request)
        await asyncio.sleep(0)
        if self.body is None:
            raise EgressError("timeout")
        return OutboundResponse(self.status, self.body, "application/oauth-authz-req+jwt")


def asked_by(uri: str, **more: str) -> Form:
    return form(client_id=str(KEYED.client_id), request_uri=uri, **more)


async def read(
    server: ClientsServer, sent: Form, client: Client = CLIENT, objects: ReferencedObjects | None = None
) -> Form | None:
    reader = RequestObjects(PROVIDER, ClientKeys(NoService()), objects or ReferencedObjects(server))
    return await reader.read(client, sent, NOW)


@pytest.mark.parametrize("uri", [URI, f"{URI}#v2", HASHED], ids=["plain", "fragment", "hash"])
async def test_oidc_core_6_2_a_registered_address_is_fetched_without_its_fragment(uri: str) -> None:
    server = ClientsServer()
    signed = await read(server, asked_by(uri, scope="openid admin", state="of the browser"))
    assert signed is not None
    # What stands in the browser's address beside it does not count (RFC 9101 6.3).
    assert (signed.get("scope"), signed.get("state")) == (authorize().get("scope"), authorize().get("state"))
    (asked,) = server.asked
    assert (asked.url, asked.max_response_bytes, asked.deadline) == (URI, 16 * 1024, timedelta(seconds=3))


@pytest.mark.parametrize(
    ("uri", "client"),
    [
        (f"{URI}#v3", CLIENT),
        (f"{URI}?x=1", CLIENT),
        ("http://169.254.169.254/latest/meta-data", CLIENT),
        (URI, replace(CLIENT, request_uris=())),
        (URI, replace(CLIENT, disabled_at=NOW)),
    ],
)
async def test_oidc_core_6_2_what_is_not_registered_is_never_fetched(uri: str, client: Client) -> None:
    server = ClientsServer()
    assert await read(server, asked_by(uri), client) is None
    assert server.asked == []


async def test_an_object_beside_its_address_and_an_address_twice_are_judged_as_they_stand() -> None:
    server = ClientsServer()
    twice = parse_form(f"client_id={KEYED.client_id}&request_uri={URI}&request_uri={URI}".encode())
    for sent in (asked_by(URI, request=OBJECT), twice):
        assert await read(server, sent) is None
    assert server.asked == []


@pytest.mark.parametrize(
    "server",
    [
        *(ClientsServer(None), ClientsServer(status=404), ClientsServer(status=302)),
        *(ClientsServer("Việt".encode()), ClientsServer(b" ")),
    ],
)
async def test_rfc9101_7_what_cannot_be_fetched_is_said_on_a_page(server: ClientsServer) -> None:
    with pytest.raises(PageError) as caught:
        await read(server, asked_by(URI))
    assert caught.value.code == "invalid_request_uri"


@pytest.mark.parametrize(
    "body",
    [b"{}", b"e30.e30.", OBJECT.encode()[:-3] + b"AAA", b"x" * 16_000],
    ids=["json", "unsigned", "bad signature", "long"],
)
async def test_rfc9101_6_2_what_is_there_must_be_signed_by_the_client(body: bytes) -> None:
    with pytest.raises(PageError) as caught:
        await read(ClientsServer(body), asked_by(URI))
    assert caught.value.code == "invalid_request_object"


@pytest.mark.parametrize("body", [OBJECT.encode(), None], ids=["there", "away"])
async def test_whoever_asks_an_address_is_looked_at_once_in_ten_seconds(body: bytes | None) -> None:
    server = ClientsServer(body)
    objects = ReferencedObjects(server)

    async def looked(seconds: float) -> None:
        try:
            await objects.at(URI, NOW + timedelta(seconds=seconds))
        except PageError:
            assert body is None

    await asyncio.gather(*(looked(0) for _ in range(5)))
    await looked(10)
    assert len(server.asked) == 1
    await looked(10.1)
    assert len(server.asked) == 2


async def test_oidc_core_6_2_an_object_that_its_fragment_is_the_hash_of_stays_for_ever() -> None:
    server = ClientsServer()
    objects = ReferencedObjects(server)
    for days in (0, 1, 300):
        assert await objects.at(HASHED, NOW + timedelta(days=days)) == OBJECT
    assert len(server.asked) == 1


async def test_no_more_than_a_thousand_are_remembered() -> None:
    server = ClientsServer()
    objects = ReferencedObjects(server)
    for place in range(1001):
        await objects.at(f"{URI}#{place}", NOW)
    await objects.at(f"{URI}#1000", NOW)
    assert len(server.asked) == 1001
    await objects.at(f"{URI}#0", NOW)
    assert len(server.asked) == 1002
