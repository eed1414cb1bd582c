"""Silent sign-in, step-up, the choice to share a name, and refreshing."""

import re
from pathlib import Path

import pytest

from portals.relying_party.config import BANK, FEEDBACK, HANOI, JUSTICE, NATIONAL, Portal
from portals.serving import CHATTY_LIBRARIES
from tests.unit.portals.plain_provider import (
    browser_at,
    error_code,
    setting,
    text_at,
)


@pytest.mark.parametrize("portal", [JUSTICE, HANOI], ids=lambda portal: portal.client_id)
async def test_a_first_visit_arrives_signed_in_without_a_page(portal: Portal, tmp_path: Path) -> None:
    async with browser_at(portal, tmp_path) as browser:
        first = await browser.open("/")
        assert (first.status_code, first.headers["location"]) == (303, "/login?prompt=none")
        await browser.sign_in(first.headers["location"])
        assert browser.provider.requests[0]["prompt"] == "none"
        assert text_at(await browser.open("/"), "signed-in") == "Nguyễn Văn Bình"


@pytest.mark.parametrize("code", ["login_required", "consent_required", "interaction_required"])
async def test_oidc_core_3_1_2_6_a_silent_try_without_session_ends_quietly(code: str, tmp_path: Path) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        back = await browser.sign_in("/login?prompt=none", error=code)
        assert (back.status_code, back.headers["location"]) == (303, "/")
        home = await browser.open("/")
        assert home.status_code == 200
        assert 'id="login"' in home.text


async def test_a_visit_before_the_sign_in_elsewhere_does_not_spend_the_silent_try(tmp_path: Path) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        await browser.sign_in("/login?prompt=none", error="login_required")
        assert 'id="login"' in (await browser.open("/")).text
        again = await browser.open("/")
        assert again.headers["location"] == "/login?prompt=none"
        await browser.sign_in(again.headers["location"])
        assert text_at(await browser.open("/"), "signed-in") == "Nguyễn Văn Bình"


async def test_oidc_core_3_1_2_6_an_ordinary_sign_in_shows_the_same_answer_as_an_error(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        assert await error_code(browser, await browser.sign_in(error="login_required")) == "login_required"


async def test_a_silent_try_at_a_provider_that_is_down_ends_quietly(tmp_path: Path) -> None:
    async with browser_at(HANOI, tmp_path) as browser:
        browser.provider.down = True
        assert (await browser.open("/login?prompt=none")).headers["location"] == "/"
        assert (await browser.open("/")).status_code == 200


async def test_who_is_signed_in_is_not_sent_away_by_a_silent_try(tmp_path: Path) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        await browser.sign_in()
        assert (await browser.open("/login?prompt=none")).headers["location"] == "/"


async def test_step_up_asks_for_the_level_and_shows_what_came(tmp_path: Path) -> None:
    async with browser_at(BANK, tmp_path) as browser:
        await browser.sign_in()
        browser.provider.acr = "loa3"
        await browser.sign_in("/step-up")
        home = await browser.open("/")
        assert browser.provider.requests[1]["acr_values"] == "loa3"
        assert text_at(home, "acr") == "loa3"
        assert 'class="notice"' not in home.text


async def test_oidc_core_3_1_2_1_a_level_that_was_not_reached_is_noticed(tmp_path: Path) -> None:
    async with browser_at(BANK, tmp_path) as browser:
        await browser.sign_in("/step-up")
        assert 'class="notice"' in (await browser.open("/")).text


@pytest.mark.parametrize("portal", [JUSTICE, HANOI, FEEDBACK], ids=lambda portal: portal.client_id)
async def test_other_portals_offer_no_step_up(portal: Portal, tmp_path: Path) -> None:
    async with browser_at(portal, tmp_path) as browser:
        await browser.sign_in()
        assert 'id="step-up"' not in (await browser.open("/")).text
        assert (await browser.open("/step-up")).status_code == 404


async def test_the_feedback_portal_shows_a_name_only_by_choice(tmp_path: Path) -> None:
    async with browser_at(FEEDBACK, tmp_path) as browser:
        await browser.sign_in()
        # The plain provider sends the name although only `openid` was asked for.
        home = await browser.open("/")
        assert re.fullmatch(r"Người gửi [0-9A-Z]{4}-[0-9A-Z]{4}", text_at(home, "signed-in"))
        assert "Bình" not in home.text
        await browser.sign_in("/share-name")
        asked = browser.provider.requests[1]
        assert (asked["scope"], asked["prompt"]) == ("openid profile", "consent")
        assert text_at(await browser.open("/"), "signed-in") == "Nguyễn Văn Bình"


async def test_another_site_cannot_ask_for_the_name(tmp_path: Path) -> None:
    async with browser_at(FEEDBACK, tmp_path) as browser:
        answer = await browser.open("/share-name", sec_fetch_site="same-site")
        assert answer.headers["location"] == "/"


async def test_rfc9700_4_14_2_refresh_uses_each_token_once(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        before = text_at(await browser.open("/"), "expires")
        await browser.open("/refresh")
        await browser.open("/refresh")
        used = [form.get("refresh_token") for _, form in browser.provider.token_requests]
        assert used == [None, "refresh-1", "refresh-2"]
        assert text_at(await browser.open("/"), "expires") != before


async def test_oidc_core_12_2_a_refresh_for_another_person_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        browser.provider.subject = "somebody-else"
        assert text_at(await browser.open("/refresh"), "error-code") == "token_refused"


async def test_a_refresh_token_that_the_provider_ended_ends_the_session(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        browser.provider.token_error = "invalid_grant"
        assert await error_code(browser, await browser.open("/refresh")) == "invalid_grant"


async def test_a_provider_that_is_busy_ends_no_session(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        browser.provider.token_error = "temporarily_unavailable"
        assert text_at(await browser.open("/refresh"), "error-code") == "temporarily_unavailable"
        assert 'id="signed-in"' in (await browser.open("/")).text


async def test_without_a_refresh_token_nothing_is_offered(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.with_refresh_token = False
        await browser.sign_in()
        assert 'id="refresh"' not in (await browser.open("/")).text
        assert (await browser.open("/refresh")).headers["location"] == "/"


async def test_logs_name_no_person_and_no_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    for library in CHATTY_LIBRARIES:
        caplog.set_level("WARNING", logger=library)
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        await browser.open("/refresh")
        browser.provider.spoil_id_token = setting(nonce="wrong")
        await browser.sign_in()
        own = "\n".join(record.getMessage() for record in caplog.records if record.name == "portal")
        assert own == "sign-in failed: token_refused nonce is not the one sent"
        for secret in ("access-", "refresh-", "code-", "Nguyễn", "pairwise-subject", str(NATIONAL.client_secret)):
            assert secret not in caplog.text
