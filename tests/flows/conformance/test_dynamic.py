"""Dynamic OP: what its modules check of registered addresses and pages and no other test of ours does."""

from contextlib import AsyncExitStack

import pytest

from clients.model import ClientId
from clients.pictures import read_picture
from idp.adapters.sql.database import open_database
from idp.admin.clients.logo import KeepLogo
from records.structs import replace
from tests.flows.conformance.suite import suite
from tests.flows.portals import CALLBACK
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty, Started, show_password, sign_in
from tests.support.plain.browser import Browser, Landing, landed, shown
from tests.support.plain.pictures import png
from tests.support.waiting import wait_for

pytestmark = pytest.mark.one_form

WITH_QUERY = ClientId("bo-kiem-dinh-truy-van")
TWO_ADDRESSES = ClientId("bo-kiem-dinh-hai")
TOLD = ClientId("bo-kiem-dinh-noi-ro")
PICTURED = ClientId("bo-kiem-dinh-co-hinh")
QUERY = f"{CALLBACK}?foo=bar"


@pytest.fixture
def party(running: RunningProvider) -> RelyingParty:
    """A client whose registered address has a query."""
    return suite(running, WITH_QUERY, redirect_uris=[QUERY])


def kept(landing: Landing) -> Landing:
    """Take the registered query from a response, or fail where it is not there as it was registered."""
    assert landing.location.startswith(f"{QUERY}&")
    return Landing(f"{CALLBACK}?{landing.location.removeprefix(f'{QUERY}&')}")


def test_oidc_core_3_1_2_1_oidcc_redirect_uri_query_ok(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """The registered query stays, and the response is appended to it (RFC 6749 3.1.2)."""
    started = party.start()
    landing = kept(landed(show_password(browser, browser.page(started.location), running.citizen())))
    code = replace(party, redirect_uri=CALLBACK).code_of(started, landing)
    party.validated(party.redeem(started, code), nonce=started.nonce)
    refused: Started = party.start(scope="nothing-known")
    error = kept(landed(browser.open(refused.location)))
    assert replace(party, redirect_uri=CALLBACK).error_of(refused, error) == "invalid_scope"


@pytest.mark.parametrize("wrong", ["?foo=baz", "?foo=bar&more=1", "?foo=bar&foo=bar", "?foo=bar&", "?", ""])
def test_oidc_core_3_1_2_1_oidcc_redirect_uri_query_mismatch_and_added(
    browser: Browser, party: RelyingParty, wrong: str
) -> None:
    page = shown(browser.open(party.start(redirect_uri=f"{CALLBACK}{wrong}").location))
    assert (page.status, page.error_code) == (400, "invalid_redirect_uri")


def test_oidc_core_3_1_2_1_oidcc_ensure_redirect_uri_in_authorization_request(
    running: RunningProvider, browser: Browser
) -> None:
    """Two addresses are registered, and none is sent: a page; each of the two is good by itself."""
    party = suite(running, TWO_ADDRESSES, redirect_uris=[CALLBACK, f"{CALLBACK}/other"])
    page = shown(browser.open(party.start(redirect_uri=None).location))
    assert (page.status, page.error_code) == (400, "invalid_request")
    sign_in(browser, party, running.citizen())
    second = replace(party, redirect_uri=f"{CALLBACK}/other")
    started = second.start(redirect_uri=second.redirect_uri, prompt="none")
    second.complete(started, landed(browser.open(started.location)))


def test_oidc_registration_2_oidcc_registration_policy_uri_and_tos_uri(
    running: RunningProvider, browser: Browser
) -> None:
    """The page that asks for consent has both links; a silent request meets no page and needs none."""
    policy, terms = "https://bo-kiem-dinh.example/policy", "https://bo-kiem-dinh.example/terms"
    party = suite(running, TOLD, policy_uri=policy, tos_uri=terms, sector="other")
    started = party.start()
    page = shown(show_password(browser, browser.page(started.location), running.citizen()))
    assert all(f'href="{each}"' in page.html for each in (policy, terms))
    party.complete(started, landed(browser.submit(page, "allow")))


def test_oidc_registration_2_oidcc_registration_logo_uri(running: RunningProvider, browser: Browser) -> None:
    """The picture is on the page that asks for consent, from our own address.

    How it is fetched and checked: `tests/contract/sql/clients/test_client_logos.py`. A server of https that the world
    can reach is nothing a test has, so the picture is put where a fetch puts it.
    """
    party = suite(running, PICTURED, sector="other")
    name = running.provider.run(_pictured(running))
    citizen = running.citizen()

    def shows_it() -> bool:
        with running.browser() as another:
            page = shown(show_password(another, another.page(party.start().location), citizen))
        return f'src="/logos/{name}"' in page.html

    wait_for("the picture on the page", lambda: shows_it() or None)
    answer = browser.http.get(f"/logos/{name}")
    assert (answer.content, answer.headers["content-type"]) == (png(), "image/png")


async def _pictured(running: RunningProvider) -> str:
    """Keep a picture as the client's logo, and return its name."""
    async with AsyncExitStack() as stack:
        database = await open_database(running.provider.database_url)
        stack.push_async_callback(database.close)
        client = await database.clients.find(PICTURED)
        assert client is not None
        picture = read_picture(png())
        assert await database.ledger.commit(KeepLogo(picture=picture, at=client.updated_at))
        await database.clients.save(replace(client, logo=picture.name), expected_version=client.version)
        return picture.name
