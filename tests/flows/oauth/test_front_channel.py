"""Implicit and hybrid over a running provider, as a strict certification client takes them (OIDC Core 3.2, 3.3)."""

import pytest

from clients.model import RESPONSE_TYPES, ClientId
from tests.flows.portals import GOODBYE, Portal, portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty, Started, show_password
from tests.support.parties.responses import Arrived, arrived, front_tokens
from tests.support.parties.token_checks import read_signed
from tests.support.plain.browser import Browser, landed

pytestmark = pytest.mark.one_form

FRONT = tuple(one for one in RESPONSE_TYPES if one != "code")
# What userinfo would tell, in an ID token that comes without an access token.
PROFILE = frozenset({"name", "given_name", "family_name", "middle_name", "birthdate", "gender", "updated_at", "locale"})
SUITE = ClientId("chung-nhan")


@pytest.fixture
def party(running: RunningProvider) -> RelyingParty:
    """A client of the certification suite."""
    if SUITE not in running.portals:
        running.portals[SUITE] = _suite(running)
        running.provider.apply_clients([running.portals[SUITE].entry])
        running.apply(running.portals[SUITE])
    return running.party(SUITE)


def _suite(running: RunningProvider) -> Portal:
    return portal(
        SUITE,
        running.listener,
        security_profile="certification",
        grant_types=["authorization_code", "refresh_token", "implicit"],
        response_types=list(RESPONSE_TYPES),
        scope="openid profile email address phone offline_access",
    )


def signed_in(
    running: RunningProvider, browser: Browser, party: RelyingParty, response_type: str, mode: str = "fragment"
) -> tuple[Started, Arrived]:
    """Sign in for a response type and return its response, checked."""
    started = party.start(response_type=response_type, **({} if mode == "fragment" else {"response_mode": mode}))
    answer = show_password(browser, browser.page(started.location), running.citizen())
    told = PROFILE if response_type == "id_token" else frozenset[str]()
    return started, front_tokens(party, started, arrived(party, answer, mode), response_type, told)


@pytest.mark.both_forms
@pytest.mark.parametrize("mode", ["fragment", "form_post", "fragment.jwt"])
@pytest.mark.parametrize("response_type", FRONT)
def test_oidc_core_3_2_2_5_and_3_3_2_5_tokens_come_by_the_fragment_or_a_form(
    running: RunningProvider, browser: Browser, party: RelyingParty, response_type: str, mode: str
) -> None:
    started, found = signed_in(running, browser, party, response_type, mode)
    if "code" not in found.values:
        return
    # OIDC Core 3.3.3: the code is redeemed as any other; sub is the same in both ID tokens.
    tokens = party.validated(party.redeem(started, found.values["code"]), nonce=started.nonce)
    if "id_token" in found.values:
        first = read_signed(found.values["id_token"], party.jwks(), party.algorithm, "JWT")
        assert (first["sub"], first["sid"]) == (tokens.claims["sub"], tokens.claims["sid"])


def test_oidc_core_5_4_an_id_token_alone_tells_the_claims_of_the_scopes(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    _, found = signed_in(running, browser, party, "id_token")
    claims = read_signed(found.values["id_token"], party.jwks(), party.algorithm, "JWT")
    assert claims["name"]


@pytest.mark.parametrize("response_type", FRONT)
def test_oidc_core_3_2_2_1_and_3_3_2_11_a_nonce_is_needed_where_an_id_token_comes(
    running: RunningProvider, browser: Browser, party: RelyingParty, response_type: str
) -> None:
    started = party.start(response_type=response_type, nonce=None)
    if response_type == "code token":
        answer = show_password(browser, browser.page(started.location), running.citizen())
        assert "access_token" in arrived(party, answer, "fragment").values
    else:
        found = arrived(party, browser.open(started.location), "fragment")
        assert party.error_of(started, found) == "invalid_request"


@pytest.mark.both_forms
def test_i24_the_access_token_dies_with_the_session_it_was_given_in(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    _, found = signed_in(running, browser, party, "id_token token")
    token = found.values["access_token"]
    assert party.introspect(token)["active"] is True
    # The ID token of the same response names the session, as every one of ours does.
    hint = found.values["id_token"]
    left = browser.open(f"/logout?id_token_hint={hint}&post_logout_redirect_uri={GOODBYE.replace('?', '%3F')}")
    assert landed(left).location == GOODBYE
    assert party.introspect(token) == {"active": False}
    assert party.userinfo(token).status_code == 401


def test_rfc7009_2_1_the_access_token_can_be_revoked_alone(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started, found = signed_in(running, browser, party, "code token")
    assert party.revoke(found.values["access_token"]).status_code == 200
    assert party.introspect(found.values["access_token"]) == {"active": False}
    # The code beside it has a grant of its own.
    party.validated(party.redeem(started, found.values["code"]), nonce=started.nonce)


def test_cr_1_a_replayed_code_ends_what_it_was_redeemed_for(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    started, found = signed_in(running, browser, party, "code id_token")
    tokens = party.validated(party.redeem(started, found.values["code"]), nonce=started.nonce)
    assert party.redeem(started, found.values["code"]).json()["error"] == "invalid_grant"
    assert party.introspect(tokens.access_token) == {"active": False}


@pytest.mark.parametrize("mode", ["query", "query.jwt"])
def test_multiple_response_types_5_the_query_is_refused(browser: Browser, party: RelyingParty, mode: str) -> None:
    started = party.start(response_type="code id_token", response_mode=mode)
    found = arrived(party, browser.open(started.location), "fragment")
    assert party.error_of(started, found) == "invalid_request"


@pytest.mark.parametrize("response_type", [*FRONT, "token"])
def test_rfc9700_2_1_2_a_portal_of_the_standard_profile_gets_no_token_by_the_browser(
    running: RunningProvider, browser: Browser, response_type: str
) -> None:
    standard = running.party()
    started = standard.start(response_type=response_type)
    found = arrived(standard, browser.open(started.location), "fragment")
    assert standard.error_of(started, found) == "unsupported_response_type"


def test_the_grant_is_one_that_the_person_sees_and_ends(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    _, found = signed_in(running, browser, party, "id_token token")
    page = browser.page("/account/portals")
    assert page.shows(f"portal-{SUITE}")
    assert party.introspect(found.values["access_token"])["active"] is True
    browser.submit(page, "end-1")
    assert party.introspect(found.values["access_token"]) == {"active": False}
