"""The `claims` parameter over a running provider: asked, agreed to, given where it was asked for (OIDC Core 5.5)."""

import json

import pytest

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import Tokens, show_password, sign_in, sign_on
from tests.support.plain.browser import Browser, landed, shown

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

BANK = ClientId("ngan-hang")
USERINFO_NAME = json.dumps({"userinfo": {"name": {"essential": True}}})
BOTH = json.dumps({"userinfo": {"birthdate": None}, "id_token": {"name": None, "phone_number": None}})


def refused(running: RunningProvider, browser: Browser, claims: str, **extra: str) -> str:
    party = running.party()
    started = party.start(claims=claims, **extra)
    return party.error_of(started, landed(browser.open(started.location)))


@pytest.mark.both_forms
def test_oidcc_claims_essential_a_claim_for_userinfo_comes_there_and_not_in_the_id_token(
    running: RunningProvider, browser: Browser
) -> None:
    """The relying party refuses an ID token with a claim that was not asked for it."""
    party = running.party()
    tokens = sign_in(browser, party, running.citizen(), scope="openid", claims=USERINFO_NAME)
    reported = party.userinfo(tokens.access_token).json()
    assert set(reported) == {"sub", "name"}
    assert reported["name"]


@pytest.mark.both_forms
def test_oidc_core_5_5_a_claim_for_the_id_token_comes_there_at_a_refresh_too_and_not_at_userinfo(
    running: RunningProvider, browser: Browser
) -> None:
    party = replace(running.party(), personal=frozenset({"name", "phone_number"}))
    citizen = running.citizen()
    tokens = sign_in(browser, party, citizen, scope="openid", claims=BOTH)
    assert tokens.claims["phone_number"] == citizen.phone
    assert set(party.userinfo(tokens.access_token).json()) == {"sub", "birthdate"}
    after = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    assert {name: after.claims[name] for name in party.personal} == {
        name: tokens.claims[name] for name in party.personal
    }
    # The next request asks for nothing, and gets nothing.
    plain = sign_on(browser, running.party(), scope="openid")
    assert set(party.userinfo(plain.access_token).json()) == {"sub"}


def test_every_scope_claim_of_discovery_that_the_person_has_can_be_asked_for_by_name(
    running: RunningProvider, browser: Browser
) -> None:
    """`test-claims-parameter-identity-claims` of FAPI 2.0."""
    party = running.party()
    document = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    assert document["claims_parameter_supported"] is True
    by_scope = sign_in(browser, party, running.citizen(), scope="openid profile phone")
    had = party.userinfo(by_scope.access_token).json()
    assert had.keys() <= set(document["claims_supported"])
    one_by_one = json.dumps({"userinfo": dict.fromkeys(document["claims_supported"])})
    # The personal number and TechID are governed: asked for without leave they are refused, by name.
    assert refused(running, browser, one_by_one) == "invalid_scope"
    free = [name for name in document["claims_supported"] if name not in {"national_id", "TechID"}]
    asked = sign_on(browser, party, scope="openid", claims=json.dumps({"userinfo": dict.fromkeys(free)}))
    assert party.userinfo(asked.access_token).json() == had


@pytest.mark.both_forms
def test_what_is_agreed_to_is_shown_and_remembered_claim_by_claim(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(BANK), running.citizen()
    started = party.start(scope="openid", claims=USERINFO_NAME)
    page = shown(show_password(browser, browser.page(started.location), citizen))
    assert page.shows("allow")
    assert "Họ và tên" in page.texts["claims"]
    assert "Ngày sinh" not in page.texts["claims"]
    party.complete(started, landed(browser.submit(page, "allow")))
    # The same claim again, and fewer, without a page; another one is asked about.
    sign_on(browser, party, scope="openid", claims=USERINFO_NAME, prompt="none")
    sign_on(browser, party, scope="openid", prompt="none")
    more = party.start(scope="openid", claims=json.dumps({"userinfo": {"name": None, "birthdate": None}}))
    again = browser.page(more.location)
    assert "Ngày sinh" in again.texts["claims"]
    silent = party.start(scope="openid", claims=json.dumps({"id_token": {"birthdate": None}}), prompt="none")
    assert party.error_of(silent, landed(browser.open(silent.location))) == "consent_required"
    own = browser.page("/account/portals")
    assert "Họ và tên" in own.html
    assert "Ngày sinh" not in own.html


@pytest.mark.both_forms
def test_a_consent_to_a_claim_is_good_for_no_other_request_in_the_same_form(
    running: RunningProvider, browser: Browser
) -> None:
    """A pressed button agrees to what its page spoke of: here the page was of fewer claims."""
    party, citizen = running.party(BANK), running.citizen()
    few, many = (
        party.start(scope="openid", claims=json.dumps({"userinfo": dict.fromkeys(names)}))
        for names in (["name"], ["name", "birthdate"])
    )
    of_few = shown(show_password(browser, browser.page(few.location), citizen))
    of_many = browser.page(many.location)
    mixed = replace(of_many, values={**of_many.values, "shown": of_few.values["shown"]})
    answer = shown(browser.submit(mixed, "allow"))
    assert answer.shows("allow")
    assert "Ngày sinh" in answer.texts["claims"]


def test_oidc_core_5_5_1_1_an_essential_acr_is_reached_or_an_error(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    without_phone = json.dumps({"id_token": {"acr": {"essential": True, "values": ["urn:example:unknown"]}}})
    assert refused(running, browser, without_phone) == "unmet_authentication_requirements"
    sign_in(browser, party, running.citizen())
    demanded = json.dumps({"id_token": {"acr": {"essential": True, "values": ["loa3"]}}})
    started = party.start(claims=demanded, prompt="none")
    assert party.error_of(started, landed(browser.open(started.location))) == "interaction_required"
    browser.sends_codes = False
    assert browser.page(party.start(claims=demanded).location).shows("send-code")
    # A lower one that is enough is what the token says, whatever else was reached.
    enough = json.dumps({"id_token": {"acr": {"essential": True, "values": ["loa1"]}}})
    assert sign_on(browser, party, claims=enough).claims["acr"] == "loa1"
    assert sign_on(browser, party).claims["acr"] == "loa2"


def test_oidc_core_5_5_1_sub_with_a_value_admits_this_person_alone(running: RunningProvider, browser: Browser) -> None:
    party = running.party()
    tokens: Tokens = sign_in(browser, party, running.citizen())
    mine = json.dumps({"id_token": {"sub": {"value": tokens.claims["sub"]}}})
    assert sign_on(browser, party, claims=mine, prompt="none").claims["sub"] == tokens.claims["sub"]
    other = party.start(claims=json.dumps({"id_token": {"sub": {"value": "somebody-else"}}}), prompt="none")
    assert party.error_of(other, landed(browser.open(other.location))) == "login_required"


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ("{", "invalid_request"),
        ("[]", "invalid_request"),
        ('{"userinfo":{"name":{"essential":"yes"}}}', "invalid_request"),
        ('{"userinfo":{"national_id":null}}', "invalid_scope"),
        ('{"id_token":{"TechID":{"essential":true}}}', "invalid_scope"),
    ],
)
def test_a_bad_parameter_goes_back_to_the_client(
    running: RunningProvider, browser: Browser, claims: str, error: str
) -> None:
    assert refused(running, browser, claims) == error


@pytest.mark.both_forms
def test_a_value_that_is_asked_for_is_compared_and_stored_as_a_hash(running: RunningProvider, browser: Browser) -> None:
    party, citizen = running.party(), running.citizen()
    right, wrong = (
        json.dumps({"userinfo": {"phone_number": {"value": phone}}}) for phone in (citizen.phone, "+84900000000")
    )
    tokens = sign_in(browser, party, citizen, scope="openid", claims=right)
    assert party.userinfo(tokens.access_token).json()["phone_number"] == citizen.phone
    other = sign_on(browser, party, scope="openid", claims=wrong)
    assert "phone_number" not in party.userinfo(other.access_token).json()


def test_oidc_identity_assurance_6_a_purpose_is_quoted_and_another_one_is_asked_for_anew(
    running: RunningProvider, browser: Browser
) -> None:
    party = running.party(BANK)

    def asking(purpose: str) -> dict[str, str]:
        return {"scope": "openid", "claims": json.dumps({"userinfo": {"name": {"purpose": purpose}}})}

    started = party.start(**asking("Mở <b>tài khoản</b>"))
    page = shown(show_password(browser, browser.page(started.location), running.citizen()))
    assert "<q>Mở &lt;b&gt;tài khoản&lt;/b&gt;</q>" in page.html
    # The claim that it is said of, and nothing that comes along with every sign-in.
    assert page.texts["purposes"].split("Mở")[0].strip(" “\n") == "Họ và tên"
    party.complete(started, landed(browser.submit(page, "allow")))
    again = party.start(**asking("Mở <b>tài khoản</b>"), prompt="none")
    party.complete(again, landed(browser.open(again.location)))
    other = party.start(**asking("Gửi quảng cáo"), prompt="none")
    assert party.error_of(other, landed(browser.open(other.location))) == "consent_required"


def test_a_governed_claim_in_the_id_token_of_a_client_that_is_allowed_it(
    running: RunningProvider, browser: Browser
) -> None:
    made = portal(
        ClientId("cccd-trong-the"),
        running.listener,
        scope="openid national_id",
        governed_claims=["national_id"],
    )
    running.apply(made)
    party = replace(made.party(running.http, running.provider), personal=frozenset({"national_id"}))
    citizen = running.citizen()
    claims = json.dumps({"id_token": {"national_id": None}})
    tokens = sign_in(browser, party, citizen, scope="openid", claims=claims)
    assert tokens.claims["national_id"] == citizen.number
    after = party.validated(party.refresh(tokens.refresh_token or ""), nonce=None)
    assert after.claims["national_id"] == citizen.number
    assert set(party.userinfo(tokens.access_token).json()) == {"sub"}
