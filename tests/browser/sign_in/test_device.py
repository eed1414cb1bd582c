"""A kiosk shows a code, a person lets it in at a browser of their own: in Chromium, at both widths, by keyboard too."""

from collections.abc import Iterator

import httpx2
import pytest

from clients.model import CIBA, DEVICE_CODE, ClientId
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.people import citizen
from tests.browser.store import store_of
from tests.support.browser import EmbeddedSystem, Visitor, until
from tests.support.parties.client_credentials import BasicSecret
from tests.support.parties.device import Device, ShownCodes
from tests.support.parties.relying_party import RelyingParty

READY = citizen(19)
CITIZENS = (READY,)
OWN_SYSTEM = "a kiosk is registered in it"
KIOSK, SECRET = ClientId("ki-ot-mot-cua"), "ki-ot-mot-cua-secret-of-the-tests"


@pytest.fixture(scope="module")
def device(system: EmbeddedSystem) -> Iterator[Device]:
    store_of(system).apply_clients(
        [
            {
                "client_id": KIOSK,
                "client_name": "Ki-ốt tra cứu hồ sơ",
                "client_name#en": "File kiosk",
                "client_secret": SECRET,
                "redirect_uris": ["http://127.0.0.1:9/callback"],
                "grant_types": ["authorization_code", "refresh_token", DEVICE_CODE, CIBA],
                "backchannel_token_delivery_mode": "poll",
                "scope": "openid profile phone",
                "sector": "state",
                "sector_identifier_uri": "https://ki-ot.example/sector.json",
                "id_token_signed_response_alg": "ES256",
            }
        ]
    )
    with httpx2.Client(trust_env=False) as http:
        made = Device(
            RelyingParty(
                http=http,
                issuer=system.layout.issuer,
                base=system.provider(),
                client_id=KIOSK,
                redirect_uri="http://127.0.0.1:9/callback",
                credentials=BasicSecret(SECRET),
                scope="openid profile phone",
            )
        )
        until(lambda: made.ask().status_code == 200, "the kiosk is known")
        yield made


def signed_in(visitor: Visitor, address: str) -> None:
    """Open an address, and sign in on the way where the browser has no session yet."""
    visitor.open(visitor.system.provider(address))
    if visitor.page.query_selector("#password"):
        visitor.sign_in(READY.number, READY.password)
    visitor.page.wait_for_selector("#user_code")


def types(visitor: Visitor, codes: ShownCodes) -> None:
    visitor.page.fill("#user_code", codes.user_code.lower())
    visitor.click("continue")
    visitor.page.wait_for_selector("#device-code")


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_a_person_compares_the_code_and_lets_the_kiosk_in(gallery: Gallery, device: Device, language: str) -> None:
    visitor, codes = gallery.visitor, device.begin()
    signed_in(visitor, in_language(codes.address, language))
    gallery.take(f"device-code-{language}", visitor.page)
    visitor.page.fill("#user_code", "BBBB-BBBB")
    visitor.click("continue")
    gallery.take(f"device-code-wrong-{language}", visitor.page)
    types(visitor, codes)
    assert visitor.text("device-code") == codes.user_code
    gallery.take(f"device-confirm-{language}", visitor.page)
    visitor.click("allow")
    assert visitor.page.url.endswith("/device/done/allowed")
    gallery.take(f"device-allowed-{language}", visitor.page)
    device.finish(codes)


def test_the_address_of_a_picture_fills_the_code_in_and_no_more(visitor: Visitor, device: Device) -> None:
    """What a phone reads from the kiosk's QR code: the person still compares and presses twice."""
    codes = device.begin()
    signed_in(visitor, codes.complete)
    assert visitor.page.input_value("#user_code") == codes.user_code
    assert device.error(codes) == "authorization_pending"
    visitor.click("continue")
    assert visitor.text("device-code") == codes.user_code
    visitor.click("deny")
    assert visitor.page.url.endswith("/device/done/denied")
    assert device.error(codes) == "access_denied"


def test_after_a_no_the_back_button_leads_to_a_code_that_is_over(visitor: Visitor, device: Device) -> None:
    codes = device.begin()
    signed_in(visitor, codes.address)
    types(visitor, codes)
    visitor.click("deny")
    visitor.page.go_back()
    if visitor.page.query_selector("#allow"):
        visitor.click("allow")
    assert device.error(codes) == "access_denied"


def test_without_script_and_by_keyboard_alone(without_script: Visitor, device: Device) -> None:
    codes = device.begin()
    signed_in(without_script, codes.address)
    without_script.page.focus("#user_code")
    without_script.page.keyboard.type(codes.user_code)
    without_script.page.keyboard.press("Enter")
    without_script.page.wait_for_selector("#device-code")
    # The first button is the one that harms nobody: Enter in a form without fields presses it.
    first = without_script.page.eval_on_selector("main form button", "button => button.id")
    assert first == "deny"
    without_script.page.focus("#allow")
    without_script.page.keyboard.press("Enter")
    without_script.page.wait_for_selector("#outcome")
    assert without_script.page.url.endswith("/device/done/allowed")
    device.finish(codes)


@pytest.mark.parametrize("language", JOURNEY_LANGUAGES)
def test_ciba_8_a_person_reads_what_a_service_asks_and_allows_it(
    gallery: Gallery, device: Device, language: str
) -> None:
    visitor, party, text = gallery.visitor, device.party, "Nộp phí 150.000 đ, hồ sơ H55-2026-0042"
    signed_in(visitor, in_language("/device", language))
    named = {"login_hint": READY.number, "scope": "openid profile", "binding_message": text}
    answer = party.post("/backchannel_authentication", **named)
    assert answer.status_code == 200, answer.text
    visitor.open(visitor.system.provider(in_language("/account/asked", language)))
    assert visitor.text("message-1") == text
    gallery.take(f"asked-{language}", visitor.page)
    visitor.click("open-1")
    assert visitor.text("message") == text
    gallery.take(f"asked-confirm-{language}", visitor.page)
    visitor.click("allow")
    visitor.page.wait_for_selector("#done")
    gallery.take(f"asked-done-{language}", visitor.page)
    party.validated(party.token(grant_type=CIBA, auth_req_id=answer.json()["auth_req_id"]), nonce=None)
