"""A portal written against today's sign-on, unchanged but for the host (docs/flows/old-dialect.md)."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote, urlencode

import httpx2
import pytest

from tests.flows.notices import wait_notices
from tests.flows.portals import CALLBACK, GOODBYE, secret_of
from tests.flows.town import Town
from tests.support.acting_town import represent
from tests.support.old_relying_party import OldRelyingParty, OldTokens
from tests.support.plain_browser import Browser, Landing, landed, shown
from tests.support.provider import Citizen
from tests.support.relying_party import show_password, sign_in, sign_on

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

ENTERPRISE = "0100000018"
STATE = OldRelyingParty.state_of("/ho-so?ma=1>>?&x=ổ")


def old_party(town: Town, client_id: str = "cong-cu") -> OldRelyingParty:
    return OldRelyingParty(town.http, town.provider.base(), client_id, secret_of(client_id), CALLBACK, GOODBYE)


def old_sign_in(browser: Browser, party: OldRelyingParty, citizen: Citizen) -> OldTokens:
    page = browser.page(party.login_url())
    return party.tokens(landed(show_password(browser, page, citizen)))


def check_signed_out(town: Town, browser: Browser) -> None:
    party = town.party()
    started = party.start(prompt="none")
    assert party.error_of(started, landed(browser.open(started.location))) == "login_required"


def told(answer: httpx2.Response) -> dict[str, object]:
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


@pytest.mark.both_forms
def test_it_signs_in_unchanged_and_learns_who_it_is_in_its_own_words(town: Town, browser: Browser) -> None:
    party, citizen = old_party(town), town.citizen()
    tokens = old_sign_in(browser, party, citizen)
    claims = told(party.userinfo(tokens.access_token))
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


def test_its_unescaped_state_comes_back_as_every_server_reads_it(town: Town, browser: Browser) -> None:
    party = old_party(town)
    page = browser.page(party.login_url(state=quote(STATE, safe="=")))
    assert landed(show_password(browser, page, town.citizen())).values["state"] == STATE


def test_a_request_by_post_from_the_portals_page_begins_the_same(town: Town, browser: Browser) -> None:
    party = old_party(town)
    fields = {"response_type": "code", "client_id": party.client_id, "redirect_uri": CALLBACK, "scope": "openid"}
    answer = browser.http.post("/oauth2/authorize", data=fields)
    assert answer.status_code == 303
    page = browser.page(answer.headers["location"])
    assert party.redeem(landed(show_password(browser, page, town.citizen()))).status_code == 200


@pytest.mark.both_forms
def test_single_sign_on_goes_both_ways_without_a_page(town: Town, browser: Browser) -> None:
    party = old_party(town)
    sign_in(browser, town.party(), town.citizen())
    assert party.redeem(landed(browser.open(party.login_url()))).status_code == 200
    sign_on(browser, town.party("so-tu-phap"), prompt="none")


def test_a_silent_try_without_a_session_is_told_no(town: Town, browser: Browser) -> None:
    """The province's portal asks so when the national one links to it (vietnam.md 8.1)."""
    landing = landed(browser.open(old_party(town).login_url(extra="&prompt=none")))
    assert landing.values["error"] == "login_required"


def test_only_what_is_registered_leaves_under_an_old_name(town: Town, browser: Browser) -> None:
    """No `national_id`, no `tech_id`, no `phone` registered: none of them, whatever the dialect would have."""
    party = old_party(town, "cong-hep")
    tokens = old_sign_in(browser, party, town.citizen())
    claims = told(party.userinfo(tokens.access_token))
    assert claims.keys() == {"sub", "LoaiTaiKhoan", "HoVaTen", "NgayThangNamSinh", "loAs", "loginIdp"}


def test_who_acts_for_an_enterprise_is_an_enterprise_in_the_old_words(town: Town, browser: Browser) -> None:
    party, citizen = old_party(town, "cong-cu-to-chuc"), town.citizen()
    represent(town.provider, citizen, ENTERPRISE, "Công ty Một")
    choice = shown(show_password(browser, browser.page(party.login_url()), citizen))
    (button,) = [name for name in choice.buttons if choice.texts[name].endswith("Công ty Một")]
    tokens = party.tokens(landed(browser.submit(choice, button)))
    claims = told(party.userinfo(tokens.access_token))
    assert (claims["LoaiTaiKhoan"], claims["HoVaTen"]) == ("2", citizen.name)
    codes = {claims["MaSoThue"], claims["MaSoDoanhNghiep"]}
    assert (codes, claims["TenDoanhNghiep"]) == ({ENTERPRISE}, "Công ty Một")


def test_the_person_sees_beforehand_all_that_the_portal_receives(town: Town, browser: Browser) -> None:
    """`scope=openid` reads as little and meant everything: the notice tells what it means here."""
    page = browser.page(old_party(town).login_url())
    assert "Số định danh cá nhân" in " ".join(page.texts.values())


def test_introspection_with_the_token_itself_tells_client_and_end(town: Town, browser: Browser) -> None:
    party = old_party(town)
    tokens = old_sign_in(browser, party, town.citizen())
    body = told(party.introspect(tokens.access_token))
    assert (body["active"], body["client_id"], body["acr"]) == (True, "cong-cu", "LoA2")
    assert isinstance(body["exp"], int)
    with_secret = town.party("cong-cu").post("/oauth2/introspect", token=tokens.access_token)
    assert with_secret.json() == body


@pytest.mark.both_forms
def test_rfc7009_2_1_revoking_the_id_token_ends_the_sign_in_at_this_portal(town: Town, browser: Browser) -> None:
    party = old_party(town)
    tokens = old_sign_in(browser, party, town.citizen())
    assert party.revoke(tokens.id_token).status_code == 200
    assert party.userinfo(tokens.access_token).status_code == 401
    assert party.introspect(tokens.access_token).status_code == 401
    sign_on(browser, town.party(), prompt="none")


@pytest.mark.both_forms
def test_its_server_signs_the_person_out_everywhere_without_a_browser(town: Town, browser: Browser) -> None:
    """The cookie stays where it is, and opens nothing any more."""
    party = old_party(town)
    tokens = old_sign_in(browser, party, town.citizen())
    new_tokens = sign_on(browser, town.party())
    cookie = browser.session
    answer = party.sign_out(tokens.id_token)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{GOODBYE}&state=bye")
    assert browser.session == cookie
    check_signed_out(town, browser)
    (_notice,) = wait_notices(town, town.party(), new_tokens)
    assert party.introspect(tokens.access_token).status_code == 401


@pytest.mark.both_forms
def test_signing_out_twice_or_after_the_session_is_no_error_and_ends_no_other(town: Town, browser: Browser) -> None:
    party, citizen = old_party(town), town.citizen()
    first = old_sign_in(browser, party, citizen)
    assert party.sign_out(first.id_token).status_code == 303
    second = old_sign_in(browser, party, citizen)
    assert party.sign_out(first.id_token).status_code == 303
    assert party.userinfo(second.access_token).status_code == 200


@pytest.mark.both_forms
def test_logout_elsewhere_reaches_it_when_it_asks_next(town: Town, browser: Browser) -> None:
    party = old_party(town)
    tokens = old_sign_in(browser, party, town.citizen())
    new_tokens = sign_on(browser, town.party())
    leave = {"id_token_hint": new_tokens.id_token, "post_logout_redirect_uri": GOODBYE}
    landed(browser.open(f"/logout?{urlencode(leave)}"))
    assert party.introspect(tokens.access_token).status_code == 401


def test_its_front_channel_address_without_state_leads_back(town: Town, browser: Browser) -> None:
    tokens = old_sign_in(browser, old_party(town), town.citizen())
    leave = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": GOODBYE}
    assert landed(browser.open(f"/oidc/logout?{urlencode(leave)}")).location == GOODBYE
    check_signed_out(town, browser)


def test_a_form_on_the_portals_page_signs_out_as_its_address_does(town: Town, browser: Browser) -> None:
    tokens = old_sign_in(browser, old_party(town), town.citizen())
    leave = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": GOODBYE}
    answer = browser.http.post("/oidc/logout", data=leave, headers={"Origin": "https://portal.example"})
    assert (answer.status_code, answer.headers["location"]) == (303, GOODBYE)
    check_signed_out(town, browser)


def test_what_began_at_one_process_goes_on_at_another(cluster: Town) -> None:
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


def test_lo_1_a_form_of_another_site_is_a_browser_and_no_server(town: Town, browser: Browser) -> None:
    """Its `Origin` shows it; without our cookie it is sent on as a GET, where the cookie decides."""
    tokens = old_sign_in(browser, old_party(town), town.citizen())
    other = {"Origin": "https://evil.example"}
    answer = town.http.post(
        town.provider.base() + "/oidc/logout", data={"id_token_hint": tokens.id_token}, headers=other
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/logout?")
    sign_on(browser, town.party(), prompt="none")


def test_an_id_token_of_the_new_face_names_no_session_to_a_server(town: Town, browser: Browser) -> None:
    tokens = sign_in(browser, town.party(), town.citizen())
    answer = old_party(town).sign_out(tokens.id_token)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    sign_on(browser, town.party(), prompt="none")


@pytest.mark.parametrize("spoil", [lambda token: token[:-4] + "AAAA", lambda _token: "a.b.c", lambda _token: ""])
def test_a_forged_hint_ends_nothing(town: Town, browser: Browser, spoil: Callable[[str], str]) -> None:
    party = old_party(town)
    tokens = old_sign_in(browser, party, town.citizen())
    assert party.sign_out(spoil(tokens.id_token)).status_code == 400
    assert party.userinfo(tokens.access_token).status_code == 200


def test_the_old_discovery_names_the_old_addresses_and_the_one_issuer(town: Town) -> None:
    base = town.provider.base()
    new = town.http.get(base + "/.well-known/openid-configuration").json()
    for place in ("/oauth2/token", "/oauth2/oidcdiscovery"):
        old = town.http.get(f"{base}{place}/.well-known/openid-configuration").json()
        assert old["token_endpoint"] == town.provider.issuer + "/oauth2/token"
        assert old["issuer"] == new["issuer"]
    assert town.http.get(base + "/oauth2/jwks").content == town.http.get(base + "/jwks.json").content
    assert not any("/oauth2/" in str(value) for value in new.values())


OLD_CALLS: Mapping[str, Callable[[OldRelyingParty], httpx2.Response]] = {
    "token": lambda party: party.redeem(Landing(f"{CALLBACK}?code=x")),
    "revoke": lambda party: party.revoke("x"),
    "introspect": lambda party: party.http.post(
        party.host + "/oauth2/introspect",
        data={"token": "x", "client_id": party.client_id, "client_secret": party.secret},
    ),
}


@pytest.mark.parametrize("call", OLD_CALLS)
@pytest.mark.parametrize(("client_id", "says"), [("cong-het-han", "2026-06-30"), ("so-tu-phap", "not registered")])
def test_after_its_last_day_and_without_one_each_call_is_refused_with_the_next_step(
    embedded: Town, call: str, client_id: str, says: str
) -> None:
    answer = OLD_CALLS[call](old_party(embedded, client_id))
    assert answer.status_code == 400
    body = answer.json()
    assert body["error"] == "unauthorized_client"
    assert says in body["error_description"]
    assert "/.well-known/openid-configuration" in body["error_description"]


def test_tokens_of_a_client_without_the_dialect_open_nothing_here(town: Town, browser: Browser) -> None:
    tokens = sign_in(browser, town.party("so-tu-phap"), town.citizen())
    party = old_party(town, "so-tu-phap")
    for answer in (party.userinfo(tokens.access_token), party.introspect(tokens.access_token)):
        assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    assert party.sign_out(tokens.id_token).json()["error"] == "unauthorized_client"
    sign_on(browser, town.party(), prompt="none")


@pytest.mark.parametrize(
    ("client_id", "changed", "reason"),
    [
        ("cong-het-han", {}, "ended"),
        ("so-tu-phap", {}, "not_registered"),
        ("cong-cu", {"response_type": "token"}, "implicit_flow"),
        ("cong-cu", {"redirect_uri": "http://evil.example/cb"}, "plain_http"),
        ("cong-cu", {"redirect_uri": "https://evil.example/cb"}, "unregistered_address"),
        ("cong-cu", {"SoDinhDanh": "001899000001"}, "identity_in_browser"),
        ("cong-cu", {"access_token": "x"}, "token_in_url"),
    ],
)
def test_what_is_refused_to_a_browser_is_a_page_that_explains_and_never_a_redirect(
    embedded: Town, client_id: str, changed: dict[str, str], reason: str
) -> None:
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK, "scope": "openid", **changed}
    with Browser(embedded.provider.base()) as browser:
        page = browser.page(f"/oauth2/authorize?{urlencode(asked)}")
    assert (page.status, page.texts["error-reason"]) == (400, reason)
    assert page.texts["team-change"]
    assert "001899000001" not in page.html


def test_rfc9700_4_16_sign_in_in_a_frame_is_refused_and_could_not_be_shown(embedded: Town) -> None:
    with Browser(embedded.provider.base()) as browser:
        page = shown(browser.open(old_party(embedded).login_url(), **{"Sec-Fetch-Dest": "iframe"}))
        assert page.texts["error-reason"] == "framed"
        assert browser.hops[-1].headers["x-frame-options"] == "DENY"


def test_or_2_a_way_back_after_logout_that_is_not_registered_is_not_taken(embedded: Town) -> None:
    with Browser(embedded.provider.base()) as browser:
        tokens = old_sign_in(browser, old_party(embedded), embedded.citizen())
        leave = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": "https://evil.example/"}
        page = browser.page(f"/oidc/logout?{urlencode(leave)}")
        assert (page.status, page.texts["error-reason"]) == (400, "unregistered_goodbye")
        assert page.shows("sign-out-here")
        sign_on(browser, embedded.party(), prompt="none")
        answer = embedded.http.post(embedded.provider.base() + "/oidc/logout", data=leave)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("path", "query", "headers", "fields", "says"),
    [
        ("/oauth2/userinfo?access_token=x", "", {}, {}, "never travel in an address"),
        ("/oauth2/token?client_secret=x", "", {}, {"grant_type": "refresh_token"}, "never travel in an address"),
        ("/oauth2/userinfo", "", {"Origin": "https://portal.example"}, {}, "answers servers only"),
        ("/oauth2/token", "", {"Sec-Fetch-Site": "cross-site"}, {"grant_type": "x"}, "answers servers only"),
        ("/oauth2/introspect", "", {"Cookie": f"idp-browser={'x' * 43}"}, {"token": "x"}, "answers servers only"),
    ],
)
def test_what_is_unsafe_is_refused_to_programs_with_the_next_step(
    embedded: Town, path: str, query: str, headers: dict[str, str], fields: dict[str, str], says: str
) -> None:
    answer = embedded.http.post(embedded.provider.base() + path + query, data=fields, headers=headers)
    assert answer.status_code == 400
    assert says in answer.json()["error_description"]
    assert "access-control-allow-origin" not in answer.headers


def test_a_server_that_sends_what_some_servers_send_is_no_browser(embedded: Town) -> None:
    """Node.js sends `Sec-Fetch-Mode`, and a cookie jar holds the load balancer's cookie."""
    headers = {"Sec-Fetch-Mode": "cors", "Cookie": "SERVERID=node-1"}
    answer = embedded.http.post(embedded.provider.base() + "/oauth2/userinfo", headers=headers)
    assert answer.status_code == 401


def test_identity_that_is_posted_is_refused_before_it_could_get_into_an_address(embedded: Town) -> None:
    fields = {"response_type": "code", "client_id": "cong-cu", "redirect_uri": CALLBACK, "SoDinhDanh": "001899000001"}
    answer = embedded.http.post(embedded.provider.base() + "/oauth2/authorize", data=fields)
    assert (answer.status_code, "location" in answer.headers) == (400, False)


def test_rfc9700_2_4_the_password_grant_is_refused_with_the_next_step(embedded: Town) -> None:
    fields = {"grant_type": "password", "username": "u", "password": "p"}
    answer = embedded.party("cong-cu").post("/oauth2/token", **fields)
    assert answer.json()["error"] == "unsupported_grant_type"
    assert "authorization endpoint" in answer.json()["error_description"]


def test_a_code_of_the_old_face_is_worth_nothing_at_the_new_one(town: Town, browser: Browser) -> None:
    party = old_party(town)
    landing = landed(show_password(browser, browser.page(party.login_url()), town.citizen()))
    at_new = town.party("cong-cu").token(
        grant_type="authorization_code", code=landing.values["code"], redirect_uri=CALLBACK
    )
    assert (at_new.status_code, at_new.json()["error"]) == (400, "invalid_grant")


def test_rfc9700_2_1_1_at_the_new_addresses_the_old_client_needs_pkce(town: Town, browser: Browser) -> None:
    party = town.party("cong-cu")
    started = party.start(code_challenge=None, code_challenge_method=None)
    assert party.error_of(started, landed(browser.open(started.location))) == "invalid_request"


def test_a_moved_portal_uses_the_new_addresses_before_its_last_day(town: Town, browser: Browser) -> None:
    sign_in(browser, town.party("cong-cu"), town.citizen())
