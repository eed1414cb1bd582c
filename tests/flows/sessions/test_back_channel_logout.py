"""Back-channel logout: who hears of it, what they hear, and what is kept of it (Back-Channel Logout 2.5)."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from clients.model import ClientId
from idp.admin.clients.failures import gathered
from idp.kernel.ids import SessionId
from tests.contract.sql.direct import run
from tests.flows.notices import wait_notices
from tests.flows.running_provider import RunningProvider
from tests.flows.sessions.front_channel_portals import watching
from tests.flows.stored import open_store
from tests.support.parties.relying_party import Tokens, sign_in, sign_on
from tests.support.plain.browser import Browser, shown
from tests.support.running.listener import Reply
from tests.support.waiting import wait_for


def logged_out(browser: Browser, tokens: Tokens) -> str:
    """Log out, and return the session's id, which the last page's address carries."""
    page = shown(browser.open(f"/logout?id_token_hint={tokens.id_token}"))
    (session_id,) = parse_qs(urlsplit(page.address).query)["s"]
    return session_id


def outcomes(running: RunningProvider, session_id: SessionId) -> dict[str, tuple[bool, str]]:
    """Return (delivered, result) of each portal's notice, by client."""

    async def ask() -> Sequence[tuple[str, bool, str]]:
        async with open_store(running.provider.database_url) as database:
            return await database.outbox.outcomes("logout_notice", f"{session_id}:")

    rows = running.provider.run(ask())
    return {key.removeprefix(f"{session_id}:"): (delivered, result) for key, delivered, result in rows}


def wait_outcome(running: RunningProvider, session_id: SessionId, wanted: dict[str, tuple[bool, str]]) -> None:
    """Wait until the outbox says this of a session's portals, and of no others."""
    wait_for(f"the outbox says {wanted}", lambda: outcomes(running, session_id) == wanted)


def test_backchannel_logout_2_5_every_portal_of_the_session_hears_of_the_logout_and_nobody_else(
    running: RunningProvider, browser: Browser
) -> None:
    """Back-Channel Logout 2.5: `sub` and `sid` are those of each client's own ID token."""
    parties = [running.party(ClientId(name)) for name in ("quoc-gia", "quoc-gia-hai", "so-tu-phap")]
    tokens = [sign_in(browser, parties[0], running.citizen()), *(sign_on(browser, party) for party in parties[1:])]
    session_id = SessionId(logged_out(browser, tokens[0]))
    for party, its in zip(parties, tokens, strict=True):
        (notice,) = wait_notices(running, party, its)
        assert (notice["sub"], notice["sid"]) == (its.claims["sub"], its.claims["sid"])
    wait_outcome(running, session_id, {party.client_id: (True, "200") for party in parties})


def test_a_portal_that_fails_is_told_again_and_its_outcome_is_recorded(
    running: RunningProvider, browser: Browser
) -> None:
    party, healthy = running.party(ClientId("ghi-nho")), running.party(ClientId("so-tu-phap"))
    tokens = sign_in(browser, party, running.citizen())
    its = sign_on(browser, healthy)
    running.listener.answer("/logout/ghi-nho", Reply(status=500), Reply())
    session_id = SessionId(logged_out(browser, tokens))
    # One that fails keeps no other waiting.
    wait_notices(running, healthy, its)
    first, second = wait_notices(running, party, tokens, count=2)
    assert first["jti"] != second["jti"]
    wait_outcome(running, session_id, {"ghi-nho": (True, "200"), "so-tu-phap": (True, "200")})


def test_an_outcome_that_is_not_good_is_recorded_with_its_status(running: RunningProvider, browser: Browser) -> None:
    party = running.party(ClientId("quoc-gia-hai"))
    tokens = sign_in(browser, party, running.citizen())
    running.listener.answer("/logout/quoc-gia-hai", Reply(status=503))
    try:
        session_id = SessionId(logged_out(browser, tokens))
        wait_notices(running, party, tokens)
        page = browser.page(f"/signed-out?s={session_id}")
        assert "Cổng quoc-gia-hai" in page.texts["portals"]
        wait_outcome(running, session_id, {"quoc-gia-hai": (False, "503")})
    finally:
        running.listener.answer("/logout/quoc-gia-hai", Reply())
    wait_outcome(running, session_id, {"quoc-gia-hai": (True, "200")})


def test_a_logout_ends_online_grants_of_every_client_on_every_process(cluster: RunningProvider) -> None:
    with Browser(cluster.provider.base()) as browser:
        first, second = cluster.party(), cluster.party(ClientId("so-tu-phap"))
        tokens = sign_in(browser, first, cluster.citizen())
        online = sign_on(browser, second)
        offline = sign_on(browser, second, scope="openid offline_access")
        logged_out(browser, tokens)
    there = second.at(cluster.provider.base(1))
    assert there.introspect(online.access_token) == {"active": False}
    assert there.userinfo(online.access_token).status_code == 401
    refused = there.refresh(online.refresh_token or "")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    there.validated(there.refresh(offline.refresh_token or ""), nonce=None)


def test_a_portal_that_is_never_reached_is_given_up_where_its_person_and_its_administrators_see_it(
    running: RunningProvider, browser: Browser
) -> None:
    """Each portal of the session gets one logout token, or a final failure that is recorded."""
    party, citizen = watching(running, "khong-den"), running.citizen()
    running.listener.answer("/logout/khong-den", Reply(status=503))
    tokens = sign_in(browser, party, citizen)
    session_id = SessionId(logged_out(browser, tokens))
    wait_outcome(running, session_id, {"khong-den": (False, "503")})
    # An hour later.
    over = f"UPDATE outbox SET gives_up_at = 1, due_at = 0 WHERE key = '{session_id}:khong-den'"
    running.provider.run(run(running.provider.database_url, over))
    wait_outcome(running, session_id, {"khong-den": (False, "expired")})
    with running.browser() as later:
        sign_in(later, running.party(), citizen)

        def told() -> bool:
            return "Chưa báo được cổng đăng xuất bạn" in later.page("/account/activity").texts["activity"]

        wait_for("the person reads of it", told)

    async def failures() -> set[tuple[str, str]]:
        async with open_store(running.provider.database_url) as database:
            found = gathered(await database.client_outcomes.outcomes(party.client_id, 10)).failures
            return {(one.place.value, one.code) for one in found}

    # What the client's doctor reads.
    assert running.provider.run(failures()) == {("logout_notice", "expired")}
