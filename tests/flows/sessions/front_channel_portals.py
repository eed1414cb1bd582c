"""Clients that a browser tells of a session's end, and one that watches it; registered while the provider runs."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

from clients.model import ClientId
from tests.flows.portals import Portal, portal
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty

FRONT = "http://127.0.0.1:9/front"


def watching(running: RunningProvider, client_id: str, **members: object) -> RelyingParty:
    """Register a client of these members and return its relying party."""
    made = portal(ClientId(client_id), running.listener, **members)
    running.apply(made)
    running.portals[client_id] = made
    return made.party(running.http, running.provider)


def framed(running: RunningProvider, client_id: str, address: str = FRONT, **members: object) -> RelyingParty:
    """Register a client with a front-channel logout address."""
    wanted = {"frontchannel_logout_uri": address, "frontchannel_logout_session_required": True}
    return watching(running, client_id, **wanted, **members)


def frames_of(page: Page) -> list[str]:
    """Return the addresses of the frames of a page."""
    reader = _Frames()
    reader.feed(page.html)
    return reader.found


def told(address: str) -> tuple[str, dict[str, str]]:
    """Return the address of a frame without its query, and that."""
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return address.partition("?")[0], dict(pairs)


def name_of(made: Portal) -> str:
    """Return what people know a client by."""
    return str(made.entry["client_name"])


class _Frames(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.found.append(dict(attrs)["src"] or "")
