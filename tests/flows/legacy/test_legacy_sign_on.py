"""A portal written against today's sign-on, unchanged but for the host (docs/flows/legacy-sign-on.md)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import pytest

from clients.model import ClientId
from records.structs import replace
from tests.flows.notices import wait_notices
from tests.flows.old_portal import check_signed_out, old_party, old_sign_in, reported
from tests.flows.portals import CALLBACK, GOODBYE
from tests.flows.running_provider import RunningProvider
from tests.support.parties.old_relying_party import OldRelyingParty
from tests.support.parties.relying_party import show_password, sign_in, sign_on
from tests.support.plain.browser import Browser, landed, shown
from tests.support.rigs.acting_provider import represent

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

ENTERPRISE = "0100000018"
STATE = OldRelyingParty.state_of("/ho-so?ma=1>>?&x=ổ")


@pytest.mark.both_forms
def test_it_signs_in_unchanged_and_learns_who_it_is_in_its_own_words(
    running: RunningProvider, browser: Browser
) -> None:
    party, citizen = old_party(running), running.citizen()
    tokens = old_sign_in(browser, party, citizen)
    claims = reported(party.userinfo(tokens.access_token))
    assert claims.pop("sub")
    assert claims.pop("TechID")
    assert claims == {
        "LoaiTaiKhoan": "1",
        "HoVaTen": citizen.name,
        "SoDinhDanh": citizen.number,
        "NgayThangNamSinh": "19900517",
        "SoDienThoai": citizen.phone,
        "loAs": "LoA2",
        "loginIdp": "DVC",
    }


def test_its_unescaped_state_comes_back_as_every_server_reads_it(running: RunningProvider, browser: Browser) -> None:
    party = old_party(running)
    page = browser.page(party.login_url(state=quote(STATE, safe="=")))
    assert landed(show_password(browser, page, running.citizen())).values["state"] == STATE


def test_a_request_by_post_from_the_portals_page_begins_the_same(running: RunningProvider, browser: Browser) -> None:
    party = old_party(running)
    fields = {"response_type": "code", "client_id": party.client_id, "redirect_uri": CALLBACK, "scope": "openid"}
    answer = browser.http.post("/oauth2/authorize", data=fields)
    assert answer.status_code == 303
    page = browser.page(answer.headers["location"])
    assert party.redeem(landed(show_password(browser, page, running.citizen()))).status_code == 200


@pytest.mark.both_forms
def test_an_old_portal_may_go_on_leaving_its_only_address_out(running: RunningProvider, browser: Browser) -> None:
    party = old_party(running)
    page = browser.page(f"/oauth2/authorize?response_type=code&client_id={party.client_id}&scope=openid")
    landing = landed(show_password(browser, page, running.citizen()))
    assert landing.address == CALLBACK
    fields = {"grant_type": "authorization_code", "code": landing.values["code"], "client_id": party.client_id}
    answer = running.http.post(f"{party.host}/oauth2/token", data={**fields, "client_secret": party.secret})
    assert answer.status_code == 200, answer.text


def test_single_sign_on_goes_both_ways_without_a_page(running: RunningProvider, browser: Browser) -> None:
    party = old_party(running)
    sign_in(browser, running.party(), running.citizen())
    assert party.redeem(landed(browser.open(party.login_url()))).status_code == 200
    sign_on(browser, running.party(ClientId("so-tu-phap")), prompt="none")


def test_a_silent_try_without_a_session_is_told_no(running: RunningProvider, browser: Browser) -> None:
    """The province's portal asks so when the national one links to it (vietnam.md 8.1)."""
    landing = landed(browser.open(old_party(running).login_url(extra="&prompt=none")))
    assert landing.values["error"] == "login_required"


def test_only_what_is_registered_leaves_under_an_old_name(running: RunningProvider, browser: Browser) -> None:
    """No `national_id`, no `tech_id`, no `phone` registered: none of them, whatever the legacy sign-on would have."""
    party = old_party(running, ClientId("cong-hep"))
    tokens = old_sign_in(browser, party, running.citizen())
    claims = reported(party.userinfo(tokens.access_token))
    assert claims.keys() == {"sub", "LoaiTaiKhoan", "HoVaTen", "NgayThangNamSinh", "loAs", "loginIdp"}


def test_who_acts_for_an_enterprise_is_an_enterprise_in_the_old_words(
    running: RunningProvider, browser: Browser
) -> None:
    party, citizen = old_party(running, ClientId("cong-cu-to-chuc")), running.citizen()
    represent(running.provider, citizen, ENTERPRISE, "Công ty Một")
    choice = shown(show_password(browser, browser.page(party.login_url()), citizen))
    (button,) = [name for name in choice.buttons if choice.texts[name].endswith("Công ty Một")]
    tokens = party.tokens(landed(browser.submit(choice, button)))
    claims = reported(party.userinfo(tokens.access_token))
    assert (claims["LoaiTaiKhoan"], claims["HoVaTen"]) == ("2", citizen.name)
    codes = {claims["MaSoThue"], claims["MaSoDoanhNghiep"]}
    assert (codes, claims["TenDoanhNghiep"]) == ({ENTERPRISE}, "Công ty Một")


def test_the_person_sees_beforehand_all_that_the_portal_receives(running: RunningProvider, browser: Browser) -> None:
    """`scope=openid` reads as little and meant everything: the notice tells what it means here."""
    page = browser.page(old_party(running).login_url())
    assert "Số định danh cá nhân" in " ".join(page.texts.values())


def test_introspection_with_the_token_itself_tells_client_and_end(running: RunningProvider, browser: Browser) -> None:
    party = old_party(running)
    tokens = old_sign_in(browser, party, running.citizen())
    body = reported(party.introspect(tokens.access_token))
    assert (body["active"], body["client_id"], body["acr"]) == (True, "cong-cu", "LoA2")
    assert isinstance(body["exp"], int)
    with_secret = running.party(ClientId("cong-cu")).post("/oauth2/introspect", token=tokens.access_token)
    assert with_secret.json() == body


@pytest.mark.both_forms
def test_rfc7009_2_1_revoking_the_id_token_ends_the_sign_in_at_this_portal(
    running: RunningProvider, browser: Browser
) -> None:
    party = old_party(running)
    tokens = old_sign_in(browser, party, running.citizen())
    assert party.revoke(tokens.id_token).status_code == 200
    assert party.userinfo(tokens.access_token).status_code == 401
    assert party.introspect(tokens.access_token).status_code == 401
    sign_on(browser, running.party(), prompt="none")


@pytest.mark.both_forms
def test_its_server_signs_the_person_out_everywhere_without_a_browser(
    running: RunningProvider, browser: Browser
) -> None:
    """The cookie stays where it is, and opens nothing any more."""
    party = old_party(running)
    tokens = old_sign_in(browser, party, running.citizen())
    new_tokens = sign_on(browser, running.party())
    cookie = browser.session
    answer = party.sign_out(tokens.id_token)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{GOODBYE}&state=bye")
    assert browser.session == cookie
    check_signed_out(running, browser)
    (_notice,) = wait_notices(running, running.party(), new_tokens)
    assert party.introspect(tokens.access_token).status_code == 401


@pytest.mark.both_forms
def test_signing_out_twice_or_after_the_session_is_no_error_and_ends_no_other(
    running: RunningProvider, browser: Browser
) -> None:
    party, citizen = old_party(running), running.citizen()
    first = old_sign_in(browser, party, citizen)
    assert party.sign_out(first.id_token).status_code == 303
    second = old_sign_in(browser, party, citizen)
    assert party.sign_out(first.id_token).status_code == 303
    assert party.userinfo(second.access_token).status_code == 200


@pytest.mark.both_forms
def test_logout_elsewhere_reaches_it_when_it_asks_next(running: RunningProvider, browser: Browser) -> None:
    party = old_party(running)
    tokens = old_sign_in(browser, party, running.citizen())
    new_tokens = sign_on(browser, running.party())
    leave = {"id_token_hint": new_tokens.id_token, "post_logout_redirect_uri": GOODBYE}
    landed(browser.open(f"/logout?{urlencode(leave)}"))
    assert party.introspect(tokens.access_token).status_code == 401


def test_its_front_channel_address_without_state_leads_back(running: RunningProvider, browser: Browser) -> None:
    tokens = old_sign_in(browser, old_party(running), running.citizen())
    leave = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": GOODBYE}
    assert landed(browser.open(f"/oidc/logout?{urlencode(leave)}")).location == GOODBYE
    check_signed_out(running, browser)


def test_a_form_on_the_portals_page_signs_out_as_its_address_does(running: RunningProvider, browser: Browser) -> None:
    tokens = old_sign_in(browser, old_party(running), running.citizen())
    leave = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": GOODBYE}
    answer = browser.http.post("/oidc/logout", data=leave, headers={"Origin": "https://portal.example"})
    assert (answer.status_code, answer.headers["location"]) == (303, GOODBYE)
    check_signed_out(running, browser)


def test_what_began_at_one_process_goes_on_at_another(cluster: RunningProvider) -> None:
    party = old_party(cluster)
    other = replace(party, host=cluster.provider.base(1))
    with Browser(cluster.provider.base()) as browser:
        page = browser.page(party.login_url())
        tokens = other.tokens(landed(show_password(browser, page, cluster.citizen())))
        assert other.userinfo(tokens.access_token).status_code == 200
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda one: one.sign_out(tokens.id_token).status_code, (party, other) * 4))
        assert answers == [303] * 8
        check_signed_out(cluster, browser)
        assert party.introspect(tokens.access_token).status_code == 401


def test_lo_1_a_form_of_another_site_is_a_browser_and_no_server(running: RunningProvider, browser: Browser) -> None:
    """Its `Origin` shows it; without our cookie it is sent on as a GET, where the cookie decides."""
    tokens = old_sign_in(browser, old_party(running), running.citizen())
    other = {"Origin": "https://evil.example"}
    answer = running.http.post(
        running.provider.base() + "/oidc/logout", data={"id_token_hint": tokens.id_token}, headers=other
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/logout?")
    sign_on(browser, running.party(), prompt="none")


def test_an_id_token_of_the_new_face_names_no_session_to_a_server(running: RunningProvider, browser: Browser) -> None:
    tokens = sign_in(browser, running.party(), running.citizen())
    answer = old_party(running).sign_out(tokens.id_token)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    sign_on(browser, running.party(), prompt="none")


@pytest.mark.parametrize("spoil", [lambda token: token[:-4] + "AAAA", lambda _token: "a.b.c", lambda _token: ""])
def test_a_forged_hint_ends_nothing(running: RunningProvider, browser: Browser, spoil: Callable[[str], str]) -> None:
    party = old_party(running)
    tokens = old_sign_in(browser, party, running.citizen())
    assert party.sign_out(spoil(tokens.id_token)).status_code == 400
    assert party.userinfo(tokens.access_token).status_code == 200
