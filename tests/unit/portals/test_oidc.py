"""The portal as a client: what it asks, how it proves itself, and which answers it refuses."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from portals.relying_party.config import BANK, FEEDBACK, HANOI, ISSUER, JUSTICE, NATIONAL, PORTALS, Portal
from tests.unit.portals.plain_provider import (
    Spoil,
    basic_credentials,
    browser_at,
    error_code,
    query_of,
    setting,
    text_at,
)
from tests.unit.portals.signing import NOW, OTHER_KEY


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.client_id)
async def test_every_portal_signs_in_and_shows_validated_claims(portal: Portal, tmp_path: Path) -> None:
    async with browser_at(portal, tmp_path) as browser:
        back = await browser.sign_in()
        home = await browser.open(back.headers["location"])
        claims = json.loads(text_at(home, "claims"))
        assert claims["id_token"]["sub"] == claims["userinfo"]["sub"] == "pairwise-subject"
        expected = "Người gửi" if portal is FEEDBACK else "Nguyễn Văn Bình"
        assert text_at(home, "signed-in").startswith(expected)
        assert 'id="logout"' in home.text


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.client_id)
async def test_every_request_has_pkce_state_nonce_and_the_registered_scope(portal: Portal, tmp_path: Path) -> None:
    async with browser_at(portal, tmp_path) as browser:
        await browser.sign_in()
        asked = browser.provider.requests[0]
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["code_challenge"]) == 43
        assert len(asked["nonce"]) >= 20
        assert len(asked["state"]) >= 20
        assert (asked["scope"], asked["redirect_uri"]) == (portal.scope, portal.redirect_uri)


async def test_the_national_portal_authenticates_by_basic(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        header, form = browser.provider.token_requests[0]
        assert basic_credentials(header) == f"{NATIONAL.client_id}:{NATIONAL.client_secret}"
        assert "client_secret" not in form


async def test_the_ministry_authenticates_by_post(tmp_path: Path) -> None:
    async with browser_at(JUSTICE, tmp_path) as browser:
        await browser.sign_in()
        header, form = browser.provider.token_requests[0]
        assert header == ""
        assert (form["client_id"], form["client_secret"]) == (JUSTICE.client_id, JUSTICE.client_secret)


@pytest.mark.parametrize("portal", [HANOI, BANK], ids=lambda portal: portal.client_id)
async def test_city_and_bank_authenticate_by_a_signed_assertion(portal: Portal, tmp_path: Path) -> None:
    async with browser_at(portal, tmp_path) as browser:
        await browser.sign_in()
        header, form = browser.provider.token_requests[0]
        assert header == ""
        assert "client_secret" not in form
        assert form["client_assertion"].count(".") == 2
        assert (await browser.open("/jwks.json")).json()["keys"][0]["alg"] == "ES256"


async def test_the_feedback_portal_is_a_public_client(tmp_path: Path) -> None:
    async with browser_at(FEEDBACK, tmp_path) as browser:
        await browser.sign_in()
        header, form = browser.provider.token_requests[0]
        assert (header, form["client_id"]) == ("", FEEDBACK.client_id)
        assert not {"client_secret", "client_assertion"} & form.keys()
        assert (await browser.open("/jwks.json")).status_code == 404


async def test_no_page_and_no_cookie_holds_a_token(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        back = await browser.sign_in()
        home = await browser.open("/")
        shown = home.text + str(dict(back.headers)) + str(dict(home.headers))
        assert not re.search(r"access-1|refresh-1|eyJ", shown)


async def test_the_session_cookie_is_closed_and_new_after_sign_in(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        before = (await browser.open("/login")).cookies["portal_8101"]
        back = await browser.sign_in()
        assert back.cookies["portal_8101"] != before
        attributes = back.headers["set-cookie"].lower()
        assert "httponly" in attributes
        assert "samesite=lax" in attributes
        assert "max-age" not in attributes


def test_the_cookie_of_each_portal_has_its_own_name() -> None:
    assert len({portal.cookie_name for portal in PORTALS}) == len(PORTALS)


@pytest.mark.parametrize("iss", ["https://elsewhere.example", f"{ISSUER}/", ""])
async def test_rfc9207_2_4_an_answer_of_another_issuer_is_refused(iss: str, tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        assert await error_code(browser, await browser.sign_in(code="code-1", iss=iss)) == "issuer_mismatch"
        assert browser.provider.token_requests == []


async def test_rfc9700_4_7_1_an_answer_with_a_foreign_state_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        answer = await browser.sign_in(code="code-1", state="invented")
        assert await error_code(browser, answer) == "mismatching_state"


async def test_rfc9700_4_7_1_an_answer_works_once(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        there = await browser.open("/login")
        callback = browser.provider.authorize(there.headers["location"])
        await browser.open(callback)
        again = await browser.open(callback)
        assert (again.status_code, again.headers["location"]) == (303, "/")
        assert len(browser.provider.token_requests) == 1


async def test_an_answer_in_another_browser_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        there = await browser.open("/login")
        callback = browser.provider.authorize(there.headers["location"])
        browser.client.cookies.clear()
        assert await error_code(browser, await browser.open(callback)) == "mismatching_state"


async def test_rfc6749_3_1_a_parameter_that_comes_twice_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        there = await browser.open("/login")
        callback = browser.provider.authorize(there.headers["location"])
        assert await error_code(browser, await browser.open(f"{callback}&code=second")) == "invalid_response"


async def test_an_answer_without_a_code_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        assert await error_code(browser, await browser.sign_in(session_state="x")) == "invalid_response"


async def test_an_answer_that_took_too_long_is_refused_although_the_browser_was_in_use(tmp_path: Path) -> None:
    clock = [NOW]
    async with browser_at(NATIONAL, tmp_path, lambda: clock[0]) as browser:
        there = await browser.open("/login")
        for _ in range(2):
            clock[0] += NATIONAL.session_idle / 2
            await browser.open("/")
        callback = browser.provider.authorize(there.headers["location"])
        assert await error_code(browser, await browser.open(callback)) == "mismatching_state"


async def test_two_tabs_can_sign_in_at_once(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        first = (await browser.open("/login")).headers["location"]
        second = (await browser.open("/login")).headers["location"]
        callbacks = [browser.provider.authorize(url) for url in (first, second)]
        for callback in reversed(callbacks):
            assert (await browser.open(callback)).status_code == 303
        assert 'id="signed-in"' in (await browser.open("/")).text


@pytest.mark.parametrize(
    "spoil",
    [
        setting(iss="https://elsewhere.example"),
        setting(aud="bo-tu-phap"),
        setting(nonce="of-another-request"),
        setting(exp=0),
        setting(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    ],
    ids=["iss", "aud", "nonce", "exp", "at_hash"],
)
async def test_oidc_core_3_1_3_7_a_bad_id_token_signs_nobody_in(spoil: Spoil, tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.spoil_id_token = spoil
        assert await error_code(browser, await browser.sign_in()) == "token_refused"


async def test_oidc_core_5_3_2_userinfo_about_another_person_signs_nobody_in(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.spoil_userinfo = setting(sub="somebody-else")
        assert await error_code(browser, await browser.sign_in()) == "token_refused"


@pytest.mark.parametrize("spoil", [setting(id_token=None), setting(access_token=""), setting(expires_in="soon")])
async def test_rfc6749_5_1_a_garbled_token_answer_signs_nobody_in(spoil: Spoil, tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.spoil_tokens = spoil
        assert await error_code(browser, await browser.sign_in()) == "provider_answer_garbled"


async def test_discovery_4_3_another_issuer_in_discovery_is_refused(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.spoil_discovery = setting(issuer="https://elsewhere.example")
        assert await error_code(browser, await browser.open("/login")) == "issuer_mismatch"


async def test_a_key_rotation_between_two_sign_ins_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portals.relying_party.provider_keys.REFETCH_PAUSE", timedelta(0))
    async with browser_at(NATIONAL, tmp_path) as browser:
        await browser.sign_in()
        browser.provider.signing_key = OTHER_KEY
        assert (await browser.sign_in()).status_code == 303


async def test_an_error_of_the_provider_is_shown_by_its_code(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        answer = await browser.sign_in(error="access_denied", error_description="<b>private</b>")
        assert "private" not in answer.text
        assert await error_code(browser, answer) == "access_denied"


async def test_what_is_no_error_code_is_not_repeated(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        answer = await browser.sign_in(error='"><script>alert(1)</script>\nforged log line')
        assert "alert(" not in answer.text + caplog.text
        assert "forged" not in answer.text + caplog.text
        assert await error_code(browser, answer) == "invalid_response"


async def test_a_refused_code_is_shown(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.token_error = "invalid_grant"
        assert await error_code(browser, await browser.sign_in()) == "invalid_grant"


async def test_an_unreachable_provider_is_said_so(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.down = True
        assert await error_code(browser, await browser.open("/login")) == "provider_unreachable"


async def test_login_passes_on_what_demonstrations_need(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        commands = "prompt=login&acr_values=loa3&ui_locales=en&login_hint=x&max_age=60"
        there = await browser.open(f"/login?{commands}&redirect_uri=https://elsewhere.example&scope=all")
        asked = query_of(there.headers["location"])
        assert {name: asked[name] for name in ("prompt", "acr_values", "ui_locales", "login_hint", "max_age")} == {
            "prompt": ["login"],
            "acr_values": ["loa3"],
            "ui_locales": ["en"],
            "login_hint": ["x"],
            "max_age": ["60"],
        }
        assert asked["redirect_uri"] == [NATIONAL.redirect_uri]
        assert asked["scope"] == [NATIONAL.scope]


async def test_oidc_core_3_1_3_7_13_max_age_is_checked_in_the_answer(tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        browser.provider.spoil_id_token = setting(auth_time=0)
        assert await error_code(browser, await browser.sign_in("/login?max_age=60")) == "token_refused"


@pytest.mark.parametrize("value", ["-1", "1e3", "soon", "9999999999", "٣"])
async def test_a_max_age_that_is_no_number_is_refused(value: str, tmp_path: Path) -> None:
    async with browser_at(NATIONAL, tmp_path) as browser:
        assert await error_code(browser, await browser.open(f"/login?max_age={value}")) == "invalid_request"
