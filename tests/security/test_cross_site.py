"""What other sites, other browsers and poisoned links can make a signed-in person's browser do: nothing."""

from itertools import product

import pytest

from tests.flows.portals import CALLBACK, GOODBYE
from tests.flows.running_provider import RunningProvider
from tests.security.edge_provider import Attacked, at_server
from tests.support.every import Cases, every_case
from tests.support.extent import FULL
from tests.support.parties.relying_party import show_password, sign_in, sign_on
from tests.support.plain.browser import SESSION, Browser, shown

EVIL = (
    *("//evil.example", "/\\evil.example", "/%09/evil.example", "https:evil.example", "/..//evil.example"),
    *("https://evil.example/", "javascript:alert(1)", "\r\nLocation: https://evil.example/"),
)
LEADING = ("next", "return_to", "rd", "redirect", "resume", "post_logout_redirect_uri", "url")


def is_signed_in(running: RunningProvider, session: str | None) -> bool:
    """Say whether a session's cookie still opens the account."""
    cookies = {"Cookie": f"{SESSION}={session}"}
    return running.http.get(f"{running.provider.base()}/account", headers=cookies).status_code == 200


def test_se_1_every_authentication_changes_the_session_and_ends_the_one_before(
    embedded: RunningProvider, browser: Browser
) -> None:
    party, citizen, planted = embedded.party(), embedded.citizen(), "p" * 43
    browser.http.cookies.set(SESSION, planted, domain="localhost.local")
    sign_in(browser, party, citizen)
    first = browser.http.cookies.get(SESSION, domain="localhost.local")
    assert first != planted
    assert not is_signed_in(embedded, planted)
    sign_in(browser, party, citizen, prompt="login")
    second = browser.http.cookies.get(SESSION, domain="localhost.local")
    assert second != first
    assert (is_signed_in(embedded, first), is_signed_in(embedded, second)) == (False, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_se_3_a_form_sent_from_another_site_signs_nobody_in(
    embedded: RunningProvider, browser: Browser, headers: dict[str, str]
) -> None:
    citizen, page = embedded.citizen(), browser.page(embedded.party().start().location)
    form = {**page.values, "identifier": citizen.number, "password": citizen.password}
    answer = browser.http.post(page.action, data=form, headers=headers)
    assert answer.status_code == 403
    assert browser.session is None


def test_se_3_a_form_without_its_token_signs_nobody_in(embedded: RunningProvider, browser: Browser) -> None:
    citizen, page = embedded.citizen(), browser.page("/sign-in")
    answer = browser.send_form(page, "sign-in", form="", identifier=citizen.number, password=citizen.password)
    assert (answer.status_code, browser.session) == (403, None)


def test_se_7_another_browsers_form_token_is_refused(
    embedded: RunningProvider, browser: Browser, foreign_browser: Browser
) -> None:
    citizen, page = embedded.citizen(), browser.page("/sign-in")
    token = foreign_browser.page("/sign-in").values["form"]
    answer = browser.send_form(page, "sign-in", form=token, identifier=citizen.number, password=citizen.password)
    assert (answer.status_code, browser.session) == (403, None)


def test_se_7_another_browsers_interaction_is_nobodys_here(
    embedded: RunningProvider, browser: Browser, foreign_browser: Browser
) -> None:
    mine, citizen = browser.page(embedded.party().start().location), embedded.citizen()
    foreign_browser.page("/sign-in")
    theirs = shown(foreign_browser.open(mine.address))
    assert (theirs.error_code, theirs.shows("password")) == ("request_expired", False)
    secret = {"identifier": citizen.number, "password": citizen.password}
    foreign_browser.send_form(mine, "sign-in", **secret)
    assert foreign_browser.session is None


def test_lo_1_a_cross_site_logout_asks_and_keeps_the_session(embedded: RunningProvider, browser: Browser) -> None:
    """CVE-2020-10734: no hint, no logout."""
    party = embedded.party()
    sign_in(browser, party, embedded.citizen())
    page = browser.page("/logout")
    assert page.shows("confirm-logout")
    assert "sub" in sign_on(browser, party, prompt="none").claims


@pytest.mark.parametrize("place", ["edge_provider", "embedded"])
def test_or_1_no_parameter_redirects_to_a_stranger(request: pytest.FixtureRequest, place: str) -> None:
    """Everything at the bare edge; at a running server each name with one address and each address with one name."""
    found: Attacked | RunningProvider = request.getfixturevalue(place)
    attacked = at_server(found) if isinstance(found, RunningProvider) else found
    with every_case() as cases:
        for name, evil in product(LEADING, EVIL):
            if attacked.edge or FULL or name == LEADING[0] or evil == EVIL[0]:
                with attacked.browser() as browser:
                    check_parameter(browser, cases, name, evil)


def check_parameter(browser: Browser, cases: Cases, name: str, evil: str) -> None:
    for path in ("/", "/account", "/sign-in", "/logout", "/signed-out", "/register", "/register/result"):
        with cases.of(path, name, evil):
            answer = browser.http.get(path, params={name: evil, "i": "x"})
            assert answer.headers.get("location", "/").partition("?")[0] in {"/", "/account", "/sign-in", "/signed-out"}
            assert 'href="https://evil' not in answer.text
            assert 'href="//evil' not in answer.text


@pytest.mark.parametrize(
    "evil", [f"{CALLBACK}/../evil", f"{CALLBACK}?x=1", f"{CALLBACK}#x", CALLBACK.replace("127", "0127")]
)
def test_or_1_an_address_near_the_registered_one_is_no_target(
    embedded: RunningProvider, browser: Browser, evil: str
) -> None:
    """RFC 9700 4.1.3: exact string comparison."""
    answer = browser.http.get(embedded.party().start(redirect_uri=evil).location)
    assert (answer.status_code, answer.headers.get("location")) == (400, None)


def test_or_1_a_logout_address_of_nobody_is_refused(embedded: RunningProvider, browser: Browser) -> None:
    evil = GOODBYE.replace("127.0.0.1:9", "evil.example")
    answer = browser.http.get("/logout", params={"client_id": "quoc-gia", "post_logout_redirect_uri": evil})
    assert answer.headers.get("location", "/signed-out").startswith("/signed-out")


def test_credentials_are_answered_with_303_all_the_way(embedded: RunningProvider, browser: Browser) -> None:
    """RFC 9700 4.12: 307 would hand the password on."""
    page = browser.page(embedded.party().start().location)
    show_password(browser, page, embedded.citizen())
    assert [hop.status for hop in browser.hops if hop.method == "POST"] == [303]
