"""Authorization responses by every mode, over a running provider: a code, an error, a person who says no."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.support.page import read_page
from tests.support.parties.relying_party import show_password, sign_in
from tests.support.parties.responses import arrived
from tests.support.plain.browser import Browser, landed

# What a response looks like depends neither on the store nor on the number of processes.
pytestmark = pytest.mark.one_form

MODES = ("query", "fragment", "form_post", "query.jwt", "fragment.jwt", "form_post.jwt")
# RFC 6749 A.5: any printable ASCII character, those of markup among them.
ODD_STATE = "a\"b'c<script>&amp;d=e+f%20g</form>"


@pytest.mark.parametrize("mode", MODES)
def test_multiple_response_types_2_1_and_jarm_2_3_a_code_comes_by_the_mode_that_was_asked_for(
    running: RunningProvider, browser: Browser, mode: str
) -> None:
    party = running.party()
    started = party.start(response_mode=mode)
    answer = show_password(browser, browser.page(started.location), running.citizen())
    party.complete(started, arrived(party, answer, mode))
    # Silently too, with a state that is markup.
    again = replace(party.start(response_mode=mode, state=ODD_STATE, prompt="none"), state=ODD_STATE)
    party.complete(again, arrived(party, browser.open(again.location), mode))


@pytest.mark.parametrize("mode", MODES)
def test_oidc_core_3_1_2_6_and_jarm_2_1_an_error_comes_by_the_same_mode(
    running: RunningProvider, browser: Browser, mode: str
) -> None:
    party = running.party()
    for extra, error in (
        ({"prompt": "none"}, "login_required"),
        ({"scope": "nothing-known"}, "invalid_scope"),
        ({"request": "e30.e30."}, "request_not_supported"),
    ):
        started = replace(party.start(response_mode=mode, state=ODD_STATE, **extra), state=ODD_STATE)
        assert party.error_of(started, arrived(party, browser.open(started.location), mode)) == error
    started = party.start(response_mode=mode)
    cancelled = browser.submit(browser.page(started.location), "cancel")
    assert party.error_of(started, arrived(party, cancelled, mode)) == "access_denied"


def test_jarm_2_3_4_jwt_alone_is_the_query_for_a_code(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    sign_in(browser, party, running.citizen())
    started = party.start(response_mode="jwt")
    party.complete(started, arrived(party, browser.open(started.location), "query.jwt"))


def test_jarm_3_a_client_may_register_rs256(running: RunningProvider, browser: Browser) -> None:
    signed = portal(ClientId("ky-rs256"), running.listener, authorization_signed_response_alg="RS256")
    running.apply(signed)
    party = replace(signed.party(running.http, running.provider), response_algorithm="RS256")
    started = party.start(response_mode="form_post.jwt")
    answer = show_password(browser, browser.page(started.location), running.citizen())
    party.complete(started, arrived(party, answer, "form_post.jwt"))


def test_oidc_core_3_1_2_1_a_posted_request_is_answered_by_a_form_too(running: RunningProvider) -> None:
    party = running.party()
    with running.browser() as browser:
        sign_in(browser, party, running.citizen())
        started = party.start(response_mode="form_post")
        answer = browser.http.post("/authorize", data=_parameters(started.location))
        page = read_page(answer.status_code, answer.headers, answer.text, str(answer.url))
        party.complete(started, arrived(party, page, "form_post"))


def test_oauth_form_post_2_a_used_page_is_stored_nowhere(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    sign_in(browser, party, running.citizen())
    answer = browser.http.get(party.start(response_mode="form_post").location)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] in {"no-referrer", "same-origin"}


def _parameters(location: str) -> dict[str, str]:
    return dict(httpx2.QueryParams(location.partition("?")[2]))


def test_rfc9207_2_an_old_library_gets_errors_without_iss_and_codes_with_it(
    running: RunningProvider, browser: Browser
) -> None:
    """mod_auth_openidc 2.4.12 takes an error with `iss` for a request to sign in, and leads who cancels back."""
    soon = (datetime.now(UTC) + timedelta(days=100)).date().isoformat()
    made = portal(ClientId("apache-cu"), running.listener, error_iss_omitted_until=soon)
    running.apply(made)
    party = made.party(running.http, running.provider)
    silent = landed(browser.open(party.start(prompt="none").location))
    cancelled = landed(browser.submit(browser.page(party.start().location), "cancel"))
    for landing, error in ((silent, "login_required"), (cancelled, "access_denied")):
        assert landing.values["error"] == error
        assert landing.values.keys() == {"error", "error_description", "state"}
    # What carries a code is checked as ever, and so is every other client's error.
    sign_in(browser, party, running.citizen())
    other = running.party(ClientId("keyed"))
    started = other.start(scope="nothing-known")
    assert other.error_of(started, landed(browser.open(started.location))) == "invalid_scope"
