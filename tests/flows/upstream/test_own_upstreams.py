"""Linking an account of a provider from inside one's own account, honest and hostile, and removing the link."""

import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest

from idp.adapters.sql.database import open_database
from idp.kernel.key_purposes import KeyPurpose
from idp.upstream.link_model import LinkUpstream, UpstreamLink
from portals.simulator.upstream.faults import Fault
from portals.simulator.upstream.names import REALM
from portals.simulator.upstream.state import subject_of
from tests.flows.federated import Federated, by_password, callback_of, why, with_query
from tests.support.page import Page
from tests.support.parties.relying_party import show_password
from tests.support.plain.browser import Browser, Landing, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# Invented people whom the simulator knows too and no other test has, each in one test only.
NUMBERS = (
    "038899000005", "031899000009", "001899000026", "079999000028", "001999000031", "025899000034", "027899000036",
    "001899000039", "079999000040", "093999000044",
)  # fmt: skip
CITIZENS = tuple(Citizen(number, phone=f"+845000{place:05d}") for place, number in enumerate(NUMBERS, 701))
# Somebody else to every test, whichever person a test is given.
ELSEWHERE = Citizen("034999000016", phone="+84500000711")
# In the register and without an account here.
STRANGER = "001899000013"
_next = iter(CITIZENS)
PATH = "/account/upstreams"


@pytest.fixture(scope="module")
def federated(shared_federation: Federated) -> Federated:
    return shared_federation.with_people((*CITIZENS, ELSEWHERE))


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
    return next(_next)


def code_of(federated: Federated, citizen: Citizen) -> str:
    """Return the first code that a person was sent."""

    def codes() -> list[str]:
        return [code for text in federated.listener.texts_to(citizen.phone) for code in re.findall(r"\b\d{6}\b", text)]

    return wait_for("the code", codes)[0]


def signed_in(federated: Federated, browser: Browser, citizen: Citizen) -> None:
    """Sign in with the password and the code by SMS that a change of the account asks for."""
    show_password(browser, by_password(browser.page("/sign-in")), citizen)
    asked = browser.page("/account/confirm?to=upstreams")
    page = shown(browser.submit(asked, "verify", code=code_of(federated, citizen)))
    assert urlsplit(page.address).path == PATH


def press(browser: Browser, provider: str = "vneid", page: Page | None = None) -> str:
    """Press a provider's button on one's own page and return where it leads."""
    page = page or browser.page(PATH)
    answer = browser.http.post(f"{PATH}/link", data={**page.values, "action": provider})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def linked(federated: Federated, browser: Browser, number: str) -> Page:
    """Link the provider's account of a number and return the page after it."""
    return shown(browser.open(federated.answered(press(browser), number)))


def done(page: Page | Landing) -> str:
    """Return the word with which one's own page says what became of it."""
    parts = urlsplit(shown(page).address)
    assert parts.path == PATH
    return dict(parse_qsl(parts.query))["done"]


def signs_in(federated: Federated, browser: Browser, number: str) -> bool:
    return shown(browser.open(federated.answered(federated.asked(browser), number))).address.endswith("/account")


def test_who_links_from_inside_signs_in_with_it_from_then_on(
    federated: Federated, browser: Browser, other: Browser, citizen: Citizen
) -> None:
    signed_in(federated, browser, citizen)
    session = browser.session
    page = linked(federated, browser, citizen.number)
    assert (done(page), page.shows("links")) == ("linked", True)
    assert browser.session == session, "nobody was signed in anew by it"
    assert "vneid" not in page.texts["to-link"]
    assert signs_in(federated, other, citizen.number)
    assert "Liên kết một tài khoản định danh" in browser.page("/account/activity").html
    assert browser.page("/account").shows("unread-notices")
    # And removed again: the password is another way in.
    removed = shown(browser.submit(browser.page(PATH), "unlink-1"))
    assert (done(removed), removed.shows("no-links")) == ("unlinked", True)
    other.http.cookies.clear()
    assert not signs_in(federated, other, citizen.number)


def test_two_factors_are_asked_first(federated: Federated, browser: Browser, citizen: Citizen) -> None:
    show_password(browser, by_password(browser.page("/sign-in")), citizen)
    assert press(browser) == "/account/confirm?to=upstreams"


def test_the_person_signs_in_there_anew_whoever_did_so_before(
    federated: Federated, browser: Browser, citizen: Citizen
) -> None:
    signed_in(federated, browser, citizen)
    query = dict(parse_qsl(urlsplit(press(browser)).query))
    assert (query["prompt"], query["max_age"]) == ("login", "0")
    # Refusals and faults come back to the page they began on.
    for fault, word in ((Fault.WRONG_NONCE, "failed"), (Fault.LOW_LEVEL, "level_too_low"), (Fault.DOWN, "unreachable")):
        callback = federated.answered(press(browser), citizen.number)
        with federated.fault(fault):
            page = shown(browser.open(callback))
        assert (done(page), page.shows("not-linked"), page.shows("no-links")) == (word, True, True)
    assert done(browser.open(federated.answered(press(browser), ""))) == "cancelled"
    assert press(browser, "nobody") == f"{PATH}?done=failed"


def test_another_persons_account_and_one_that_is_linked_elsewhere_read_alike(
    federated: Federated, browser: Browser, citizen: Citizen
) -> None:
    """Neither says whether the number has an account here, nor whose the link is."""
    signed_in(federated, browser, citizen)
    of_nobody = linked(federated, browser, STRANGER)
    of_somebody = linked(federated, browser, ELSEWHERE.number)
    link_behind_the_scenes(federated, ELSEWHERE, subject_of(citizen.number))
    taken = linked(federated, browser, citizen.number)
    assert [done(page) for page in (of_nobody, of_somebody, taken)] == ["not_yours"] * 3
    assert len({page.html.partition("<main")[2].partition("<form")[0] for page in (of_nobody, of_somebody, taken)}) == 1
    assert taken.shows("no-links")
    assert not browser.page("/account").shows("unread-notices")


def link_behind_the_scenes(federated: Federated, owner: Citizen, subject: str) -> None:
    """Link a provider's account to somebody else's account, as one whose number was replaced has it."""

    async def run() -> None:
        async with AsyncExitStack() as stack:
            database = await open_database(federated.provider.database_url)
            stack.push_async_callback(database.close)
            root = await federated.provider.root_key(database)
            record = await database.accounts.for_sign_in(
                root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest(owner.number)
            )
            assert record is not None
            index = root.hash_key(KeyPurpose.UPSTREAM_SUBJECTS).digest(f"{federated.simulator}{REALM}\n{subject}")
            account = record.account
            link = UpstreamLink(account.person_id, account.id, "vneid", index, b"sealed", datetime.now(UTC))
            assert await database.ledger.commit(LinkUpstream(link=link))

    federated.provider.run(run())


def test_an_answer_counts_for_the_session_that_asked_and_once(
    federated: Federated, browser: Browser, other: Browser, citizen: Citizen
) -> None:
    signed_in(federated, browser, citizen)
    callback = federated.answered(press(browser), citizen.number)
    other.page("/sign-in")
    assert why(other.open(callback)) == "expired", "another browser's"
    # The session ends while the person is away: whoever is signed in then has not asked for it.
    browser.submit(browser.page("/logout"), "confirm-logout")
    left = shown(browser.open(callback))
    assert urlsplit(left.address).path == "/sign-in"
    show_password(browser, by_password(browser.page("/sign-in")), citizen)
    assert browser.page(PATH).shows("no-links")


def test_an_answer_that_comes_twice_links_once_and_a_second_link_of_the_same_is_no_harm(
    federated: Federated, browser: Browser, citizen: Citizen
) -> None:
    signed_in(federated, browser, citizen)
    page, callback = browser.page(PATH), federated.answered(press(browser), citizen.number)
    assert done(browser.open(callback)) == "linked"
    assert urlsplit(shown(browser.open(callback)).address).path == "/sign-in"
    # The page of before still has the button.
    again = federated.answered(press(browser, page=page), citizen.number)
    assert done(browser.open(again)) == "linked"
    assert len(re.findall("unlink-", browser.page(PATH).html)) == 1


def test_rfc9700_4_4_a_code_of_one_provider_links_nothing_at_the_callback_of_another(
    federated: Federated, browser: Browser, citizen: Citizen
) -> None:
    signed_in(federated, browser, citizen)
    callback = federated.answered(press(browser), citizen.number)
    assert done(browser.open(callback.replace("/callback/vneid", "/callback/khac"))) == "failed"
    assert done(browser.open(with_query(federated.answered(press(browser), citizen.number), iss="x"))) == "failed"
    assert browser.page(PATH).shows("no-links")


def test_on_a_shared_computer_nothing_is_linked(federated: Federated, browser: Browser, citizen: Citizen) -> None:
    page = by_password(browser.page("/sign-in"))
    fields = {"identifier": citizen.number, "password": citizen.password, "shared_computer": "yes"}
    shown(browser.submit(page, "sign-in", **fields))
    asked = browser.page("/account/confirm?to=upstreams")
    own = shown(browser.submit(asked, "verify", code=code_of(federated, citizen)))
    assert (own.shows("link-shared"), "link-vneid" in own.html) == (True, False)
    answer = browser.http.post(f"{PATH}/link", data={**own.values, "action": "vneid"})
    assert answer.status_code == 409


def test_the_page_may_lead_to_the_providers_and_reads_in_english(
    federated: Federated, browser: Browser, citizen: Citizen
) -> None:
    signed_in(federated, browser, citizen)
    page = browser.page(f"{PATH}?lang=en&done=not_yours")
    assert "Not linked: that account has another personal number" in page.texts["not-linked"]
    assert federated.simulator in page.headers["content-security-policy"]
    assert callback_of(press(browser)).startswith(REALM)


def test_who_proves_anew_who_they_are_ends_the_wait_of_their_changes(
    federated: Federated, browser: Browser, citizen: Citizen
) -> None:
    """Nothing is linked by it; the proof of another person ends nothing."""
    signed_in(federated, browser, citizen)
    made = shown(browser.submit(browser.page("/account/recovery-codes"), "replace"))
    assert made.status == 200
    page = browser.page(PATH)
    other_person = shown(browser.open(federated.answered(press(browser, "waits:vneid", page), STRANGER)))
    assert (done(other_person), other_person.shows("not-linked")) == ("not_ended", True)
    ended = shown(browser.open(federated.answered(press(browser, "waits:vneid", page), citizen.number)))
    assert (done(ended), ended.shows("no-links")) == ("waits_ended", page.shows("no-links"))
    assert press(browser, "waits:nobody") == f"{PATH}?done=failed"
