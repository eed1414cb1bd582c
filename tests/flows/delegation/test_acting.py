"""Acting for others over real processes: asked once, said in every token, switched without a new sign-in."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.delegation.model import Power
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty, Started, Tokens, show_password, sign_in, sign_on
from tests.support.plain.browser import Browser, Landing, landed, shown
from tests.support.rigs.acting_provider import guard, represent
from tests.support.running.provider import Citizen

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

FIRST, SECOND = "0100000018", "0100000025"
OPTIONAL, REQUIRED = "thay-mat", "chi-to-chuc"


def choice_page(browser: Browser, party: RelyingParty, citizen: Citizen, **extra: str) -> tuple[Started, Page]:
    """Sign in as far as the choice."""
    started = party.start(**extra)
    page = shown(show_password(browser, browser.page(started.location), citizen))
    assert page.shows("act-for"), page.address
    return started, page


def press(browser: Browser, page: Page, text: str) -> Page | Landing:
    """Press the button that acts for a principal, found by the name that stands on it."""
    (button,) = [name for name in page.buttons if page.texts[name].endswith(text)]
    return browser.submit(page, button)


def acted(browser: Browser, party: RelyingParty, started: Started, page: Page, text: str) -> Tokens:
    """Choose and return the tokens."""
    return party.complete(started, landed(press(browser, page, text)))


def code_of(claims: object) -> object:
    assert isinstance(claims, dict)
    return claims["acting_for"]["code"] if "acting_for" in claims else None


def test_who_acts_for_nobody_meets_no_page_and_gets_no_claim(running: RunningProvider, browser: Browser) -> None:
    claims = sign_in(browser, running.party(ClientId(OPTIONAL)), running.citizen()).claims
    assert claims.keys().isdisjoint({"act", "acting_for"})


@pytest.mark.both_forms
def test_one_choice_is_said_in_every_token_and_by_every_endpoint(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party(ClientId(OPTIONAL))
    represent(running.provider, citizen, FIRST, "Công ty Một")
    started, page = choice_page(browser, party, citizen, scope="openid profile offline_access")
    tokens = acted(browser, party, started, page, "Công ty Một")
    refreshed = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    reported = [
        tokens.claims,
        refreshed.claims,
        party.userinfo(refreshed.access_token).json(),
        party.introspect(refreshed.access_token),
        party.introspect(refreshed.refresh_token or ""),
    ]
    assert [one["act"] for one in reported] == [{"sub": tokens.claims["sub"]}] * len(reported)
    (principal,) = {str(one["acting_for"]): one["acting_for"] for one in reported}.values()
    assert isinstance(principal, dict)
    assert principal == {
        "sub": principal["sub"],
        "type": "organisation",
        "name": "Công ty Một",
        "code": FIRST,
        "kind": "representative",
        "powers": ["view", "file", "sign", "pay", "delegate"],
    }
    assert principal["sub"] != tokens.claims["sub"]


@pytest.mark.both_forms
def test_the_choice_is_made_once_for_the_session_and_holds_at_every_portal(
    running: RunningProvider, browser: Browser
) -> None:
    citizen, first, second = running.citizen(), running.party(ClientId(OPTIONAL)), running.party(ClientId(REQUIRED))
    represent(running.provider, citizen, FIRST, "Công ty Một")
    started, page = choice_page(browser, first, citizen)
    one = acted(browser, first, started, page, "Công ty Một")
    other = sign_on(browser, second)
    assert code_of(one.claims) == code_of(other.claims) == FIRST
    # Two sectors cannot join what they know of an organisation.
    assert one.claims["acting_for"] != other.claims["acting_for"]
    assert "acting_for" not in sign_on(browser, running.party()).claims


@pytest.mark.both_forms
def test_switching_needs_no_new_sign_in(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party(ClientId(OPTIONAL))
    for code, name in ((FIRST, "Công ty Một"), (SECOND, "Công ty Hai")):
        represent(running.provider, citizen, code, name)
    started, page = choice_page(browser, party, citizen)
    before = acted(browser, party, started, page, "Công ty Một")
    started = party.start(acting_for="choose")
    after = acted(browser, party, started, browser.page(started.location), "Công ty Hai")
    started = party.start(acting_for="choose")
    own = party.complete(started, landed(browser.submit(browser.page(started.location), "act-for-self")))
    assert [code_of(one.claims) for one in (before, after, own)] == [FIRST, SECOND, None]
    assert {one.claims["auth_time"] for one in (before, after, own)} == {before.claims["auth_time"]}
    # Chosen once more, it is asked no more.
    assert code_of(sign_on(browser, party, prompt="none").claims) is None


def test_a_principal_named_by_the_portal_is_offered_and_never_chosen_by_the_link_alone(
    running: RunningProvider, browser: Browser
) -> None:
    citizen, party = running.citizen(), running.party(ClientId(OPTIONAL))
    for code, name in ((FIRST, "Công ty Một"), (SECOND, "Công ty Hai")):
        represent(running.provider, citizen, code, name)
    started, page = choice_page(browser, party, citizen, acting_for=SECOND)
    assert [name for name in page.buttons if name.startswith("act-for")] == ["act-for-1"]
    second = acted(browser, party, started, page, "Công ty Hai")
    subject = str(second.claims["acting_for"]["sub"])  # type: ignore[index]  # shaped by the test above
    assert code_of(sign_on(browser, party, acting_for=subject, prompt="none").claims) == SECOND
    started = party.start(acting_for=FIRST, prompt="none")
    assert party.error_of(started, landed(browser.open(started.location))) == "interaction_required"


def test_a_portal_that_requires_a_power_gets_one_that_has_it_or_nobody(
    running: RunningProvider, browser: Browser
) -> None:
    citizen, party = running.citizen(), running.party(ClientId(REQUIRED))
    represent(running.provider, citizen, FIRST, "Công ty Một", frozenset({Power.VIEW}))
    represent(running.provider, citizen, SECOND, "Công ty Hai", frozenset({Power.SIGN}))
    started, page = choice_page(browser, party, citizen)
    assert (page.shows("others"), page.shows("act-for-self")) == (True, False)
    assert code_of(acted(browser, party, started, page, "Công ty Hai").claims) == SECOND


def test_who_holds_nothing_that_fits_reads_what_to_do_and_the_portal_hears_no(
    running: RunningProvider, browser: Browser
) -> None:
    citizen, party = running.citizen(), running.party(ClientId(REQUIRED))
    represent(running.provider, citizen, FIRST, "Công ty Một", frozenset({Power.VIEW}))
    started, page = choice_page(browser, party, citizen)
    assert (page.shows("nobody"), page.shows("others"), "act-for-1" in page.buttons) == (True, True, False)
    assert party.error_of(started, landed(browser.submit(page, "cancel"))) == "access_denied"


def test_a_mandate_without_the_power_cannot_be_pressed_into_service(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party(ClientId(REQUIRED))
    weak = represent(running.provider, citizen, FIRST, "Công ty Một", frozenset({Power.VIEW}))
    _, page = choice_page(browser, party, citizen)
    page.buttons["forged"] = ("action", f"mandate:{weak.id}")  # type: ignore[index]  # a forged button
    again = shown(browser.submit(page, "forged"))
    assert again.shows("nobody")


@pytest.mark.parametrize("value", ["0" * 26, "", "x" * 5000, "'; --"])
def test_a_mandate_of_nobody_is_refused_and_the_choice_stays_open(
    running: RunningProvider, browser: Browser, value: str
) -> None:
    citizen, party = running.citizen(), running.party(ClientId(OPTIONAL))
    represent(running.provider, citizen, FIRST, "Công ty Một")
    started, page = choice_page(browser, party, citizen)
    page.buttons["forged"] = ("action", f"mandate:{value}")  # type: ignore[index]
    again = shown(browser.submit(page, "forged"))
    assert (again.status, again.shows("alert")) == (409, True)
    assert code_of(acted(browser, party, started, again, "Công ty Một").claims) == FIRST


@pytest.mark.both_forms
def test_another_persons_mandate_is_nobodys(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    citizen, neighbour, party = running.citizen(), running.citizen(), running.party(ClientId(OPTIONAL))
    represent(running.provider, citizen, FIRST, "Công ty Một")
    theirs = represent(running.provider, neighbour, SECOND, "Công ty Hai")
    _, page = choice_page(browser, party, citizen)
    page.buttons["forged"] = ("action", f"mandate:{theirs.id}")  # type: ignore[index]
    assert shown(browser.submit(page, "forged")).status == 409


def test_a_guardian_acts_for_a_child(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party(ClientId(OPTIONAL))
    guard(running.provider, citizen, running.citizen())
    started, page = choice_page(browser, party, citizen)
    principal = acted(browser, party, started, page, "Nguyễn Thị Hoà").claims["acting_for"]
    assert isinstance(principal, dict)
    assert (principal["type"], principal["kind"], "code" in principal) == ("person", "guardian", False)


@pytest.mark.both_forms
def test_nothing_agreed_under_a_mandate_outlives_it(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party(ClientId(OPTIONAL))
    mandate = represent(running.provider, citizen, FIRST, "Công ty Một", ends_in=timedelta(seconds=90))
    started, page = choice_page(browser, party, citizen, scope="openid offline_access")
    tokens = acted(browser, party, started, page, "Công ty Một")
    end = int(mandate.ends_at.timestamp())
    assert party.introspect(tokens.access_token)["exp"] == end
    assert party.introspect(tokens.refresh_token or "")["exp"] == end


def test_whoever_signs_in_again_is_asked_again(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party(ClientId(OPTIONAL))
    represent(running.provider, citizen, FIRST, "Công ty Một")
    started, page = choice_page(browser, party, citizen)
    acted(browser, party, started, page, "Công ty Một")
    _, again = choice_page(browser, party, citizen, prompt="login")
    assert again.shows("act-for")


def test_the_choice_can_be_made_without_any_portal(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party(ClientId(OPTIONAL))
    represent(running.provider, citizen, FIRST, "Công ty Một")
    sign_in(browser, running.party(), citizen)
    assert shown(press(browser, browser.page("/act-for"), "Công ty Một")).address.endswith("/account")
    assert code_of(sign_on(browser, party).claims) == FIRST


def test_nobody_without_a_session_chooses_anything(running: RunningProvider, browser: Browser) -> None:
    assert browser.page("/act-for").shows("identifier")


def test_the_account_says_for_whom_what_was_done(running: RunningProvider, browser: Browser) -> None:
    citizen, party = running.citizen(), running.party(ClientId(OPTIONAL))
    represent(running.provider, citizen, FIRST, "Công ty Một")
    started, page = choice_page(browser, party, citizen)
    acted(browser, party, started, page, "Công ty Một")
    for path in ("/account/portals", "/account/requests"):
        assert "Thay mặt: Công ty Một" in browser.page(path).html, path
