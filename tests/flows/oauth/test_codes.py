"""What a code is worth, to whom, and for how long (RFC 6749 4.1.3, RFC 7636, RFC 9700 2.1.1)."""

import httpx2
import pytest

from clients.model import ClientId
from records.structs import replace
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import Started, show_password, sign_in, sign_on
from tests.support.plain.browser import Browser, landed

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form


def error_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def fresh_code(running: RunningProvider, browser: Browser) -> tuple[Started, str]:
    party = running.party()
    started = party.start()
    landing = landed(show_password(browser, browser.page(started.location), running.citizen()))
    return started, party.code_of(started, landing)


@pytest.mark.both_forms
def test_cr_1_a_replayed_code_is_invalid_grant_and_ends_its_tokens(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    started, code = fresh_code(running, browser)
    tokens = party.validated(party.redeem(started, code), nonce=started.nonce)
    assert error_of(party.redeem(started, code)) == (400, "invalid_grant")
    assert party.introspect(tokens.access_token) == {"active": False}
    assert party.userinfo(tokens.access_token).status_code == 401
    assert error_of(party.refresh(tokens.refresh_token or "")) == (400, "invalid_grant")


@pytest.mark.both_forms
def test_cr_3_a_replay_that_proves_nothing_leaves_the_tokens_alive(running: RunningProvider, browser: Browser) -> None:
    party, thief = running.party(), running.party(ClientId("so-tu-phap"))
    started, code = fresh_code(running, browser)
    tokens = party.validated(party.redeem(started, code), nonce=started.nonce)
    guess = replace(started, verifier="x" * 43)
    assert error_of(party.redeem(guess, code)) == (400, "invalid_grant")
    assert error_of(thief.redeem(started, code)) == (400, "invalid_grant")
    assert party.introspect(tokens.access_token)["active"] is True


@pytest.mark.both_forms
def test_pk_3_a_wrong_verifier_is_invalid_grant_and_spends_nothing(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    started, code = fresh_code(running, browser)
    assert error_of(party.redeem(replace(started, verifier="y" * 43), code)) == (400, "invalid_grant")
    party.validated(party.redeem(started, code), nonce=started.nonce)


@pytest.mark.both_forms
def test_a_code_for_another_redirect_uri_is_invalid_grant(running: RunningProvider, browser: Browser) -> None:
    started, code = fresh_code(running, browser)
    elsewhere = replace(running.party(), redirect_uri="http://127.0.0.1:9/callback/x")
    assert error_of(elsewhere.redeem(started, code)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("left_out", "extra"),
    [
        (("code_challenge",), {}),
        (("code_challenge", "code_challenge_method"), {}),
        (("code_challenge_method",), {}),
        ((), {"code_challenge_method": "plain"}),
        ((), {"code_challenge": "short"}),
    ],
)
def test_pk_1_a_request_without_s256_is_invalid_request(
    running: RunningProvider, browser: Browser, left_out: tuple[str, ...], extra: dict[str, str]
) -> None:
    party = running.party()
    started = party.start(**dict.fromkeys(left_out), **extra)
    assert party.error_of(started, landed(browser.open(started.location))) == "invalid_request"


@pytest.mark.parametrize(
    ("extra", "error"),
    [
        ({"response_type": "something else"}, "unsupported_response_type"),
        ({"scope": "nothing-known"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "https://rp.example/r"}, "request_uri_not_supported"),
        ({"response_mode": "web_message"}, "invalid_request"),
        ({"id_token_hint": "x.y.z"}, "invalid_request"),
    ],
)
def test_a_wrong_parameter_goes_back_to_the_client_with_its_code(
    running: RunningProvider, browser: Browser, extra: dict[str, str], error: str
) -> None:
    party = running.party()
    started = party.start(**extra)
    assert party.error_of(started, landed(browser.open(started.location))) == error


def test_oidc_core_3_1_2_1_without_redirect_uri_there_is_a_page_and_no_redirect(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party()
    page = browser.page(party.start(redirect_uri=None).location)
    assert (page.status, page.error_code) == (400, "invalid_request")
    # Without openid it is OAuth 2.0, where the only registered address is the default (RFC 6749 3.1.2.3).
    begun = party.start(redirect_uri=None, scope="profile", prompt="none")
    assert party.error_of(begun, landed(browser.open(begun.location))) == "login_required"


@pytest.mark.parametrize("name", ["display", "claims_locales", "something_new"])
def test_unknown_and_optional_parameters_are_no_error(running: RunningProvider, browser: Browser, name: str) -> None:
    assert browser.page(running.party().start(**{name: "page"}).location).shows("sign-in")


def test_a_request_without_nonce_succeeds_and_the_id_token_has_none(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    sign_in(browser, party, running.citizen())
    started = party.start(nonce=None)
    answer = party.redeem(started, party.code_of(started, landed(browser.open(started.location))))
    assert "nonce" not in party.validated(answer, nonce=None).claims


@pytest.mark.both_forms
def test_cr_9_a_code_is_no_refresh_token_and_stays_unspent(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    started, code = fresh_code(running, browser)
    assert error_of(party.refresh(code)) == (400, "invalid_grant")
    assert party.introspect(code) == {"active": False}
    party.validated(party.redeem(started, code), nonce=started.nonce)


def test_userinfo_answers_get_post_and_body_and_refuses_an_id_token(running: RunningProvider, browser: Browser) -> None:
    """OIDC Core 5.3.1; an ID token is no access token (RFC 9068 4)."""
    party = running.party()
    tokens = sign_in(browser, party, running.citizen(), scope="openid profile phone")
    address, bearer = party.base + "/userinfo", {"Authorization": f"bearer {tokens.access_token}"}
    answers = [
        running.http.get(address, headers=bearer),
        running.http.post(address, headers=bearer),
        running.http.post(address, data={"access_token": tokens.access_token}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    reported = answers[0].json()
    assert (reported["sub"], reported["name"], reported["phone_number_verified"]) == (
        tokens.claims["sub"],
        "Nguyễn Thị Hoà",
        True,
    )
    assert party.userinfo(tokens.id_token).status_code == 401
    assert running.http.get(address, params={"access_token": tokens.access_token}).status_code == 401


def test_userinfo_leaves_out_what_the_scope_does_not_cover(running: RunningProvider, browser: Browser) -> None:
    tokens = sign_in(browser, running.party(), running.citizen(), scope="openid")
    assert running.party().userinfo(tokens.access_token).json() == {"sub": tokens.claims["sub"]}
    assert tokens.scope == "openid"
    assert sign_on(browser, running.party(), scope="phone openid profile").scope.split() == [
        "phone",
        "openid",
        "profile",
    ]
