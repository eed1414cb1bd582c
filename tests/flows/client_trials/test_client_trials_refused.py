"""Variants of a run, each refused or granted as it should be; and every door of trying out that stays shut."""

from collections.abc import Callable
from re import search

import pytest
from joserfc.jwk import ECKey

from clients.model import ClientId
from idp.officers.roles import NATIONAL, Role
from tests.flows.admin.test_admin_clients import entry, post
from tests.flows.admin.test_console_clients import press, registered
from tests.flows.administrators import CONSOLE, ApiProgram, tokens_of
from tests.flows.console_people import administrator, give, sign_in_to, take_back
from tests.flows.officer_people import AGENCY, OfficerPerson, ready
from tests.flows.running_provider import RunningProvider
from tests.flows.trial_runs import PERSON, attempt, come_back, make_people, opened, start
from tests.support.builders.protocol import public_jwks
from tests.support.page import Page
from tests.support.plain.browser import Browser, Landing, shown

NewBrowser = Callable[[], Browser]
AS_EXPECTED = "Đúng như mong đợi"


@pytest.fixture
def running(embedded: RunningProvider) -> RunningProvider:
    """One form of the provider is enough: what is refused is decided before any store is asked."""
    return embedded


@pytest.fixture
def developer(running: RunningProvider, browser: Browser) -> OfficerPerson:
    make_people(running)
    return administrator(running, browser, Role.CLIENT_DEVELOPER, AGENCY)


def asked(browser: Browser, room: Page) -> str:
    """Press the first button and return the authorization request that the browser was sent with."""
    location = browser.send_form(room, "plain").headers["location"]
    assert location.startswith("/authorize?")
    return str(location)


def test_each_variant_is_explained_as_what_it_is(
    running: RunningProvider, browser: Browser, developer: OfficerPerson
) -> None:
    room = attempt(browser, opened(browser))
    for variant in ("silent", "max-age", "wrong-verifier", "step-up"):
        room = attempt(browser, room, variant)
        assert AS_EXPECTED in room.texts["outcome"], (variant, room.texts)
    # The level was reached: a code used twice ends what came of it.
    room = attempt(browser, room, "replay")
    assert "invalid_grant" in room.texts["findings-replay"]
    assert "error-replay" in room.texts
    wrong = shown(browser.submit(room, "wrong-redirect"))
    assert AS_EXPECTED in wrong.texts["outcome"]
    assert "invalid_redirect_uri" in wrong.texts["findings-back"]
    assert wrong.shows("error-back")
    first = browser.page("/try?n=1")
    assert first.shows("findings-userinfo")


def test_silence_without_an_invented_person_is_an_error_with_its_remedy(
    running: RunningProvider, browser: Browser, developer: OfficerPerson
) -> None:
    room = attempt(browser, opened(browser), "silent")
    assert AS_EXPECTED in room.texts["outcome"], room.texts["findings-back"]
    assert room.shows("error-back")


def test_a_client_in_production_is_tried_out_with_invented_people_only(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    make_people(running)
    administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)
    room = start(browser, ClientId("quoc-gia"))
    citizen = running.citizen()
    page = shown(browser.submit(shown(browser.submit(room, "plain")), "other-account"))
    refused = shown(browser.submit(page, "sign-in", identifier=citizen.number, password=citizen.password))
    assert "đang chạy thử" in refused.texts["heading"]
    assert attempt(browser, room).shows("findings-userinfo")


def test_a_try_address_leads_nowhere_without_the_browser_that_holds_the_run(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser, developer: OfficerPerson
) -> None:
    room = opened(browser)
    request = asked(browser, room)
    stranger = new_browser()
    assert stranger.page(request).error_code == "invalid_client"
    other = new_browser()
    administrator(running, other, Role.CLIENT_DEVELOPER, AGENCY)
    assert other.page(request).error_code == "invalid_client"
    # Not even a run of another client lets it in.
    opened(other)
    assert other.page(request).error_code == "invalid_client"
    assert other.page("/try/back?code=x&state=y").shows("notice")
    assert stranger.page("/try").status == 404
    assert stranger.page("/try/back?code=x&state=y").status == 404


def test_a_real_client_has_no_try_address(running: RunningProvider, browser: Browser, developer: OfficerPerson) -> None:
    room = opened(browser)
    request = asked(browser, room)
    for trial_client, own in (("~try", ""), ("client_id=", "client_id=quoc-gia&x=")):
        assert browser.page(request.replace(trial_client, own)).error_code == "invalid_redirect_uri"


def test_the_trial_client_is_unknown_to_the_endpoints_of_programs(
    running: RunningProvider, browser: Browser, developer: OfficerPerson
) -> None:
    request = asked(browser, opened(browser))
    found = search(r"client_id=([^&]+)", request)
    assert found is not None
    form = {"grant_type": "client_credentials", "client_id": found[1].replace("%7E", "~"), "client_secret": "x" * 43}
    for path in ("/token", "/introspect", "/revoke"):
        answer = browser.http.post(path, data={**form, "token": "x"})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_nothing_goes_on_after_a_run_has_ended(
    running: RunningProvider, browser: Browser, developer: OfficerPerson
) -> None:
    room = opened(browser)
    held = browser.http.cookies["idp-try"]
    request = asked(browser, room)
    shown(browser.submit(room, "end"))
    # A browser that kept the cookie gets no further.
    browser.http.cookies.set("idp-try", held, domain="localhost.local", path="/")
    assert browser.page(request).error_code == "invalid_client"
    assert browser.page("/try").status == 404


def test_a_run_ends_with_the_right_of_whoever_started_it(running: RunningProvider, browser: Browser) -> None:
    make_people(running)
    person = ready(running, browser)
    grant = give(running, person, Role.CLIENT_DEVELOPER, AGENCY)
    sign_in_to(browser, person)
    request = asked(browser, opened(browser))
    take_back(running, grant)
    assert browser.page("/try").status == 404
    assert browser.page(request).error_code == "invalid_client"


def test_an_answer_counts_once_and_only_with_its_state(
    running: RunningProvider, browser: Browser, developer: OfficerPerson
) -> None:
    room = opened(browser)
    answer = browser.submit(shown(browser.submit(room, "plain")), "other-account")
    answer = browser.submit(shown(answer), "sign-in", identifier=PERSON, password="sandbox-Password-1")
    assert isinstance(answer, Landing)
    forged = answer.location.replace("state=", "state=x")
    assert browser.page(forged).shows("notice")
    assert come_back(browser, answer).shows("findings-userinfo")
    again = browser.page(answer.location)
    assert again.shows("notice")
    assert "state" in again.texts["notice"]


def test_another_agencys_client_and_a_reader_cannot_be_tried(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser, developer: OfficerPerson
) -> None:
    address = registered(browser).replace("/clients/", "/clients/try/")
    foreign, auditor = new_browser(), new_browser()
    administrator(running, foreign, Role.CLIENT_DEVELOPER, "G22")
    administrator(running, auditor, Role.AUDITOR, AGENCY)
    assert (foreign.page(address).status, auditor.page(address).status) == (404, 403)
    press(browser, browser.page(address), "start")


def test_a_run_that_the_api_started_is_opened_once_by_its_officer_and_read_as_json(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    make_people(running)
    person = ready(running, browser)
    give(running, person, Role.CLIENT_DEVELOPER, AGENCY)
    # The invented person takes the officer's place in the browser of the run, whose tokens end with the session.
    program = ApiProgram(running, tokens_of(running, new_browser(), person).access_token)
    sign_in_to(browser, person)
    client_id = registered(browser).rpartition("/")[2]
    path = f"/clients/{client_id}/trials"
    begun = post(program, path, None)
    assert begun.status_code == 201, begun.text
    run, page = begun.json()["id"], begun.json()["page"]
    other = new_browser()
    administrator(running, other, Role.CLIENT_DEVELOPER, AGENCY)
    assert press(other, other.page(page), "start").error_code == "not_found"
    room = press(browser, browser.page(page), "start")
    assert press(browser, browser.page(page), "start").error_code == "conflict"
    assert attempt(browser, room).shows("findings-userinfo")
    report = program.get(f"{path}/{run}").json()
    assert (report["over"], [one["outcome"] for one in report["attempts"]]) == (False, ["expected"])
    reported = {step["name"]: step for step in report["attempts"][0]["steps"]}
    assert {"request", "back", "token", "id_token", "userinfo"} <= reported.keys()
    assert reported["token"]["findings"][0]["member"] == "token_endpoint_auth_method"
    assert all(
        one["words"]["vi"] != one["words"]["en"] or one["key"] == "claim" for one in reported["request"]["findings"]
    )
    assert "eyJ" not in str(report)
    assert program.get(f"/clients/{CONSOLE}/trials/{run}").status_code == 404


def test_a_client_with_a_key_is_tried_out_with_a_stand_in_key(
    running: RunningProvider, browser: Browser, new_browser: NewBrowser
) -> None:
    make_people(running)
    person = ready(running, browser)
    give(running, person, Role.NATIONAL_OPERATOR, NATIONAL)
    program = ApiProgram(running, tokens_of(running, new_browser(), person).access_token)
    keys = public_jwks(ECKey.generate_key("P-256", {"kid": "portal", "alg": "ES256"}))
    metadata = {**entry(), "token_endpoint_auth_method": "private_key_jwt", "jwks": keys}
    made = post(program, "/clients", {"metadata": metadata})
    assert made.status_code == 201, made.text
    sign_in_to(browser, person)
    room = attempt(browser, start(browser, made.json()["client_id"]))
    assert AS_EXPECTED in room.texts["outcome"], room.texts
    assert "private_key_jwt" in room.texts["findings-token"]
