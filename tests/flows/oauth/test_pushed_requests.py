"""Pushed authorization requests over a running provider (RFC 9126; FAPI 2.0 5.3.2.2)."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

from clients.model import ClientId
from records.structs import replace
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty, Started, show_password, sign_on
from tests.support.plain.browser import Browser, Landing, landed, shown


def refused_on_a_page(browser: Browser, location: str, error: str) -> None:
    page = shown(browser.open(location))
    assert (page.status, page.error_code) == (400, error)


def signed_in_with(browser: Browser, running: RunningProvider, party: RelyingParty, started: Started) -> Landing:
    return landed(show_password(browser, browser.page(started.location), running.citizen()))


def test_rfc9126_4_a_person_signs_in_by_a_pushed_request(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    started = party.push()
    query = parse_qs(urlsplit(started.location).query)
    assert query.keys() == {"client_id", "request_uri"}
    party.complete(started, signed_in_with(browser, running, party, started))


def test_rfc9126_4_what_the_browser_adds_changes_nothing(running: RunningProvider, browser: Browser) -> None:
    """FAPI 2.0: the pushed state and nonce count; a state outside is never returned."""
    party = running.party()
    started = party.push()
    added = replace(started, location=f"{started.location}&state=outside&nonce=outside&scope=openid&prompt=none")
    party.complete(started, signed_in_with(browser, running, party, added))


def test_rfc9126_7_3_a_reference_is_spent_by_its_answer_and_not_by_its_page(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    started = party.push()
    assert browser.page(started.location).status == 200
    party.complete(started, signed_in_with(browser, running, party, started))
    refused_on_a_page(browser, started.location, "invalid_request_uri")


def test_rfc9126_7_3_of_two_browsers_with_one_reference_one_gets_its_code(cluster: RunningProvider) -> None:
    party = cluster.party()
    with Browser(cluster.provider.base(0)) as first, Browser(cluster.provider.base(1)) as second:
        started = party.push()
        pages = [(browser, browser.page(started.location)) for browser in (first, second)]
        person = cluster.citizen()
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda at: show_password(at[0], at[1], person), pages))
    landings = [answer for answer in answers if isinstance(answer, Landing)]
    assert len(landings) == 1
    party.complete(started, landings[0])


def test_rfc9126_2_2_a_reference_is_another_clients_to_nobody(running: RunningProvider, browser: Browser) -> None:
    started, other = running.party().push(), running.party(ClientId("so-tu-phap"))
    query = parse_qs(urlsplit(started.location).query)
    refused_on_a_page(
        browser, f"/authorize?client_id={other.client_id}&request_uri={query['request_uri'][0]}", "invalid_request_uri"
    )


def test_rfc9126_7_3_single_sign_on_spends_it_at_once(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    started = party.push()
    party.complete(started, signed_in_with(browser, running, party, started))
    again = party.push()
    party.complete(again, landed(browser.open(again.location)))
    refused_on_a_page(browser, again.location, "invalid_request_uri")
    sign_on(browser, party)


def test_rfc9126_2_3_errors_and_methods(running: RunningProvider) -> None:
    party = running.party()
    for fields, error in (
        ({"redirect_uri": "https://elsewhere.example/"}, "invalid_redirect_uri"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ):
        good = {"response_type": "code", "redirect_uri": party.redirect_uri, "scope": "openid"}
        answer = party.post("/par", **{**good, **fields})
        assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert running.http.get(f"{running.provider.base()}/par").status_code == 405
    unproved = running.http.post(f"{running.provider.base()}/par", data={"client_id": party.client_id})
    assert (unproved.status_code, unproved.json()["error"]) == (401, "invalid_client")


def test_a_person_who_declines_spends_it_and_a_page_left_open_does_not_begin_it_again(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    started = party.push()
    page = browser.page(started.location)
    refusal = landed(browser.submit(page, "cancel"))
    assert party.error_of(started, refusal) == "access_denied"
    refused_on_a_page(browser, started.location, "invalid_request_uri")
    refused_on_a_page(browser, page.address, "request_expired")


def test_rfc9126_5_discovery_names_the_endpoint(running: RunningProvider) -> None:
    document = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    assert document["pushed_authorization_request_endpoint"].endswith("/par")
    assert document["require_pushed_authorization_requests"] is False
