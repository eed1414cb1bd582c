"""Callbacks of an upstream provider, honest and hostile: whose answer it is, and what it may do (RFC 9700 4.4, 4.7)."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.account.model import ProofState
from idp.web.http.texts import read_catalogue
from portals.simulator.upstream.faults import Fault
from tests.flows.federated import Federated, by_password, callback_of, why, with_query
from tests.support.page import Page
from tests.support.parties.relying_party import Started, show_password
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# Invented people whom the simulator knows too, each in one test only.
PROVED = (
    "001899000001", "079899000003", "048999000004", "040999000006", "022999000010", "096999000012", "019999000014",
    "056999000008", "092899000007",
)  # fmt: skip
NUMBERS = iter(PROVED)
# As an import leaves an account: with a password and without a proof.
UNPROVED = Citizen("075899000011", phone="+84500000699", proof=ProofState.NOT_PROVED)
CITIZENS = (
    *(Citizen(number, phone=f"+845000{place:05d}") for place, number in enumerate(PROVED, 601)),
    UNPROVED,
)


@pytest.fixture(scope="module")
def federated(shared_federation: Federated) -> Federated:
    return shared_federation.with_people(CITIZENS)


@pytest.fixture
def browser(federated: Federated) -> Iterator[Browser]:
    with Browser(federated.provider.base()) as opened:
        yield opened


@pytest.fixture
def other(federated: Federated) -> Iterator[Browser]:
    with Browser(federated.provider.base()) as opened:
        yield opened


@pytest.fixture
def citizen() -> Citizen:
    number = next(NUMBERS)
    return next(one for one in CITIZENS if one.number == number)


def test_a_linked_account_signs_in_and_nobody_types_anything(
    federated: Federated, browser: Browser, other: Browser, citizen: Citizen
) -> None:
    federated.linked(browser, citizen)
    page = shown(other.open(federated.answered(federated.asked(other), citizen.number)))
    assert page.address.endswith("/account")
    assert other.http.cookies.get("idp-upstream") == "vneid"


def test_rfc9700_4_7_1_a_state_that_nobody_was_given_signs_in_nobody(federated: Federated, browser: Browser) -> None:
    callback = federated.answered(federated.asked(browser), "001899000013")
    assert why(browser.open(with_query(callback, state="A" * 26))) == "expired"
    assert why(browser.open(with_query(callback, state=None))) == "expired"
    assert browser.session is None


def test_a_state_of_another_browser_is_worth_nothing_and_its_owner_goes_on(
    federated: Federated, browser: Browser, other: Browser
) -> None:
    callback = federated.answered(federated.asked(browser), "001899000013")
    other.page("/sign-in")
    assert why(other.open(callback)) == "expired"
    assert shown(browser.open(callback)).shows("link")


def test_an_answer_that_comes_twice_counts_once(
    federated: Federated, browser: Browser, other: Browser, citizen: Citizen
) -> None:
    federated.linked(browser, citizen)
    callback = federated.answered(federated.asked(other), citizen.number)
    other.open(callback)
    first = other.session
    assert first is not None
    assert why(other.open(callback)) == "expired"
    assert other.session == first


def test_two_tabs_at_a_time_each_come_to_their_own_end(federated: Federated, browser: Browser) -> None:
    one, two = federated.asked(browser), federated.asked(browser)
    assert shown(browser.open(federated.answered(two, "001899000013"))).shows("link")
    assert shown(browser.open(federated.answered(one, "001899000013"))).shows("link")


def test_who_stops_at_the_provider_is_back_at_the_sign_in_page(federated: Federated, browser: Browser) -> None:
    assert why(browser.open(federated.answered(federated.asked(browser), ""))) == "cancelled"


@pytest.mark.parametrize("iss", ["https://evil.example", None])
def test_rfc9207_2_4_an_answer_without_the_right_iss_is_refused(
    federated: Federated, browser: Browser, iss: str | None
) -> None:
    callback = federated.answered(federated.asked(browser), "001899000013")
    assert why(browser.open(with_query(callback, iss=iss))) == "failed"


def test_rfc9700_4_4_a_code_of_one_provider_is_refused_at_the_callback_of_another(
    federated: Federated, browser: Browser
) -> None:
    callback = federated.answered(federated.asked(browser), "001899000013")
    assert why(browser.open(callback.replace("/callback/vneid", "/callback/khac"))) == "failed"
    # The state was used up by it: the answer is not good at the right address either.
    assert why(browser.open(callback)) == "expired"


def test_an_unknown_provider_has_no_button_and_no_callback(federated: Federated, browser: Browser) -> None:
    page = browser.page("/sign-in")
    answer = browser.http.post("/sign-in/upstream", data={**page.values, "action": "nobody"})
    assert answer.headers["location"] == "/sign-in?upstream=expired"
    assert why(browser.open("/upstream/callback/nobody?code=x&state=y")) == "expired"


def test_a_parameter_that_comes_twice_is_refused(federated: Federated, browser: Browser) -> None:
    callback = federated.answered(federated.asked(browser), "001899000013")
    assert why(browser.open(f"{callback}&code=another")) == "failed"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (Fault.WRONG_NONCE, "failed"),
        (Fault.WRONG_ISSUER, "failed"),
        (Fault.EXPIRED, "failed"),
        (Fault.UNSIGNED, "failed"),
        (Fault.LOW_LEVEL, "level_too_low"),
        (Fault.GARBLED, "unreachable"),
        (Fault.DOWN, "unreachable"),
    ],
)
def test_a_token_with_one_fault_signs_in_nobody(
    federated: Federated, browser: Browser, fault: Fault, word: str
) -> None:
    callback = federated.answered(federated.asked(browser), "001899000013")
    with federated.fault(fault):
        assert why(browser.open(callback)) == word
    assert browser.session is None


def test_oidc_core_10_1_1_a_new_signing_key_is_found_at_the_first_token_it_signs(
    federated: Federated, browser: Browser
) -> None:
    assert federated.first_time(browser, "001899000013").shows("link")

    def rolled_over() -> bool:
        # Keys are fetched anew at most once in five seconds, so a rollover right after another may have to wait.
        return shown(browser.open(federated.answered(federated.asked(browser), "001899000013"))).shows("link")

    federated.http.post(f"{federated.simulator}/upstream/form", data={"roll_over": "yes"})
    wait_for("the new key verifies", rolled_over)


def test_signing_out_here_signs_out_there_too(
    federated: Federated, browser: Browser, other: Browser, citizen: Citizen
) -> None:
    federated.linked(browser, citizen)
    address = federated.asked(other)
    form = address.replace("/protocol/openid-connect/auth", "/login-actions/authenticate")
    answer = federated.http.post(form, data={"number": citizen.number})
    there = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
    federated.http.cookies.clear()
    assert federated.http.get(address, headers=there).status_code == 303, "the provider knows the browser"
    other.open(callback_of(str(answer.headers["location"])))
    confirm = other.page("/logout")
    other.submit(confirm, "confirm-logout")
    assert other.session is None or other.session == ""
    wait_for("its session there has ended", lambda: federated.http.get(address, headers=there).status_code == 200)


def test_a_shared_computer_signs_in_anew_there_and_remembers_nothing(
    federated: Federated, browser: Browser, other: Browser, citizen: Citizen
) -> None:
    federated.linked(browser, citizen)
    address = federated.asked(other, shared=True)
    assert dict(parse_qsl(urlsplit(address).query))["prompt"] == "login"
    other.open(federated.answered(address, citizen.number))
    assert other.session is not None
    assert not other.http.cookies.get("idp-upstream")
    assert not other.http.cookies.get("idp-device")


def test_the_number_and_the_provider_alone_link_nothing_and_the_page_tells_nobody_who_has_an_account(
    federated: Federated, browser: Browser, other: Browser, citizen: Citizen
) -> None:
    """Case AL-1, and EN-1: the same page for a number with an account and for one without."""
    known, unknown = federated.first_time(browser, citizen.number), federated.first_time(other, "001899000013")
    assert known.buttons.keys() == unknown.buttons.keys()
    refusals: list[Callable[[], Page]] = [
        lambda: shown(browser.submit(known, "link", password="not-the-Password-7")),
        lambda: shown(other.submit(unknown, "link", password="not-the-Password-7")),
    ]
    reported = [refusal() for refusal in refusals]
    assert [page.status for page in reported] == [401, 401]
    assert reported[0].texts["alert"] == reported[1].texts["alert"]
    assert browser.session is None
    assert other.session is None


def test_an_account_that_was_never_proved_links_the_same_way_and_is_proved_by_the_register(
    federated: Federated, browser: Browser
) -> None:
    page = federated.first_time(browser, UNPROVED.number)
    home = shown(browser.submit(page, "link", password=UNPROVED.password))
    assert home.address.endswith("/account")
    # The register may have been asked before the page was.
    proved = read_catalogue("vi")["proof.proved"]
    wait_for("the register proves it", lambda: browser.page("/account").texts["proof"] == proved)


def away_too_long(federated: Federated, browser: Browser, **extra: str) -> tuple[Started, str]:
    """Leave a portal's request for the upstream and return where to; the request itself is over meanwhile."""
    started = federated.party.start(**extra)
    page = browser.page(started.location)
    address = federated.asked_from(browser, page)
    # Another tab ends it, as its thirty minutes would.
    landed(browser.submit(by_password(page), "cancel"))
    return started, address


def test_whose_request_is_gone_on_return_is_signed_in_at_the_portal_all_the_same(
    federated: Federated, browser: Browser, other: Browser, citizen: Citizen
) -> None:
    federated.linked(browser, citizen)
    started, address = away_too_long(federated, other)
    landing = landed(other.open(federated.answered(address, citizen.number)))
    assert federated.party.complete(started, landing).claims["amr"] == ["pwd"]


def test_the_first_sign_in_goes_on_to_the_portal_whose_request_was_gone(
    federated: Federated, browser: Browser, citizen: Citizen
) -> None:
    started, address = away_too_long(federated, browser)
    page = shown(browser.open(federated.answered(address, citizen.number)))
    landing = landed(browser.submit(page, "link", password=citizen.password))
    assert federated.party.complete(started, landing).claims["amr"] == ["pwd"]


def test_who_stopped_there_reads_why_and_signs_in_otherwise_at_the_portal_whose_request_was_gone(
    federated: Federated, browser: Browser, citizen: Citizen
) -> None:
    started, address = away_too_long(federated, browser)
    page = shown(browser.open(federated.answered(address, "")))
    assert page.shows("upstream-why")
    federated.party.complete(started, landed(show_password(browser, by_password(page), citizen)))


def test_oidc_core_3_1_2_1_a_request_that_begins_anew_and_wants_a_fresh_sign_in_gets_one(
    federated: Federated, browser: Browser, other: Browser, citizen: Citizen
) -> None:
    federated.linked(browser, citizen)
    started, address = away_too_long(federated, other, prompt="login")
    page = shown(other.open(federated.answered(address, citizen.number)))
    assert page.shows("password"), "no code for a sign-in from before the request"
    federated.party.complete(started, landed(show_password(other, by_password(page), citizen)))
