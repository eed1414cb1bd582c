"""A portal whose software cannot do PKCE signs people in by the profile that has an end (RFC 9700 2.1.1)."""

from datetime import UTC, datetime, timedelta

import httpx2

from clients.model import ClientId
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty, Started
from tests.support.plain.browser import Browser, landed

WITHOUT_PKCE: dict[str, str | None] = {"code_challenge": None, "code_challenge_method": None}


def registered(running: RunningProvider, client_id: str, days: int) -> RelyingParty:
    """Return a client whose exception ends so many days from now."""
    ends = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    made = portal(
        ClientId(client_id),
        running.listener,
        security_profile="interoperable",
        interoperable_until=ends,
        interoperable_reason="passport-openidconnect has no PKCE",
    )
    running.apply(made)
    return made.party(running.http, running.provider)


def redeemed(party: RelyingParty, started: Started, code: str) -> httpx2.Response:
    return party.token(grant_type="authorization_code", code=code, redirect_uri=party.redirect_uri)


def test_rfc9700_2_1_1_a_nonce_in_place_of_pkce_signs_a_person_in(running: RunningProvider, browser: Browser) -> None:
    party, citizen = registered(running, "passport", 30), running.citizen()
    started = party.start(**WITHOUT_PKCE)
    page = browser.page(started.location)
    landing = landed(browser.submit(page, "sign-in", identifier=citizen.number, password=citizen.password))
    answer = redeemed(party, started, party.code_of(started, landing))
    assert party.validated(answer, nonce=started.nonce).claims["nonce"] == started.nonce
    # The same client with a current library uses PKCE: then the verifier counts.
    current = party.start()
    code = party.code_of(current, landed(browser.open(current.location)))
    assert redeemed(party, current, code).json()["error"] == "invalid_grant"


def test_rfc9700_2_1_1_without_a_nonce_or_after_its_last_day_the_portal_is_told(
    running: RunningProvider, browser: Browser
) -> None:
    party, over = registered(running, "passport-khac", 30), registered(running, "passport-cu", -2)
    for asking, asked in ((party, party.start(**WITHOUT_PKCE, nonce=None)), (over, over.start(**WITHOUT_PKCE))):
        assert asking.error_of(asked, landed(browser.open(asked.location))) == "invalid_request"
    assert "sign-in" in browser.page(over.start().location).buttons
