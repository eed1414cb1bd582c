"""Front-channel logout: whose pages a browser loads when its session ends (OIDC Front-Channel Logout 1.0)."""

from collections.abc import Iterable
from urllib.parse import urlencode

from msgspec import Struct

from clients.addresses.uri import origin_of
from clients.model import Client
from idp.kernel.ids import SessionId
from idp.protocol.provider import Provider

# Each frame is a page of somebody else's that one browser loads at once.
MAX_FRAMES = 20


class Frame(Struct, frozen=True):
    """One client's page, at the address that tells it whose session ended."""

    client: Client
    address: str


class FrontChannel(Struct, frozen=True):
    """Whom the browser tells, and who is left out because there are too many."""

    frames: tuple[Frame, ...] = ()
    left_out: tuple[Client, ...] = ()


def front_channel_of(provider: Provider, clients: Iterable[Client], session_id: SessionId) -> FrontChannel:
    """Return the frames for the clients of an ended session; whoever comes first in them is told first.

    Front-Channel Logout 3: `iss` and `sid`, and nothing else of ours. A page at our own origin is no client's: a frame
    with its scripts and its origin would be one of us.
    """
    own = origin_of(provider.issuer)
    framed = [
        (client, client.frontchannel_logout_uri)
        for client in clients
        if client.active and client.frontchannel_logout_uri and origin_of(client.frontchannel_logout_uri) != own
    ]
    frames = tuple(Frame(client, _address(provider, client, uri, session_id)) for client, uri in framed[:MAX_FRAMES])
    return FrontChannel(frames, tuple(client for client, _ in framed[MAX_FRAMES:]))


def _address(provider: Provider, client: Client, uri: str, session_id: SessionId) -> str:
    named = {"iss": provider.issuer, "sid": provider.subjects.session(session_id, client)}
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(named)}"
