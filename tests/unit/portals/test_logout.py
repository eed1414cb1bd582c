"""Leaving a portal, when the person asks for it and at the provider's notice."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from portals.relying_party.config import ISSUER, JUSTICE, NATIONAL
from tests.unit.portals.plain_provider import Browser, browser_at, query_of


async def signed_in(browser: Browser) -> bool:
    return 'id="signed-in"' in (await browser.open("/")).text


async def test_rp_initiated_logout_2_leaves_here_then_at_the_provider(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        there = await browser.open("/logout")
        asked = query_of(there.headers["location"])
        assert there.headers["location"].startswith(f"{ISSUER}/logout?")
        assert asked["post_logout_redirect_uri"] == [NATIONAL.post_logout_redirect_uri]
        assert asked["client_id"] == [NATIONAL.client_id]
        assert asked["id_token_hint"][0].count(".") == 2
        assert not await signed_in(browser)


async def test_rp_initiated_logout_3_our_state_proves_that_the_provider_took_part(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        state = query_of((await browser.open("/logout")).headers["location"])["state"][0]
        assert "khỏi tài khoản quốc gia" in (await browser.open(f"/signed-out?state={state}")).text


@pytest.mark.parametrize("query", ["", "?state=invented", "?state=số"])
async def test_rp_initiated_logout_3_another_state_proves_nothing(query: str, tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        await browser.open("/logout")
        page = await browser.open(f"/signed-out{query}")
        assert 'id="signed-out"' in page.text
        assert "khỏi tài khoản quốc gia" not in page.text


async def test_logout_here_works_while_the_provider_is_down(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.spoil_discovery = lambda document: document.pop("end_session_endpoint")
        await browser.sign_in()
        assert (await browser.open("/logout")).headers["location"] == "/signed-out"
        assert not await signed_in(browser)


async def test_another_site_cannot_sign_a_person_out(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        await browser.open("/logout", sec_fetch_site="cross-site")
        assert await signed_in(browser)


async def test_logout_without_a_session_says_so(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        assert (await browser.open("/logout")).headers["location"] == "/signed-out"
        page = (await browser.open("/signed-out")).text
        assert 'id="signed-out"' in page
        assert "khỏi tài khoản quốc gia" not in page


async def test_who_is_signed_in_is_not_told_otherwise(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        assert (await browser.open("/signed-out")).headers["location"] == "/"


async def test_backchannel_2_7_a_notice_ends_the_session_of_an_open_page(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        answer = await browser.post_notice(browser.provider.logout_notice())
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["cache-control"] == "no-store"
        assert not await signed_in(browser)


async def test_a_portal_that_signs_in_silently_asks_the_provider_again_after_a_notice(tmp_path: Path) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        await browser.sign_in()
        await browser.post_notice(browser.provider.logout_notice())
        first = await browser.open("/")
        assert (first.status_code, first.headers["location"]) == (303, "/login?prompt=none")
        await browser.sign_in(first.headers["location"], error="login_required")
        assert 'id="login"' in (await browser.open("/")).text


async def test_who_leaves_is_not_silently_brought_back_until_the_provider_is_known_to_have_ended(
    tmp_path: Path,
) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        await browser.sign_in()
        there = await browser.open("/logout")
        for _ in range(2):
            assert 'id="login"' in (await browser.open("/")).text
        (state,) = parse_qs(urlsplit(there.headers["location"]).query)["state"]
        await browser.open(f"/signed-out?state={state}")
        assert (await browser.open("/")).headers["location"] == "/login?prompt=none"


async def test_backchannel_2_7_a_notice_for_another_session_ends_nothing(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        answer = await browser.post_notice(browser.provider.logout_notice(sid="session-two"))
        assert answer.status_code == 200
        assert await signed_in(browser)


async def test_backchannel_2_7_a_notice_without_sid_ends_all_sessions_of_the_person(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        await browser.post_notice(browser.provider.logout_notice(sid=""))
        assert not await signed_in(browser)


async def test_a_notice_that_overtakes_its_own_sign_in_wins(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        there = await browser.open("/login")
        callback = browser.provider.authorize(there.headers["location"])
        await browser.post_notice(browser.provider.logout_notice())
        assert 'id="error-code">session_ended<' in (await browser.open(callback)).text
        assert not await signed_in(browser)


async def test_backchannel_2_8_a_used_notice_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        notice = browser.provider.logout_notice()
        assert (await browser.post_notice(notice)).status_code == 200
        answer = await browser.post_notice(notice)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
        assert answer.headers["cache-control"] == "no-store"


async def test_backchannel_2_8_a_notice_for_another_portal_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        answer = await browser.post_notice(browser.provider.logout_notice(aud=JUSTICE.client_id))
        assert answer.status_code == 400
        assert await signed_in(browser)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", "application/x-www-form-urlencoded"),
        ("{good}", "application/json"),
        ("{good}&logout_token=second", "application/x-www-form-urlencoded"),
        ("{good}&padding=" + "x" * 20_000, "application/x-www-form-urlencoded"),
        ("{good}" + "&a=b" * 20, "application/x-www-form-urlencoded"),
    ],
    ids=["empty", "json", "twice", "oversized", "many fields"],
)
async def test_backchannel_2_5_what_is_no_notice_is_refused(body: str, kind: str, tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        token = body.replace("{good}", browser.provider.logout_notice())
        assert (await browser.post_notice(token, of=kind)).status_code == 400
        assert await signed_in(browser)


async def test_backchannel_2_5_a_notice_is_posted(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        assert (await browser.open("/backchannel-logout")).status_code == 405
