"""Whose pages the browser loads when a session ends (OIDC Front-Channel Logout 1.0)."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from clients.model import Client, ClientId
from idp.protocol.front_channel import MAX_FRAMES, FrontChannel, front_channel_of
from idp.protocol.tokens.issued import issue_id_token
from records.structs import replace
from tests.support.builders.protocol import BANK, CLIENT, GRANT, ISSUER, NOW, PROVIDER, SESSION, claims_of

OUT = "https://portal.example/out"


def framed(client: Client = CLIENT, address: str | None = OUT) -> Client:
    return replace(client, frontchannel_logout_uri=address)


def front(*clients: Client) -> FrontChannel:
    return front_channel_of(PROVIDER, clients, SESSION.id)


def test_front_channel_logout_3_iss_and_sid_are_added_and_nothing_else() -> None:
    (frame,) = front(framed()).frames
    token = issue_id_token(PROVIDER, CLIENT, GRANT, NOW, access_token="a", nonce=None)
    address, _, query = frame.address.partition("?")
    assert address == OUT
    assert parse_qsl(query, strict_parsing=True) == [("iss", ISSUER), ("sid", claims_of(token)["sid"])]


def test_front_channel_logout_2_a_query_of_the_clients_stays() -> None:
    (frame,) = front(framed(address=f"{OUT}?from=idp")).frames
    assert [name for name, _ in parse_qsl(urlsplit(frame.address).query)] == ["from", "iss", "sid"]


def test_each_client_hears_of_the_session_by_its_own_name_for_it() -> None:
    frames = front(framed(), framed(BANK, "https://bank.example/out")).frames
    sids = [dict(parse_qsl(urlsplit(frame.address).query))["sid"] for frame in frames]
    assert len(set(sids)) == 2
    assert [frame.client.client_id for frame in frames] == [CLIENT.client_id, BANK.client_id]


@pytest.mark.parametrize(
    "client",
    [
        framed(address=None),
        replace(framed(), disabled_at=NOW),
        framed(address=f"{ISSUER}/try/out"),
        framed(address=f"{ISSUER}:443/try/out"),
    ],
    ids=["none registered", "disabled", "our own origin", "our own origin with its port"],
)
def test_no_frame_is_made_for(client: Client) -> None:
    assert (
        front(client, framed(BANK, "https://bank.example/out")).frames
        == front(framed(BANK, "https://bank.example/out")).frames
    )
    assert front(client) == FrontChannel()


def test_the_number_of_frames_is_bounded_and_who_is_left_out_is_named() -> None:
    clients = [replace(framed(), client_id=ClientId(f"portal-{n}")) for n in range(MAX_FRAMES + 2)]
    found = front(*clients)
    assert [frame.client for frame in found.frames] == clients[:MAX_FRAMES]
    assert list(found.left_out) == clients[MAX_FRAMES:]
