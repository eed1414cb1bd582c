"""RP-initiated logout: every case of the OpenID Foundation's conformance suite (RP-Initiated Logout 2 to 4)."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

import orjson
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from keys.policy import RotationPolicy
from keys.providers.file import load_or_create_master_key
from keys.service import KeyService
from keys.signer import Signer
from tests.flows.portals import GOODBYE
from tests.flows.running_provider import RunningProvider
from tests.flows.stored import open_store
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty, sign_in, sign_on
from tests.support.parties.token_checks import Claims
from tests.support.plain.browser import Browser, Landing, landed, shown

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

# What the certification suite sends: whatever an address, a page or a shell could stumble over.
STATE = "a'b\"c&d=e%f<g>h\\i#j+k l;m?n/o~ñ"


def logout_path(**parameters: str) -> str:
    return f"/logout?{urlencode(parameters)}"


def check_signed_out(browser: Browser, party: RelyingParty) -> None:
    """No session is left: `prompt=none` must fail."""
    started = party.start(prompt="none")
    assert party.error_of(started, landed(browser.open(started.location))) == "login_required"


def check_signed_in(browser: Browser, party: RelyingParty) -> None:
    sign_on(browser, party, prompt="none")


def check_refused(answer: Page | Landing, code: str) -> None:
    page = shown(answer)
    assert (page.status, page.error_code) == (400, code)


def confirmed(browser: Browser, answer: Page | Landing) -> Page:
    """Say yes on the confirmation page and return the page that follows."""
    page = shown(answer)
    assert page.shows("confirm-logout")
    after = shown(browser.submit(page, "confirm-logout"))
    assert after.shows("signed-out")
    return after


def test_rp_initiated_logout_2_1_discovery_names_the_endpoint_and_both_back_channel_abilities(
    running: RunningProvider,
) -> None:
    reported = running.http.get(running.provider.base() + "/.well-known/openid-configuration").json()
    assert reported["end_session_endpoint"] == running.provider.issuer + "/logout"
    assert reported["backchannel_logout_supported"] is True
    assert reported["backchannel_logout_session_supported"] is True


@pytest.mark.both_forms
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_rp_initiated_logout_3_a_hint_and_a_registered_address_end_the_session_and_return_the_state_untouched(
    running: RunningProvider, browser: Browser, method: str
) -> None:
    """RP-Initiated Logout 2: both methods; nothing but the state is added to the address."""
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    parameters = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": GOODBYE, "state": STATE}
    if method == "GET":
        landing = landed(browser.open(logout_path(**parameters)))
    else:
        answer = browser.http.post("/logout", data=parameters)
        assert answer.status_code == 303
        landing = Landing(answer.headers["location"])
    assert landing.address == GOODBYE.partition("?")[0]
    assert landing.values == {"from": "idp", "state": STATE}
    check_signed_out(browser, party)


def test_rp_initiated_logout_3_without_a_state_the_address_is_the_registered_one(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    answer = browser.open(logout_path(id_token_hint=tokens.id_token, post_logout_redirect_uri=GOODBYE))
    assert landed(answer).location == GOODBYE
    check_signed_out(browser, party)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/elsewhere", GOODBYE + "&extra=1", GOODBYE.partition("?")[0], GOODBYE + "#end"],
    ids=["other path", "query added", "query left out", "fragment added"],
)
def test_rp_initiated_logout_3_an_address_that_is_not_registered_to_the_letter_is_never_gone_to(
    running: RunningProvider, browser: Browser, address: str
) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    answer = browser.open(logout_path(id_token_hint=tokens.id_token, post_logout_redirect_uri=address, state="s"))
    check_refused(answer, "invalid_redirect_uri")
    check_signed_in(browser, party)


def unsigned(token: str) -> str:
    """Return a token rewritten to `alg: none`."""
    header = jws.extract_compact(token.encode()).headers()
    changed = jws.extract_compact(token.encode()).payload
    return f"{_encoded({**header, 'alg': 'none'})}.{_urlsafe(changed)}."


def signed_by_another(token: str) -> str:
    """Return a token signed with a foreign key under the name of the provider's."""
    header = jws.extract_compact(token.encode()).headers()
    payload = jws.extract_compact(token.encode()).payload
    return jws.serialize_compact({**header}, payload, ECKey.generate_key("P-256"), algorithms=["ES256"])


def _encoded(value: Mapping[str, object]) -> str:
    return _urlsafe(orjson.dumps(value))


def _urlsafe(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


@pytest.mark.parametrize("spoil", [unsigned, signed_by_another, lambda token: "not.a.token"])
def test_rp_initiated_logout_4_a_hint_that_is_not_genuine_brings_nobody_anywhere(
    running: RunningProvider, browser: Browser, spoil: Callable[[str], str]
) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    hint = spoil(tokens.id_token)
    answer = browser.open(logout_path(id_token_hint=hint, post_logout_redirect_uri=GOODBYE, state="s"))
    check_refused(answer, "invalid_request")
    check_signed_in(browser, party)


def test_rp_initiated_logout_4_a_hint_of_another_client_than_client_id_is_refused(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    check_refused(browser.open(logout_path(id_token_hint=tokens.id_token, client_id="so-tu-phap")), "invalid_request")
    check_signed_in(browser, party)


@pytest.mark.both_forms
@pytest.mark.parametrize(
    "parameters",
    [{}, {"state": "s"}, {"post_logout_redirect_uri": GOODBYE, "state": "s"}],
    ids=["no parameters", "only a state", "no hint"],
)
def test_rp_initiated_logout_2_without_a_hint_the_person_is_asked_and_stays_here(
    running: RunningProvider, browser: Browser, parameters: dict[str, str]
) -> None:
    """Nobody vouches for the address, even a registered one."""
    party = running.party()
    sign_in(browser, party, running.citizen())
    asked = browser.open(logout_path(**parameters))
    check_signed_in(browser, party)
    confirmed(browser, asked)
    check_signed_out(browser, party)


@pytest.mark.both_forms
def test_rp_initiated_logout_2_a_hint_without_an_address_ends_the_session_and_shows_a_page(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    assert shown(browser.open(logout_path(id_token_hint=tokens.id_token))).shows("signed-out")
    assert browser.session is None
    check_signed_out(browser, party)


@pytest.mark.both_forms
def test_lo_1_a_hint_of_another_session_asks_before_it_ends_this_one(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    party, citizen = running.party(), running.citizen()
    elsewhere = sign_in(new_browser(), party, citizen)
    sign_in(browser, party, citizen)
    asked = shown(browser.open(logout_path(id_token_hint=elsewhere.id_token, post_logout_redirect_uri=GOODBYE)))
    check_signed_in(browser, party)
    assert landed(browser.submit(asked, "confirm-logout")).location == GOODBYE
    check_signed_out(browser, party)


def test_rp_initiated_logout_2_a_hint_is_good_long_after_it_has_expired(
    running: RunningProvider, browser: Browser
) -> None:
    """RP-Initiated Logout 2: people log out in the evening with the ID token of the morning."""
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    yesterday = int(time.time()) - 20 * 3600
    old = {**tokens.claims, "iat": yesterday, "exp": yesterday + 300, "auth_time": yesterday}
    hint = running.provider.run(signed_by_the_provider(running, old))
    answer = browser.open(logout_path(id_token_hint=hint, post_logout_redirect_uri=GOODBYE))
    assert landed(answer).location == GOODBYE
    check_signed_out(browser, party)


async def signed_by_the_provider(running: RunningProvider, claims: Claims) -> str:
    """Return a token with these claims under the provider's own key."""
    now, master_key = datetime.now(UTC), load_or_create_master_key(running.provider.folder / "master.key")
    async with open_store(running.provider.database_url) as database:
        keys = await KeyService(database.keys, master_key, RotationPolicy()).current(now)
    return Signer(keys).sign(claims, algorithm="ES256", typ="JWT", now=now)


@pytest.mark.both_forms
def test_the_cookie_of_an_ended_session_is_dead(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    with browser.at(running.provider.base()) as copied:
        assert copied.session
        browser.open(logout_path(id_token_hint=tokens.id_token))
        check_signed_out(copied, party)


@pytest.mark.both_forms
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_hint_without_a_cookie_ends_the_session_that_it_names_and_no_other(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser], method: str
) -> None:
    """oauth2-proxy signs people out from its server: a request with their ID token, and no browser in it."""
    party, citizen = running.party(), running.citizen()
    tokens = sign_in(browser, party, citizen)
    other = new_browser()
    sign_in(other, party, citizen)
    if method == "GET":
        answer = running.http.get(running.provider.base() + logout_path(id_token_hint=tokens.id_token))
    else:
        # Sent on as a GET, as every POST without a cookie is: a browser's cookie would come with that.
        answer = running.http.post(running.provider.base() + "/logout", data={"id_token_hint": tokens.id_token})
        assert answer.status_code == 303
        answer = running.http.get(running.provider.base() + answer.headers["location"])
    assert answer.headers["location"] == "/signed-out"
    check_signed_out(browser, party)
    check_signed_in(other, party)


@pytest.mark.both_forms
@pytest.mark.parametrize("spoil", ["sid", "sub", "jti"])
def test_a_hint_that_does_not_fit_its_own_grant_ends_nothing(
    running: RunningProvider, browser: Browser, spoil: str
) -> None:
    party = running.party()
    tokens = sign_in(browser, party, running.citizen())
    changed = {**tokens.claims, spoil: f"{tokens.claims.get(spoil, '')}"[::-1]}
    hint = running.provider.run(signed_by_the_provider(running, changed))
    assert running.http.get(running.provider.base() + logout_path(id_token_hint=hint)).status_code == 303
    check_signed_in(browser, party)
