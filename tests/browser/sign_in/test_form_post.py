"""Responses that a page posts to the client: in Chromium by itself, without script by its button."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

import httpx2
import pytest

from clients.model import ClientId
from records.structs import replace
from tests.browser.gallery import LANGUAGES, Gallery, in_language
from tests.browser.people import citizen
from tests.support.browser import EmbeddedSystem, Visitor, until
from tests.support.parties.client_credentials import BasicSecret
from tests.support.parties.relying_party import RelyingParty, Started
from tests.support.parties.responses import Arrived, opened
from tests.support.patience import patient
from tests.support.running.listener import Listener, Received, Reply

READY = citizen(18)
CITIZENS = (READY,)
PORTAL = ClientId("cong-dich-vu-cong-quoc-gia")
CALLBACK = "/callback"
ODD_STATE = "a\"b'c<script>&amp;d=e+f%20g</form>-._~"
WELCOME = b"<!doctype html><html lang=vi><title>ok</title><p id=arrived>ok</p>"


@dataclass(frozen=True, slots=True)
class Callback:
    """A client of the provider that takes posted responses."""

    party: RelyingParty
    listener: Listener

    def posted(self, count: int = 1) -> Received:
        return self.listener.wait(CALLBACK, count)[count - 1]


@pytest.fixture
def callback(system: EmbeddedSystem) -> Iterator[Callback]:
    """The national portal, with one address more, which is a server of the test."""
    with Listener() as listener, httpx2.Client(timeout=patient(30)) as http:
        listener.answer(CALLBACK, Reply(body=WELCOME, content_type="text/html; charset=utf-8"))
        address, usual = f"{listener.url}{CALLBACK}", system.portal(8101, CALLBACK)
        system.register_anew(PORTAL, redirect_uris=[usual, address])
        party = RelyingParty(
            http=http,
            issuer=system.provider(),
            base=system.provider(),
            client_id=PORTAL,
            redirect_uri=address,
            credentials=BasicSecret("demo-only-secret-of-the-national-portal-8101"),
            acts=True,
        )
        start = system.provider(party.start().location)
        until(lambda: http.get(start).status_code == httpx2.codes.SEE_OTHER, "the provider knows the address")
        yield Callback(party, listener)
        system.register_anew(PORTAL, redirect_uris=[usual])


def arrived(callback: Callback, count: int = 1) -> Arrived:
    """Return what the browser posted, and that it posted it as a form (OAuth 2.0 Form Post Response Mode 2)."""
    request = callback.posted(count)
    assert (request.method, request.content_type) == ("POST", "application/x-www-form-urlencoded")
    pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return Arrived(callback.party.redirect_uri, dict(pairs))


def started(callback: Callback, **extra: str) -> Started:
    begun = callback.party.start(**extra)
    return replace(begun, state=extra.get("state", begun.state))


def test_form_post_2_chromium_posts_code_and_errors_by_itself(visitor: Visitor, callback: Callback) -> None:
    begun = started(callback, response_mode="form_post", state=ODD_STATE)
    visitor.open(visitor.system.provider(begun.location))
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("#arrived")
    assert visitor.page.url == callback.party.redirect_uri
    tokens = callback.party.complete(begun, arrived(callback))
    assert tokens.claims["nonce"] == begun.nonce
    # Signed in, nothing is shown on the way; an error goes the same way.
    again = started(callback, response_mode="form_post", scope="nothing-known")
    visitor.open(visitor.system.provider(again.location))
    visitor.page.wait_for_selector("#arrived")
    assert callback.party.error_of(again, arrived(callback, 2)) == "invalid_scope"


def test_jarm_2_3_3_chromium_posts_the_signed_response(visitor: Visitor, callback: Callback) -> None:
    begun = started(callback, response_mode="form_post.jwt", state=ODD_STATE)
    visitor.open(visitor.system.provider(begun.location))
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("#arrived")
    callback.party.complete(begun, opened(callback.party, arrived(callback)))


def test_jarm_2_3_2_chromium_keeps_the_signed_response_in_the_fragment(visitor: Visitor, callback: Callback) -> None:
    begun = started(callback, response_mode="fragment.jwt")
    visitor.open(visitor.system.provider(begun.location))
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("#arrived")
    address, _, fragment = visitor.page.url.partition("#")
    found = Arrived(address, dict(parse_qsl(fragment, strict_parsing=True)))
    callback.party.complete(begun, opened(callback.party, found))
    assert callback.posted().method == "GET"
    assert callback.posted().path == CALLBACK, "what is in a fragment no server is told"


def test_form_post_2_without_script_a_button_posts_the_same(without_script: Visitor, callback: Callback) -> None:
    visitor = without_script
    begun = started(callback, response_mode="form_post", state=ODD_STATE)
    visitor.open(visitor.system.provider(begun.location))
    visitor.sign_in(READY.number, READY.password)
    assert callback.listener.received(CALLBACK) == []
    assert "127.0.0.1" in visitor.text("main")
    visitor.click("continue")
    assert visitor.has("arrived")
    callback.party.complete(begun, arrived(callback))


def test_the_back_button_does_not_send_a_response_again(visitor: Visitor, callback: Callback) -> None:
    begun = started(callback, response_mode="form_post")
    visitor.open(visitor.system.provider("/"))
    visitor.open(visitor.system.provider(begun.location))
    visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("#arrived")
    visitor.page.go_back()
    visitor.page.wait_for_load_state()
    assert visitor.page.url.startswith(visitor.system.provider())
    assert len(callback.listener.received(CALLBACK)) == 1


def test_the_page_reads_well_in_both_languages_and_at_both_widths(
    gallery: Gallery, without_script: Visitor, callback: Callback
) -> None:
    visitor = without_script
    visitor.open(visitor.system.provider(started(callback).location))
    visitor.sign_in(READY.number, READY.password)
    silent = visitor.system.provider(started(callback, response_mode="form_post", prompt="none").location)
    for language in LANGUAGES:
        visitor.open(in_language(silent, language))
        assert visitor.page.get_attribute("html", "lang") == language
        gallery.take(f"form-post-{language}", visitor.page)
