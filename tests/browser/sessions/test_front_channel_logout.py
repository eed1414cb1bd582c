"""Front-channel logout in Chromium: portals' pages in frames, how far they may go, and the way on."""

import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx2
import pytest

from tests.browser.people import citizen
from tests.browser.sessions.embedding_portal import EmbeddingPortal, arrive
from tests.support.browser import EmbeddedSystem, Visitor
from tests.support.parties.relying_party import Tokens
from tests.support.patience import patient
from tests.support.running.listener import Listener

READY = citizen(21)
CITIZENS = (READY,)
BYE = "/bye?state=a%27b%22%3Cc%3E%26d"
# It signs its own page out as a portal without a server would, and tries to go further.
SIGNS_OUT = """<title>out</title><script>
localStorage.setItem("signed-out", "yes");
try { top.location = "/stolen"; } catch {}
try { window.open("/stolen"); } catch {}
</script><form id="f" action="/stolen"></form><script>document.getElementById("f").submit();</script>"""


@pytest.fixture(scope="module")
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=patient(30)) as client:
        yield client


@pytest.fixture
def portal(system: EmbeddedSystem) -> Iterator[EmbeddingPortal]:
    with Listener() as listener:
        yield EmbeddingPortal(system, listener, "khung-cua-so")


@pytest.fixture
def silent() -> Iterator[str]:
    """An origin that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://localhost:{listening.getsockname()[1]}"


def framed(portal: EmbeddingPortal, tokens: Tokens) -> str:
    """Return the path that the browser loads for this session."""
    return f"/front?{urlencode({'iss': portal.system.provider(), 'sid': str(tokens.claims['sid'])})}"


def test_front_channel_logout_3_the_browser_loads_the_portals_page_and_then_goes_on(
    portal: EmbeddingPortal, visitor: Visitor, http: httpx2.Client
) -> None:
    portal.register(frontchannel_logout_uri=f"{portal.origin}/front", frontchannel_logout_session_required=True)
    tokens, _ = arrive(visitor, portal.party(http), READY)
    portal.page(BYE, "<p id='bye'>bye</p>")
    portal.page(framed(portal, tokens), SIGNS_OUT)
    opened = len(visitor.context.pages)
    visitor.open(portal.logout(tokens))
    visitor.page.wait_for_url(f"{portal.origin}{BYE}")
    (loaded,) = portal.listener.wait(framed(portal, tokens))
    assert loaded.method == "GET"
    # Its script runs at its own origin, so that it can sign out; more it may not do.
    assert visitor.page.evaluate("localStorage.getItem('signed-out')") == "yes"
    assert portal.listener.received("/stolen") == []
    assert portal.listener.received("/stolen?") == []
    assert len(visitor.context.pages) == opened


def test_front_channel_logout_3_a_portal_that_hangs_holds_nobody_up(
    portal: EmbeddingPortal, visitor: Visitor, http: httpx2.Client, silent: str
) -> None:
    portal.register(
        redirect_uris=[f"{portal.origin}/callback", f"{silent}/callback"], frontchannel_logout_uri=f"{silent}/front"
    )
    tokens, _ = arrive(visitor, portal.party(http), READY)
    portal.page(BYE, "<p id='bye'>bye</p>")
    visitor.page.goto(portal.logout(tokens), wait_until="commit")
    visitor.page.wait_for_url(f"{portal.origin}{BYE}")


def test_without_script_the_page_goes_on_by_itself_and_by_its_link(
    portal: EmbeddingPortal, without_script: Visitor, http: httpx2.Client
) -> None:
    portal.register(frontchannel_logout_uri=f"{portal.origin}/front")
    tokens, _ = arrive(without_script, portal.party(http), READY)
    portal.page(BYE, "<p id='bye'>bye</p>")
    without_script.page.goto(portal.logout(tokens), wait_until="domcontentloaded")
    assert without_script.text("told-by-browser") == "Cổng khung-cua-so"
    assert without_script.text("continue") == "Tiếp tục đến Cổng khung-cua-so"
    without_script.page.wait_for_url(f"{portal.origin}{BYE}")
    assert portal.listener.wait(framed(portal, tokens))


def test_csp3_frames_of_nobody_else_are_shown(portal: EmbeddingPortal, visitor: Visitor, http: httpx2.Client) -> None:
    """A portal's page that leads its frame to another origin is stopped there, by the list of origins."""
    portal.register(frontchannel_logout_uri=f"{portal.origin}/front")
    tokens, _ = arrive(visitor, portal.party(http), READY)
    with Listener() as elsewhere:
        portal.page(framed(portal, tokens), f"<script>location = '{elsewhere.url}/next'</script>")
        visitor.open(visitor.system.provider(f"/logout?{urlencode({'id_token_hint': tokens.id_token})}"))
        visitor.page.wait_for_selector("#told-by-browser")
        portal.listener.wait(framed(portal, tokens))
        visitor.page.wait_for_timeout(500)
        assert elsewhere.received("/next") == []
    assert [fault for fault in visitor.faults if "frame-src" not in fault] == []
    visitor.faults.clear()
