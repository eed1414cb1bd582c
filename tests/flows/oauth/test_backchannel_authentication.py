"""CIBA over a running provider: a client asks a person whom it names, who answers in their account; poll and ping."""

import json
import time
from urllib.parse import urlsplit

import httpx2
import pytest

from clients.model import CIBA, ClientId
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import open_sign_in
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty, sign_in
from tests.support.plain.browser import Browser, shown
from tests.support.running.listener import Reply
from tests.support.running.provider import Citizen

pytestmark = pytest.mark.one_form

POLL, PING = ClientId("ngan-hang-hoi"), ClientId("ngan-hang-ping")
NOBODY = "001899000999"
TEXT = "Chuyển 2.000.000 đ tới Quỹ Mẫu, mã 7315"
TOKEN = "8d67dc78-7faa-4d41-aabd-67707b374255"


def ask(party: RelyingParty, **fields: str) -> httpx2.Response:
    return party.post("/backchannel_authentication", **{"scope": "openid profile", **fields})


def asked(party: RelyingParty, citizen: Citizen, **fields: str) -> str:
    """Ask a person, check the answer (CIBA 7.3), and return its id."""
    answer = ask(party, **{"login_hint": citizen.number, "binding_message": TEXT, **fields})
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["cache-control"]
    body = answer.json()
    assert body.keys() == {"auth_req_id", "expires_in", "interval"}
    return str(body["auth_req_id"])


def poll(party: RelyingParty, auth_req_id: str) -> httpx2.Response:
    return party.token(grant_type=CIBA, auth_req_id=auth_req_id)


def error(party: RelyingParty, auth_req_id: str) -> str:
    answer = poll(party, auth_req_id)
    assert answer.status_code == 400, answer.text
    return str(answer.json()["error"])


def opened(browser: Browser) -> Page:
    """Open the newest request in the account, as far as the page that asks."""
    return shown(browser.submit(browser.page("/account/asked"), "open-1"))


@pytest.mark.both_forms
def test_a_person_whom_a_client_names_reads_its_text_and_allows_it_once(
    running: RunningProvider, browser: Browser
) -> None:
    party, citizen = running.party(POLL), running.citizen()
    auth_req_id = asked(party, citizen)
    assert error(party, auth_req_id) == "authorization_pending"
    open_sign_in(browser, citizen)
    listed = browser.page("/account/asked")
    assert listed.texts["message-1"] == TEXT
    page = opened(browser)
    assert page.texts["message"] == TEXT
    assert not page.shows("device-code")
    done = shown(browser.submit(page, "allow"))
    assert (urlsplit(done.address).path, done.shows("done"), done.shows("none")) == ("/account/asked", True, True)
    tokens = party.validated(poll(party, auth_req_id), nonce=None)
    assert error(party, auth_req_id) == "invalid_grant"
    assert party.userinfo(tokens.access_token).json()["sub"] == tokens.claims["sub"]
    assert "Cổng ngan-hang-hoi" in browser.page("/account/portals").html
    assert "Một dịch vụ hỏi bạn xác nhận" in browser.page("/account/activity").html


def test_who_says_no_is_heard(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(POLL), running.citizen()
    auth_req_id = asked(party, citizen)
    open_sign_in(browser, citizen)
    shown(browser.submit(opened(browser), "deny"))
    assert error(party, auth_req_id) == "access_denied"


def test_en_1_nobody_and_somebody_are_answered_alike(running: RunningProvider) -> None:
    party, citizen = running.party(POLL), running.citizen()
    answers = [ask(party, login_hint=hint) for hint in (citizen.number, NOBODY, "h55.nobody", "no such thing")]
    assert {answer.status_code for answer in answers} == {200}
    assert len({tuple(sorted(answer.json())) for answer in answers}) == 1
    assert {error(party, str(answer.json()["auth_req_id"])) for answer in answers} == {"authorization_pending"}


def test_nobody_else_sees_or_answers_what_a_person_is_asked(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(POLL), running.citizen()
    auth_req_id = asked(party, citizen)
    open_sign_in(browser, citizen)
    list_page = browser.page("/account/asked")
    page = opened(browser)
    with running.browser() as other:
        open_sign_in(other, running.citizen())
        theirs = other.page("/account/asked")
        assert theirs.shows("none")
        # The button of somebody else's list opens nothing in this account.
        stolen = list_page.buttons["open-1"][1]
        forged = other.http.post("/account/asked", data={**theirs.values, "action": stolen})
        assert (forged.status_code, forged.headers["location"]) == (303, "/account/asked")
    # Somebody else signs in at the same browser while the page is open: it is theirs no more.
    browser.http.cookies.delete("idp-session")
    open_sign_in(browser, running.citizen())
    for button in ("allow", "deny"):
        late = shown(browser.submit(page, button))
        assert not late.shows("device-code")
    assert error(party, auth_req_id) == "authorization_pending"


def test_a_code_of_a_device_page_opens_no_request_about_a_person(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(POLL), running.citizen()
    auth_req_id = asked(party, citizen)
    open_sign_in(browser, citizen)
    typed = shown(browser.submit(browser.page("/device"), "continue", user_code=auth_req_id[:8]))
    assert typed.status == 422


def test_ciba_7_1_an_id_token_of_the_client_names_its_person(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(POLL), running.citizen()
    tokens = sign_in(browser, party, citizen)
    answer = ask(party, id_token_hint=tokens.id_token, binding_message="1234")
    auth_req_id = str(answer.json()["auth_req_id"])
    shown(browser.submit(opened(browser), "allow"))
    assert party.validated(poll(party, auth_req_id), nonce=None).claims["sub"] == tokens.claims["sub"]
    assert ask(party, id_token_hint=tokens.access_token).json()["error"] == "invalid_request"


def test_ciba_7_1_ten_seconds_are_ten_seconds(running: RunningProvider) -> None:
    party = running.party(POLL)
    answer = ask(party, login_hint=running.citizen().number, requested_expiry="1")
    assert answer.json()["expires_in"] == 1
    time.sleep(1.1)
    assert error(party, str(answer.json()["auth_req_id"])) == "expired_token"


def test_a_client_cannot_flood_a_person_whether_there_is_one_or_not(running: RunningProvider) -> None:
    party, other, citizen = running.party(POLL), running.party(PING), running.citizen()
    for hint in (citizen.number, "001899000998"):
        statuses = [ask(party, login_hint=hint).status_code for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        # Another client may still ask them; and this one asks other people.
        assert ask(other, login_hint=hint, client_notification_token=TOKEN).status_code == 200
    assert ask(party, login_hint=running.citizen().number).status_code == 200


def test_who_is_no_client_or_not_registered_learns_nothing(running: RunningProvider) -> None:
    url, form = running.provider.base() + "/backchannel_authentication", {"scope": "openid", "client_id": POLL}
    for hint in (running.citizen().number, NOBODY):
        answer = running.http.post(url, data={**form, "login_hint": hint, "client_secret": "wrong"})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        plain = ask(running.party(), login_hint=hint)
        assert (plain.status_code, plain.json()["error"]) == (400, "unauthorized_client")


@pytest.mark.parametrize("body", [b"\xff", b"login_hint=%ff", b"scope=a&scope=b", b"x=" + b"y" * 70000])
def test_bad_input_is_never_a_5xx(running: RunningProvider, body: bytes) -> None:
    answer = running.http.post(
        running.provider.base() + "/backchannel_authentication",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]


def test_ciba_10_2_a_client_in_ping_mode_is_told_of_a_yes_and_of_a_no(
    running: RunningProvider, browser: Browser
) -> None:
    party, citizen = running.party(PING), running.citizen()
    open_sign_in(browser, citizen)
    running.listener.answer("/ciba", Reply(status=204))
    for button in ("allow", "deny"):
        before = len(running.listener.received("/ciba"))
        auth_req_id = asked(party, citizen, client_notification_token=TOKEN)
        shown(browser.submit(opened(browser), button))
        ping = running.listener.wait("/ciba", before + 1)[before]
        assert (ping.authorization, json.loads(ping.body)) == (f"Bearer {TOKEN}", {"auth_req_id": auth_req_id})
        if button == "allow":
            party.validated(poll(party, auth_req_id), nonce=None)
        else:
            assert error(party, auth_req_id) == "access_denied"


@pytest.mark.parametrize("status", [301, 401, 403, 500])
def test_ciba_10_2_whatever_the_client_answers_its_tokens_wait_for_it(
    running: RunningProvider, browser: Browser, status: int
) -> None:
    party, citizen = running.party(PING), running.citizen()
    open_sign_in(browser, citizen)
    before = len(running.listener.received("/ciba"))
    running.listener.answer("/ciba", Reply(status=status, body=b"not now"), Reply(status=204))
    auth_req_id = asked(party, citizen, client_notification_token=TOKEN)
    shown(browser.submit(opened(browser), "allow"))
    # Told again, at the same address.
    running.listener.wait("/ciba", before + 2)
    party.validated(poll(party, auth_req_id), nonce=None)


def test_discovery_names_the_endpoint_the_modes_and_what_is_not_taken(running: RunningProvider) -> None:
    document = running.http.get(running.provider.base() + "/.well-known/openid-configuration").json()
    assert document["backchannel_authentication_endpoint"] == f"{running.provider.issuer}/backchannel_authentication"
    assert document["backchannel_token_delivery_modes_supported"] == ["poll", "ping"]
    assert document["backchannel_user_code_parameter_supported"] is False
    assert CIBA in document["grant_types_supported"]
