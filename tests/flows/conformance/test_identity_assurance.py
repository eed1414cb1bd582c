"""OpenID Identity Assurance: the modules of its plan, by the `claims` parameter over a running provider (5, 6, 10)."""

import json

import pytest

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import SCOPE, portal
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty, sign_in, sign_on
from tests.support.plain.browser import Browser, landed

pytestmark = pytest.mark.one_form

PROVING = ClientId("can-xac-thuc")
FRAMEWORK = {"trust_framework": {"value": "vn_national_population"}}
NAME = {"name": None}


@pytest.fixture
def party(running: RunningProvider) -> RelyingParty:
    """A client that registered the scope of verified claims."""
    if PROVING not in running.portals:
        running.portals[PROVING] = portal(PROVING, running.listener, scope=f"{SCOPE} verified_identity")
        running.apply(running.portals[PROVING])
    return running.party(PROVING)


def asking(place: str = "userinfo", verification: object = FRAMEWORK, claims: object = NAME) -> str:
    return json.dumps({place: {"verified_claims": {"verification": verification, "claims": claims}}})


def at_userinfo(party: RelyingParty, browser: Browser, claims: str) -> dict[str, object]:
    """Ask silently, and return userinfo; the relying party refuses whatever an ID token was not asked for."""
    return party.identity(sign_on(browser, party, scope="openid", claims=claims).access_token)


def test_oidc_identity_assurance_6_ekyc_server_happypath(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """One claim by null, by an empty object, and as not essential (-happypath, -emptyobject, -essentialfalse).

    What comes is what was asked for, and what discovery names (section 10).
    """
    sign_in(browser, party, running.citizen())
    document = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    for demand in (None, {}, {"essential": False}):
        reported = at_userinfo(party, browser, asking(claims={"name": demand}))
        assert reported.keys() == {"sub", "verified_claims"}
        verified = reported["verified_claims"]
        assert isinstance(verified, dict)
        assert verified["claims"] == {"name": "Nguyễn Thị Hoà"}
        assert verified["verification"]["trust_framework"] in document["trust_frameworks_supported"]
        assert verified["claims"].keys() <= set(document["claims_in_verified_claims_supported"])
        for evidence in verified["verification"]["evidence"]:
            assert evidence["type"] in document["evidence_supported"]
            assert evidence["record"]["type"] in document["electronic_records_supported"]
    assert document["verified_claims_supported"] is True


@pytest.mark.parametrize(
    "unknown",
    [
        {"shoe_size": None},
        {"shoe_size": {"essential": True}},
        {"shoe-size:'\"<>&%": None},
        {"name": {"value": "Somebody Else"}},
    ],
    ids=["unknown", "unknown-essential", "special-characters", "random-value"],
)
def test_oidc_identity_assurance_6_what_is_unknown_or_not_so_is_left_out_without_an_error(
    running: RunningProvider, browser: Browser, party: RelyingParty, unknown: dict[str, object]
) -> None:
    sign_in(browser, party, running.citizen())
    assert at_userinfo(party, browser, asking(claims=unknown)).keys() == {"sub"}
    # Beside a claim that can be had, that one comes.
    reported = at_userinfo(party, browser, asking(claims={**unknown, "birthdate": None}))["verified_claims"]
    assert isinstance(reported, dict)
    assert reported["claims"] == {"birthdate": "1990-05-17"}


def test_oidc_identity_assurance_6_request_only_in_id_token_and_only_in_userinfo(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    sign_in(browser, party, running.citizen())
    telling = replace(party, personal=frozenset({"verified_claims"}))
    tokens = sign_on(browser, telling, scope="openid", claims=asking("id_token"))
    verified = tokens.claims["verified_claims"]
    assert isinstance(verified, dict)
    assert verified["claims"] == {"name": "Nguyễn Thị Hoà"}
    assert party.identity(tokens.access_token).keys() == {"sub"}
    # The other way round; the strict party would refuse it in the ID token.
    assert "verified_claims" in at_userinfo(party, browser, asking())


def test_oidc_identity_assurance_6_another_framework_or_evidence_is_left_out(
    running: RunningProvider, browser: Browser, party: RelyingParty
) -> None:
    """Nobody is told that something was verified in another way than it was."""
    sign_in(browser, party, running.citizen())
    for verification in ({"trust_framework": {"value": "de_aml"}}, {**FRAMEWORK, "assurance_level": {"value": "high"}}):
        assert at_userinfo(party, browser, asking(verification=verification)).keys() == {"sub"}


def test_oidc_identity_assurance_6_a_request_without_its_form_is_invalid_request(
    browser: Browser, party: RelyingParty
) -> None:
    for wrong in ({}, {"verification": FRAMEWORK}, {"claims": NAME}, {"verification": {}, "claims": NAME}):
        started = party.start(claims=json.dumps({"userinfo": {"verified_claims": wrong}}))
        assert party.error_of(started, landed(browser.open(started.location))) == "invalid_request"
