"""What signing in raises in the numbers, over HTTP, on both stores; and that nothing personal is among them."""

import sqlite3
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec import msgpack

from clients.local_days import VIETNAM
from clients.model import SERVICE_CLASSES, ClientId
from idp.metrics.model import AddCounts, Cause, Counted, CountKey, Measure, Method, Place
from idp.metrics.times import SLOTS
from idp.officers.roles import NATIONAL, Role
from records.structs import replace
from tests.flows.administrators import CONSOLE, READ, administrator
from tests.flows.officer_people import AGENCY
from tests.flows.recovering import begin
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import two_step_person
from tests.flows.stored import fetch, open_store
from tests.support.page import Page
from tests.support.parties.relying_party import Started, show_password, sign_in
from tests.support.plain.browser import Browser, landed, shown
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

LONG, PORTAL = timedelta(days=2), "idp-portal"
Numbers = Counter[tuple[Measure, Method, Place, Cause]]


def numbers_of(running: RunningProvider, client_id: ClientId) -> Numbers:
    """Return what is stored of a client, without hours and times."""

    async def read() -> Numbers:
        async with open_store(running.provider.database_url) as database:
            now, found = datetime.now(UTC), Numbers()
            for key, amount in await database.metrics.by_client(now - LONG, now + LONG, now, [client_id]):
                found[key.measure, key.method, key.step, key.cause] += amount
            return found

    return running.provider.run(read())


def rises(running: RunningProvider, client_id: ClientId, before: Numbers, wanted: Numbers) -> None:
    """Wait until what was counted is stored, and see that nothing else rose."""
    wait_for(f"the numbers of {client_id} are stored", lambda: not wanted - (numbers_of(running, client_id) - before))
    assert numbers_of(running, client_id) - before == wanted


def row(
    measure: Measure, *, method: Method = Method.NONE, step: Place = Place.NONE, cause: Cause = Cause.NONE
) -> tuple[Measure, Method, Place, Cause]:
    return measure, method, step, cause


STARTED = (row(Measure.START, step=Place.SIGN_IN), row(Measure.REACHED, step=Place.SIGN_IN))
DONE = (
    row(Measure.PASSED, step=Place.SIGN_IN),
    row(Measure.COMPLETION, method=Method.PASSWORD, step=Place.SIGN_IN),
)


def signs_in_and_on(running: RunningProvider, browser: Browser) -> None:
    party = running.party(ClientId("dem-xong"))
    sign_in(browser, party, running.citizen())
    started = party.start()
    party.complete(started, landed(browser.open(started.location)))


def cancels(running: RunningProvider, browser: Browser) -> None:
    party = running.party(ClientId("dem-thoi"))
    started = party.start()
    page = browser.page(started.location)
    assert party.error_of(started, landed(browser.submit(page, "cancel"))) == "access_denied"


def errs_first(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(ClientId("dem-sai")), running.citizen()
    refused = party.start(prompt="none")
    assert party.error_of(refused, landed(browser.open(refused.location))) == "login_required"
    started = party.start()
    page = shown(show_password(browser, browser.page(started.location), replace(citizen, password="not-this-one")))
    party.complete(started, landed(show_password(browser, page, citizen)))


WANTED = {
    "dem-xong": Numbers([*STARTED, *DONE, row(Measure.SILENT, method=Method.PASSWORD)]),
    "dem-thoi": Numbers([*STARTED, row(Measure.REFUSAL, step=Place.SIGN_IN, cause=Cause.ACCESS_DENIED)]),
    "dem-sai": Numbers(
        [
            *STARTED,
            *DONE,
            row(Measure.FAILURE, step=Place.SIGN_IN, cause=Cause.WRONG_CREDENTIALS),
            row(Measure.FAILURE, step=Place.REQUEST, cause=Cause.LOGIN_REQUIRED),
        ]
    ),
}


@pytest.mark.both_forms
def test_each_client_has_exactly_what_happened_at_it(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    before = {client_id: numbers_of(running, ClientId(client_id)) for client_id in WANTED}
    signs_in_and_on(running, new_browser())
    cancels(running, new_browser())
    errs_first(running, new_browser())
    for client_id, wanted in WANTED.items():
        rises(running, ClientId(client_id), before[client_id], wanted)
    program = administrator(running, browser, Role.SUPPORT, NATIONAL, READ)
    rows = {one["client_id"]: one["numbers"] for one in program.get("/quality?limit=200").json()["items"]}
    # Other tests register clients at the same provider.
    assert (list(rows), set(running.portals) - set(rows)) == (sorted(rows), set())
    assert rows["dem-thoi"]["refused_for"] == {"access_denied": rows["dem-thoi"]["refusals"]}
    assert rows["dem-xong"]["methods"] == {"password": rows["dem-xong"]["completions"]}
    hours = program.get("/quality/hours?client_id=dem-sai").json()["items"]
    assert len(hours) == 24
    assert sum(hour["numbers"]["starts"] for hour in hours) == rows["dem-sai"]["starts"]
    assert program.get("/quality/hours?client_id=nobody").status_code == 404
    assert program.get("/quality?since=2026-01-01T00:00:00Z").status_code == 422


@pytest.mark.both_forms
def test_help_is_counted_for_the_portal_that_sent_them_here(
    running: RunningProvider, new_browser: Callable[[], Browser]
) -> None:
    party, client, before = (
        running.party(ClientId("dem-thoi")),
        new_browser(),
        numbers_of(running, ClientId("dem-thoi")),
    )
    client.page(party.start().location)
    begin(client, running.citizen().number)
    query = "client_id=dem-thoi&redirect_uri=https%3A%2F%2Felse.where%2F&response_type=code"
    assert new_browser().http.get(f"{running.provider.base()}/authorize?{query}").status_code == 400
    wanted = Numbers(
        [
            *STARTED,
            row(Measure.HELP, step=Place.RECOVERY),
            row(Measure.HELP, step=Place.ERROR_PAGE, cause=Cause.INVALID_REDIRECT_URI),
        ]
    )

    def helped() -> bool:
        return not wanted - (numbers_of(running, ClientId("dem-thoi")) - before)

    wait_for("the help is stored", helped)


@pytest.mark.both_forms
def test_each_step_says_who_came_who_passed_and_who_said_no(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    """One leaves at the second step, one says no there, one goes on; each of them came to sign in."""
    citizen, app = two_step_person(running, browser)
    party, before = running.party(ClientId("dem-xong")), numbers_of(running, ClientId("dem-xong"))

    def at_second_step(client: Browser) -> tuple[Started, Page]:
        started = party.start()
        return started, shown(show_password(client, client.page(started.location), citizen))

    at_second_step(new_browser())
    no, goes_on = new_browser(), new_browser()
    started, page = at_second_step(no)
    assert party.error_of(started, landed(no.submit(page, "cancel"))) == "access_denied"
    started, page = at_second_step(goes_on)
    party.complete(started, landed(goes_on.submit(page, "verify", code=app.code())))
    came = (*STARTED, row(Measure.REACHED, step=Place.SECOND_STEP))
    refused = row(Measure.REFUSAL, step=Place.SECOND_STEP, cause=Cause.ACCESS_DENIED)
    passed = [row(Measure.PASSED, step=step) for step in (Place.SIGN_IN, Place.SECOND_STEP)]
    done = row(Measure.COMPLETION, method=Method.PASSWORD_OTP, step=Place.SIGN_IN)
    rises(running, ClientId("dem-xong"), before, Numbers([*came * 3, refused, *passed, done]))


def test_an_agency_is_shown_its_own_clients_only(running: RunningProvider, browser: Browser) -> None:
    program = administrator(running, browser, Role.AGENCY_ADMINISTRATOR, AGENCY)
    shown_ids = {one["client_id"] for one in program.get("/quality?limit=200").json()["items"]}
    assert shown_ids & set(running.portals) == {
        name for name, one in running.portals.items() if one.entry.get("agency") == AGENCY
    }
    assert CONSOLE in shown_ids
    assert program.get("/quality/hours?client_id=dem-xong").status_code == 404


def rates(browser: Browser, name: str) -> str:
    """Answer "how was it?" and return the portal that the answer is for. It is stored when its day is over."""
    link = browser.page("/account").links["rate"]
    assert shown(browser.submit(browser.page(link), name)).shows("rated-kept")
    token = parse_qs(urlsplit(link).query)["t"][0]
    # Behind the seal: nonce, occasion, method, end, portal.
    offer = msgpack.decode(urlsafe_b64decode(token + "=" * (-len(token) % 4))[32:])
    return str(offer[4])


def test_an_answer_is_of_the_portal_that_the_person_came_from(running: RunningProvider, browser: Browser) -> None:
    before = numbers_of(running, ClientId("dem-xong"))
    sign_in(browser, running.party(ClientId("dem-xong")), running.citizen())
    assert rates(browser, "score-4") == "dem-xong"
    rises(running, ClientId("dem-xong"), before, Numbers([*STARTED, *DONE]))
    # Whoever signs out leaves nothing of it in the browser.
    assert browser.http.cookies.get(PORTAL) == "dem-xong"
    browser.submit(browser.page("/account"), "sign-out")
    assert not browser.http.cookies.get(PORTAL)


def test_a_forged_portal_is_none(running: RunningProvider, new_browser: Callable[[], Browser]) -> None:
    forgeries = ("nobody-s-portal", "x" * 3000, "dem-xong~try", "%00%ff", "a,b")
    for forged in forgeries:
        browser = new_browser()
        show_password(browser, browser.page("/sign-in"), running.citizen())
        browser.http.cookies.set(PORTAL, forged, domain="localhost.local")
        assert rates(browser, "score-2") == ""


def test_nothing_in_the_numbers_is_of_a_person(running: RunningProvider, browser: Browser) -> None:
    """Every word of every row is one of a closed set, or an id of the registry of clients."""
    sign_in(browser, running.party(ClientId("dem-xong")), running.citizen())

    async def read() -> list[CountKey]:
        async with open_store(running.provider.database_url) as database:
            now = datetime.now(UTC)
            return [key for key, _ in await database.metrics.by_client(now - LONG, now + LONG, now, None)]

    async def registered() -> set[str]:
        async with open_store(running.provider.database_url) as database:
            return {client.client_id for client in await database.clients.load_all()}

    asked = """SELECT hour_at, measure, client_id, service_class, method, step, cause, slot, amount
        FROM quality_counts"""
    keys = wait_for("numbers are stored", lambda: running.provider.run(read()))
    clients = running.provider.run(registered())
    for key in keys:
        assert key.client_id in {"", *clients}
        assert key.service_class in {"", *SERVICE_CLASSES}
    rows = running.provider.run(raw_rows(running.provider.database_url, asked))
    closed = {"", *Measure, *Method, *Place, *Cause, *SERVICE_CLASSES, *clients}
    for hour_at, *words, slot, amount in rows:
        assert hour_at % 3_600_000_000 == 0
        assert set(words) <= closed
        assert 0 <= slot <= SLOTS
        assert amount > 0


async def raw_rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of a select on either store."""
    if url.startswith("postgresql"):
        return await fetch(url, statement)
    with closing(sqlite3.connect(url.partition("///")[2])) as connection:
        return connection.execute(statement).fetchall()


def open_day(running: RunningProvider) -> date:
    """Return a published day, with enough completions of one portal and few of another."""
    day = (datetime.now(UTC) - timedelta(hours=4)).astimezone(VIETNAM).date() - timedelta(days=2)
    noon = datetime.combine(day, time(12), VIETNAM)

    def done(client_id: ClientId, amount: int) -> Counted:
        key = CountKey(noon, Measure.COMPLETION, client_id, "filing", Method.PASSKEY, Place.SIGN_IN, slot=4)
        return Counted(key, amount)

    async def add() -> None:
        async with open_store(running.provider.database_url) as database:
            await database.ledger.commit(
                AddCounts(counted=(done(ClientId("dem-xong"), 40), done(ClientId("dem-thoi"), 3)))
            )

    running.provider.run(add())
    return day


def test_everybody_may_read_the_day_before_and_small_numbers_are_in_none_of_it(running: RunningProvider) -> None:
    day, base = open_day(running), running.provider.base() + "/open-data"
    reported = running.http.get(f"{base}/quality.json?day={day}")
    rows = {(row["client_id"], row["measure"], row["detail"]): row["value"] for row in reported.json()["rows"]}
    assert rows["dem-xong", "completions", "passkey"] == rows["dem-xong", "starts", ""] == 40
    assert rows["dem-xong", "seconds_p50", ""] == 5
    assert rows["dem-thoi", "completions", ""] is rows["dem-thoi", "starts", ""] is None
    as_csv = running.http.get(f"{base}/quality.csv?day={day}")
    assert f"{day},dem-xong,completions,passkey,40\r\n" in as_csv.text
    assert f"{day},dem-thoi,completions,passkey,\r\n" in as_csv.text
    for answer in (reported, as_csv):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert 'rel="license"' in answer.headers["link"]
        again = running.http.get(str(answer.url), headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_a_day_that_is_none_or_is_not_published_is_refused(running: RunningProvider) -> None:
    base, today = running.provider.base() + "/open-data/quality.csv", datetime.now(VIETNAM).date()
    for asked, status in (("x", 400), ("2026-02-30", 400), ("2026-W48-1", 400), (f"{today}", 404), ("1970-01-01", 404)):
        answer = running.http.get(base, params={"day": asked})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert (
        running.http.get(base).status_code
        == running.http.get(running.provider.base() + "/open-data").status_code
        == 200
    )
