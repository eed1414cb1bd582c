"""Nobody learns from an answer who has an account (EN-1), and nobody gets more guesses by hurrying (BF-1)."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from idp.sign_in.limits import UNRECOGNISED_LIMIT
from portals.simulator.people import PEOPLE
from tests.flows.running_provider import RunningProvider
from tests.flows.stored import fetch
from tests.security.registering import codes_to, register
from tests.support.plain.browser import Browser
from tests.support.running.provider import Citizen

WRONG = "a-wrong-but-long-Passphrase-3"
# Numbers of no real person (vietnam.md section 11); the second has no account.
UNKNOWN = "001899000998"
Essence = tuple[int, tuple[tuple[str, str], ...], str]
_CHANGING = (
    r"nonce-[\w-]+|nonce=\"[^\"]*\"",
    r"[0-9a-f]{64}",
    r"\b(?:i|r|resume)=[^&\"\s]*",
    r"[a-z-]*browser=[\w-]{43}",
    # A passkey's challenge: new on every page.
    r"data-options=\"[^\"]*\"",
    r"name=\"challenge\" value=\"[\w=-]*\"",
)
# The date and the id of one answer.
_OF_THE_MOMENT = {"date", "x-correlation-id"}


def essence(answer: httpx2.Response, *typed: str) -> Essence:
    """Return status, headers and body of an answer without nonces, ids and what the person typed."""

    def still(text: str) -> str:
        for pattern in _CHANGING:
            text = re.sub(pattern, "*", text)
        for value in typed:
            text = text.replace(value, "*")
        return text

    headers = ((name, still(value)) for name, value in answer.headers.multi_items() if name not in _OF_THE_MOMENT)
    return answer.status_code, tuple(headers), still(answer.text)


def wrong_sign_in(running: RunningProvider, number: str) -> tuple[Essence, ...]:
    """Return what a new browser sees of a wrong sign-in, with and without a client's request."""
    seen = []
    for address in ("/sign-in", None):
        with Browser(running.provider.base()) as browser:
            page = browser.page(address or running.party().start(state="s", nonce="n").location)
            seen.append(essence(browser.send_form(page, "sign-in", identifier=number, password=WRONG), number))
    return tuple(seen)


def test_en_1_a_wrong_password_and_an_unknown_number_look_the_same(embedded: RunningProvider) -> None:
    unknown = wrong_sign_in(embedded, UNKNOWN)
    assert wrong_sign_in(embedded, embedded.citizen().number) == unknown
    assert unknown[0][0] == 401


@pytest.mark.parametrize("other", ["001", "not a number", "001899000998" * 5, "١٢٣"])
def test_en_1_what_is_no_number_at_all_looks_the_same_too(embedded: RunningProvider, other: str) -> None:
    status = [wrong_sign_in(embedded, number)[0][0] for number in (UNKNOWN, other)]
    assert status == [401, 401]


def test_en_1_bf_5_a_delayed_account_looks_like_an_unknown_one(embedded: RunningProvider) -> None:
    number = embedded.citizen().number
    for _ in range(3):
        wrong_sign_in(embedded, number)
    delayed = wrong_sign_in(embedded, number)
    assert delayed == wrong_sign_in(embedded, UNKNOWN)


def test_en_1_registration_ends_the_same_for_a_number_that_has_an_account(embedded: RunningProvider) -> None:
    """The owner hears of it, the person in front of the browser does not."""
    person, phone = PEOPLE[2], "+84500009901"
    seen = []
    for _ in range(2):
        with Browser(embedded.provider.base()) as browser:
            page, _code = register(browser, embedded.listener, person, phone, "an-honest-long-Passphrase-7")
            steps = [(hop.method, hop.path, hop.status, tuple(hop.headers)) for hop in browser.hops]
            answer = browser.http.get(page.address)
            seen.append((steps, essence(answer)))
    assert seen[0] == seen[1]
    texts = embedded.listener.wait_text(phone, 3)
    assert len(codes_to(embedded.listener, phone)) == 2, texts
    notices = [text for text in embedded.listener.texts_to(phone) if not re.search(r"\d{6}", text)]
    # A phone that no carrier vouches for is welcomed by nobody; the owner of the account is warned.
    assert len(notices) == 1


def in_parallel(running: RunningProvider, citizen: Citizen, count: int) -> list[int]:
    """Send wrong passwords at once over both processes; return the statuses."""
    with Browser(running.provider.base(0)) as browser:
        page = browser.page("/sign-in")
        form = {**page.values, "identifier": citizen.number, "password": WRONG}
        jar = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())}

        def send(place: int) -> int:
            url = running.provider.base(place % 2) + "/sign-in"
            return running.http.post(url, data=form, headers=jar).status_code

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(send, range(count)))


def stored_failures(running: RunningProvider, citizen: Citizen, set_to: int | None = None) -> int:
    """Return the failures that the store has counted for a person, after setting them if asked."""
    url, account_id = running.provider.database_url, running.provider.account_of(citizen.number)
    asked = "SELECT failures FROM passwords WHERE account_id = $1"
    ((failures,),) = running.provider.run(fetch(url, asked, account_id))
    if set_to is not None:
        change = "UPDATE passwords SET failures = $1, retry_at = NULL WHERE account_id = $2 RETURNING failures"
        ((failures,),) = running.provider.run(fetch(url, change, set_to, account_id))
    return int(str(failures))


def test_bf_1_parallel_guesses_are_all_counted_and_end_in_a_delay(cluster: RunningProvider) -> None:
    citizen = cluster.citizen()
    assert in_parallel(cluster, citizen, 20) == [401] * 20
    assert stored_failures(cluster, citizen) == 5, "the fifth makes the others wait"
    with Browser(cluster.provider.base(1)) as browser:
        page = browser.page("/sign-in")
        right = browser.send_form(page, "sign-in", identifier=citizen.number, password=citizen.password)
    assert right.status_code == 401, "the delay holds on the other process, for the right password too"


def test_bf_1_parallel_guesses_never_pass_the_limit(cluster: RunningProvider) -> None:
    """SP 800-63B-4 3.2.2: at most 100 in a row, of which strangers have their share, however many come at once."""
    citizen = cluster.citizen()
    assert stored_failures(cluster, citizen, set_to=UNRECOGNISED_LIMIT - 1) == UNRECOGNISED_LIMIT - 1
    assert in_parallel(cluster, citizen, 20) == [401] * 20
    assert stored_failures(cluster, citizen) == UNRECOGNISED_LIMIT
    assert stored_failures(cluster, citizen, set_to=UNRECOGNISED_LIMIT) == UNRECOGNISED_LIMIT
    assert in_parallel(cluster, citizen, 2) == [401] * 2
    assert stored_failures(cluster, citizen) == UNRECOGNISED_LIMIT
