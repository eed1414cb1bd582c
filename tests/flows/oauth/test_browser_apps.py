"""Apps in pages (decision 86): a script at a registered origin signs in, refreshes, asks and revokes; no other does."""

from collections.abc import Callable, Iterator

import httpx2
import pytest

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import CALLBACK, Portal, portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.client_credentials import NoSecret
from tests.support.parties.dpop_key import DpopKey
from tests.support.parties.page_script import BlockedError, PageScript
from tests.support.parties.relying_party import RelyingParty, Tokens, show_password
from tests.support.plain.browser import Browser, landed
from tests.support.waiting import wait_for

APP = CALLBACK.removesuffix("/callback")
NewScript = Callable[[str], PageScript]
pytestmark = pytest.mark.one_form


@pytest.fixture
def new_script() -> Iterator[NewScript]:
    opened: list[PageScript] = []

    def made(origin: str) -> PageScript:
        opened.append(PageScript(origin))
        return opened[-1]

    yield made
    for one in opened:
        one.close()


@pytest.fixture
def script(new_script: NewScript) -> PageScript:
    return new_script(APP)


@pytest.fixture
def app(running: RunningProvider, script: PageScript) -> RelyingParty:
    """The public client `ung-dung`, whose calls are those of a script at its origin."""
    return replace(running.party(ClientId("ung-dung")), http=script.client())


def signed_in(running: RunningProvider, browser: Browser, app: RelyingParty, *, pushed: bool = False) -> Tokens:
    started = app.push() if pushed else app.start()
    page = browser.page(started.location)
    return app.complete(started, landed(show_password(browser, page, running.citizen())))


def test_a_script_signs_in_refreshes_asks_and_revokes(
    running: RunningProvider, browser: Browser, app: RelyingParty, script: PageScript
) -> None:
    tokens = signed_in(running, browser, app)
    renewed = app.validated(app.refresh(tokens.refresh_token or ""), nonce=None)
    # RFC 9700 4.14.2: what a script keeps is good for one use.
    assert renewed.refresh_token not in {None, tokens.refresh_token}
    assert app.identity(renewed.access_token)["sub"] == tokens.claims["sub"]
    assert app.revoke(renewed.refresh_token or "").status_code == 200
    assert app.refresh(renewed.refresh_token or "").json()["error"] == "invalid_grant"
    # Forms are sent at once; only what shows a token in a header is asked for before.
    assert set(script.preflights) == {"GET /userinfo"}


def test_rfc9449_an_app_pushes_proves_its_key_and_reads_the_nonce(
    running: RunningProvider, browser: Browser, app: RelyingParty, script: PageScript
) -> None:
    proving = app.proving(DpopKey())
    tokens = signed_in(running, browser, proving, pushed=True)
    assert set(script.preflights) == {"POST /par", "POST /token", "GET /userinfo"}
    answer = proving.refresh(tokens.refresh_token or "")
    assert answer.headers["dpop-nonce"]
    # RFC 9449 5: what is stolen from the page is of no use without the key, which never leaves the browser.
    taken = str(answer.json()["refresh_token"])
    for thief in (app, app.proving(DpopKey())):
        assert thief.refresh(taken).json()["error"] in {"invalid_grant", "invalid_dpop_proof"}
    assert proving.refresh(taken).status_code == 200


def test_rfc6750_3_a_script_reads_why_it_is_refused(app: RelyingParty) -> None:
    refused = app.token(grant_type="authorization_code", code="none", redirect_uri=CALLBACK, code_verifier="x" * 43)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    answer = app.userinfo("none")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    too_large = app.http.post(f"{app.base}/token", data={"code": "x" * 70_000})
    assert (too_large.status_code, too_large.json()["error"]) == (413, "invalid_request")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{APP}0", "https://127.0.0.1:9"])
def test_se_9_a_script_of_another_origin_reads_the_metadata_and_nothing_else(
    running: RunningProvider, browser: Browser, app: RelyingParty, new_script: NewScript, origin: str
) -> None:
    tokens, stranger = signed_in(running, browser, app), new_script(origin)
    foreign = replace(app, http=stranger.client())
    calls: tuple[Callable[[], httpx2.Response], ...] = (
        lambda: foreign.refresh(tokens.refresh_token or ""),
        lambda: foreign.userinfo(tokens.access_token),
        lambda: foreign.revoke("none"),
        lambda: foreign.post("/par", client_id="none"),
    )
    for call in calls:
        with pytest.raises(BlockedError):
            call()
    assert foreign.http.get(f"{app.base}/.well-known/openid-configuration").json()["issuer"] == app.issuer
    assert foreign.jwks()["keys"]
    with pytest.raises(BlockedError):
        foreign.http.get(f"{app.base}/authorize")


def test_an_app_that_is_disabled_loses_its_origin(running: RunningProvider, new_script: NewScript) -> None:
    origin = "http://127.0.0.1:10"
    made = portal(ClientId("ung-dung-tat"), running.listener, redirect_uris=[f"{origin}/callback"])
    entry = {name: value for name, value in made.entry.items() if name != "client_secret"}
    running.apply(Portal({**entry, "token_endpoint_auth_method": "none"}, NoSecret()))
    asking, address = new_script(origin).client(), f"{running.provider.base()}/token"
    assert asking.post(address, data={"client_id": "none"}).status_code == 400
    running.provider.disable_client(ClientId("ung-dung-tat"))

    def blocked() -> bool | None:
        try:
            asking.post(address, data={"client_id": "none"})
        except BlockedError:
            return True
        return None

    wait_for("the origin of a disabled client to be refused", blocked)
