"""The device grant (RFC 8628) over a running provider: a kiosk asks, a person decides at a device of their own."""

import asyncio
from urllib.parse import urlsplit

import httpx2
import pytest

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import open_sign_in
from tests.support.page import Page
from tests.support.parties.device import DEVICE_CODE, Device, ShownCodes
from tests.support.parties.relying_party import sign_in
from tests.support.patience import patient
from tests.support.plain.browser import Browser, Landing, shown
from tests.support.running.provider import Citizen

# What a page or a refusal says depends neither on the store nor on a second process; the races below do.
pytestmark = pytest.mark.one_form

KIOSK, APP, BANK, LEVEL = (ClientId(name) for name in ("ki-ot", "ki-ot-app", "ki-ot-bank", "ki-ot-muc-ba"))
ALL_AT_ONCE = 20


def device_of(running: RunningProvider, client_id: ClientId = KIOSK) -> Device:
    return Device(running.party(client_id))


def signed_in(running: RunningProvider, browser: Browser) -> Citizen:
    citizen = running.citizen()
    open_sign_in(browser, citizen)
    return citizen


def entered(browser: Browser, codes: ShownCodes) -> Page:
    """Type a device's code, as far as the page that asks."""
    return shown(browser.submit(browser.page("/device"), "continue", user_code=codes.user_code))


def decided(browser: Browser, codes: ShownCodes, button: str = "allow") -> Page:
    page = entered(browser, codes)
    assert page.shows("device-code"), page.texts
    return shown(browser.submit(page, button))


@pytest.mark.both_forms
def test_a_person_lets_a_kiosk_in_and_it_gets_tokens_once(running: RunningProvider, browser: Browser) -> None:
    device = device_of(running)
    codes = device.begin()
    assert device.error(codes) == "authorization_pending"
    signed_in(running, browser)
    done = decided(browser, codes)
    assert urlsplit(done.address).path == "/device/done/allowed"
    tokens = device.finish(codes)
    assert tokens.claims["aud"] == KIOSK
    assert device.error(codes) == "invalid_grant"
    # What it has goes on like any other grant: the second poll ended nothing.
    assert device.party.introspect(tokens.access_token)["active"] is True
    device.party.validated(device.party.refresh(tokens.refresh_token or ""), nonce=None)


def test_the_same_person_has_the_same_subject_as_in_a_browser(running: RunningProvider, browser: Browser) -> None:
    device = device_of(running)
    in_browser = sign_in(browser, device.party, running.citizen())
    codes = device.begin()
    decided(browser, codes)
    assert device.finish(codes).claims["sub"] == in_browser.claims["sub"]


def test_an_app_that_proves_nothing_may_ask_and_the_page_says_so(running: RunningProvider, browser: Browser) -> None:
    app, kiosk = device_of(running, APP), device_of(running)
    signed_in(running, browser)
    codes = app.begin()
    page = entered(browser, codes)
    assert page.shows("unproven")
    shown(browser.submit(page, "allow"))
    assert app.finish(codes).claims["aud"] == APP
    assert not entered(browser, kiosk.begin()).shows("unproven")


def test_the_page_says_who_asks_what_it_learns_when_and_from_where(running: RunningProvider, browser: Browser) -> None:
    signed_in(running, browser)
    codes = device_of(running).begin()
    page = entered(browser, codes)
    assert page.texts["device-code"] == codes.user_code
    assert "Cổng ki-ot" in page.html
    assert "Tỉnh H55" in page.texts["agency"]
    assert "Họ và tên" in page.texts["claims"]
    assert "một thiết bị khác" in page.texts["asked-from"]
    assert "lừa đảo" in page.texts["warning"]


def test_rfc8628_5_4_the_complete_address_decides_nothing_and_shows_the_code_to_compare(
    running: RunningProvider, browser: Browser
) -> None:
    """A victim with a live session who follows a link has decided nothing, however often it is opened (DF-1)."""
    device = device_of(running)
    signed_in(running, browser)
    codes = device.begin()
    for _ in range(2):
        page = browser.page(codes.complete)
        assert page.values["user_code"] == codes.user_code
    assert device.error(codes) == "authorization_pending"
    confirm = shown(browser.submit(page, "continue"))
    assert confirm.texts["device-code"] == codes.user_code
    assert confirm.shows("warning")
    # Slowed or not, the device still waits: only the button of this page decides.
    assert device.error(codes) in {"authorization_pending", "slow_down"}
    shown(browser.submit(confirm, "allow"))
    device.finish(codes)


def test_who_is_not_signed_in_signs_in_first_and_comes_back_with_the_code(
    running: RunningProvider, browser: Browser
) -> None:
    device = device_of(running)
    codes = device.begin()
    sign_in_page = browser.page(codes.complete)
    assert urlsplit(sign_in_page.address).path == "/sign-in"
    citizen = running.citizen()
    back = shown(browser.submit(sign_in_page, "sign-in", identifier=citizen.number, password=citizen.password))
    assert back.values["user_code"] == codes.user_code
    shown(browser.submit(shown(browser.submit(back, "continue")), "allow"))
    device.finish(codes)


def test_without_a_session_nobody_learns_whether_a_code_is_good(running: RunningProvider, browser: Browser) -> None:
    good, bad = device_of(running).begin().complete, "/device/BBBB-BBBB"
    pages = [browser.page(address) for address in (good, bad)]
    assert [(page.status, urlsplit(page.address).path) for page in pages] == [(200, "/sign-in")] * 2


def test_who_says_no_ends_it_for_everybody(running: RunningProvider, browser: Browser) -> None:
    device = device_of(running)
    codes = device.begin()
    signed_in(running, browser)
    done = decided(browser, codes, "deny")
    assert urlsplit(done.address).path == "/device/done/denied"
    assert device.error(codes) == "access_denied"
    again = entered(browser, codes)
    assert (again.status, again.shows("alert")) == (422, True)


@pytest.mark.both_forms
def test_rfc8628_3_3_a_code_is_good_for_one_decision_by_one_person(running: RunningProvider, browser: Browser) -> None:
    """Two people have its page open: the second decides nothing, whichever button it is."""
    device = device_of(running)
    first = signed_in(running, browser)
    codes = device.begin()
    page = entered(browser, codes)
    with running.browser() as other:
        signed_in(running, other)
        theirs = entered(other, codes)
        shown(browser.submit(page, "allow"))
        for button in ("allow", "deny"):
            late = shown(other.submit(theirs, button))
            assert urlsplit(late.address).path in {"/device/done/gone", f"/device/{codes.user_code}"}
    tokens = device.finish(codes)
    assert tokens.claims["sub"] == sign_in(browser, device.party, first, prompt="login").claims["sub"]


def test_the_button_of_a_page_that_was_shown_in_another_session_allows_nothing(
    running: RunningProvider, browser: Browser
) -> None:
    """A shared browser: somebody else has signed in since, and sees the page anew in their own name."""
    device = device_of(running)
    signed_in(running, browser)
    codes = device.begin()
    page = entered(browser, codes)
    browser.http.cookies.delete("idp-session")
    signed_in(running, browser)
    again = shown(browser.submit(page, "allow"))
    assert again.shows("device-code")
    assert device.error(codes) == "authorization_pending"


def test_a_form_of_another_browser_is_not_taken(running: RunningProvider, browser: Browser) -> None:
    device = device_of(running)
    signed_in(running, browser)
    codes = device.begin()
    page = entered(browser, codes)
    with running.browser() as other:
        signed_in(running, other)
        assert other.send_form(page, "allow").status_code in {303, 400, 403}
    assert device.error(codes) == "authorization_pending"


@pytest.mark.parametrize("typed", ["", "BCDF", "BBBB-BBBB", "<script>", "1" * 8, "B" * 5000])
def test_a_wrong_code_is_told_on_the_page(running: RunningProvider, browser: Browser, typed: str) -> None:
    signed_in(running, browser)
    page = shown(browser.submit(browser.page("/device"), "continue", user_code=typed))
    assert (page.status, page.shows("alert")) == (422, True)


def test_a_bank_is_let_in_by_a_consent_which_is_kept(running: RunningProvider, browser: Browser) -> None:
    device = device_of(running, BANK)
    signed_in(running, browser)
    codes = device.begin()
    decided(browser, codes)
    device.finish(codes)
    # Said once, in the words of the device's page: the bank's own page does not ask again.
    started = device.party.start(prompt="none")
    answer = browser.open(started.location)
    assert isinstance(answer, Landing)
    device.party.code_of(started, answer)


def test_a_level_is_reached_on_the_way(running: RunningProvider, browser: Browser) -> None:
    """The same steps as before a code: a second factor first, then the page of the device."""
    device = device_of(running, LEVEL)
    citizen = signed_in(running, browser)
    codes = device.begin()
    page = entered(browser, codes)
    assert page.shows("code"), page.texts
    words = running.listener.wait_text(citizen.phone).replace(".", " ").replace(",", " ").replace(":", " ").split()
    (sms,) = [word for word in words if len(word) == 6 and word.isdigit()]
    confirm = shown(browser.submit(page, "verify", code=sms))
    assert confirm.texts["device-code"] == codes.user_code
    shown(browser.submit(confirm, "allow"))
    assert device.finish(codes).claims["acr"] == "loa3"


def test_rfc8628_3_5_who_polls_too_fast_is_slowed_down_and_served_once_allowed(
    running: RunningProvider, browser: Browser
) -> None:
    device = device_of(running)
    codes = device.begin()
    assert [device.error(codes) for _ in range(3)] == ["authorization_pending", "slow_down", "slow_down"]
    signed_in(running, browser)
    decided(browser, codes)
    device.finish(codes)


def test_another_client_learns_nothing_of_a_device_code(running: RunningProvider, browser: Browser) -> None:
    codes, other = device_of(running).begin(), device_of(running, BANK)
    assert other.error(codes) == "invalid_grant"
    signed_in(running, browser)
    decided(browser, codes)
    assert other.error(codes) == "invalid_grant"
    device_of(running).finish(codes)


def test_a_client_without_the_grant_may_neither_ask_nor_poll(running: RunningProvider) -> None:
    plain = Device(running.party())
    assert plain.ask().json()["error"] == "unauthorized_client"
    answer = plain.party.token(grant_type=DEVICE_CODE, device_code="x" * 43)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")


@pytest.mark.parametrize("body", [b"\xff", b"scope=%ff", b"scope=a&scope=b", b"x=" + b"y" * 70000])
def test_bad_input_is_never_a_5xx(running: RunningProvider, body: bytes) -> None:
    answer = running.http.post(
        running.provider.base() + "/device_authorization",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]


def test_signing_out_ends_what_the_kiosk_holds(running: RunningProvider, browser: Browser) -> None:
    device = device_of(running)
    signed_in(running, browser)
    codes = device.begin(scope="openid profile")
    decided(browser, codes)
    tokens = device.finish(codes)
    assert device.party.introspect(tokens.access_token)["active"] is True
    browser.submit(browser.page("/logout"), "confirm-logout")
    assert device.party.introspect(tokens.access_token) == {"active": False}
    assert device.party.refresh(tokens.refresh_token or "").json()["error"] == "invalid_grant"


def test_who_signs_out_before_the_device_asks_has_let_nobody_in(running: RunningProvider, browser: Browser) -> None:
    device = device_of(running)
    signed_in(running, browser)
    codes = device.begin()
    decided(browser, codes)
    browser.submit(browser.page("/logout"), "confirm-logout")
    assert device.error(codes) == "invalid_grant"


def test_the_kiosk_is_among_the_services_that_know_me_and_can_be_cut_off(
    running: RunningProvider, browser: Browser
) -> None:
    device = device_of(running)
    signed_in(running, browser)
    codes = device.begin()
    decided(browser, codes)
    tokens = device.finish(codes)
    page = browser.page("/account/portals")
    assert "Cổng ki-ot" in page.html
    (button,) = [name for name, (_, value) in page.buttons.items() if value == f"end:{KIOSK}"]
    shown(browser.submit(page, button))
    assert device.party.introspect(tokens.access_token) == {"active": False}
    activity = browser.page("/account/activity").html
    assert "Bạn cho phép một thiết bị khác đăng nhập" in activity


def test_who_cuts_a_service_off_after_allowing_its_device_has_let_nobody_in(
    running: RunningProvider, browser: Browser
) -> None:
    device = device_of(running)
    signed_in(running, browser)
    first, second = device.begin(), device.begin()
    decided(browser, first)
    device.finish(first)
    decided(browser, second)
    page = browser.page("/account/portals")
    (button,) = [name for name, (_, value) in page.buttons.items() if value == f"end:{KIOSK}"]
    shown(browser.submit(page, button))
    assert device.error(second) == "invalid_grant"


def test_discovery_names_the_endpoint_and_the_grant(running: RunningProvider) -> None:
    document = running.http.get(running.provider.base() + "/.well-known/openid-configuration").json()
    assert document["device_authorization_endpoint"] == f"{running.provider.issuer}/device_authorization"
    assert DEVICE_CODE in document["grant_types_supported"]


async def test_twenty_polls_at_once_on_two_processes_give_one_set_of_tokens(cluster: RunningProvider) -> None:
    device = Device(cluster.party(KIOSK))
    with cluster.browser() as browser:
        signed_in(cluster, browser)
        codes = device.begin()
        decided(browser, codes)
        headers, proof = device.party.credentials.prove(device.party.client_id, device.party.issuer)
        fields = {"grant_type": DEVICE_CODE, "device_code": codes.device_code, **proof}
        async with httpx2.AsyncClient(timeout=patient(60)) as client:
            answers = await asyncio.gather(
                *(
                    client.post(f"{cluster.provider.base(place % 2)}/token", data=fields, headers=headers)
                    for place in range(ALL_AT_ONCE)
                )
            )
        won = [answer for answer in answers if answer.status_code == 200]
        lost = {(answer.status_code, answer.json()["error"]) for answer in answers if answer not in won}
        assert (len(won), lost) == (1, {(400, "invalid_grant")})
        # Nobody is punished for a poll that was sent twice.
        assert device.party.introspect(won[0].json()["access_token"])["active"] is True
