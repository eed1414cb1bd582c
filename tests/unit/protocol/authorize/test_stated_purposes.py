"""What a client says its claims are for (`purpose`, OpenID Identity Assurance 6): read, quoted, agreed to."""

import json

import pytest

from idp.account.model import GiveConsent
from idp.grants.consents import consent_effects
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.interaction import Situation, Step, next_need
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.extensions.acting_choice import scopes_among
from idp.protocol.stated_purposes import StatedPurpose, agreed_purposes
from records.structs import replace
from tests.support.builders.protocol import BANK, CLIENT, NOW, ORIGIN, PROVIDER, VIEW, authorize, situation

FRAMEWORK = {"trust_framework": {"value": "vn_national_population"}}
PROVING = replace(CLIENT, scope=(*CLIENT.scope, "verified_identity"))
WHY = "Mở tài khoản thanh toán"


def asking(purpose: object) -> str:
    return json.dumps({"userinfo": {"name": {"purpose": purpose}}})


def purposes(text: str) -> tuple[StatedPurpose, ...]:
    return read_request(PROVIDER, SubmittedRequest(PROVING, authorize({"claims": text}, client=PROVING)), NOW).purposes


def test_oidc_identity_assurance_6_each_purpose_is_kept_once_beside_its_claim() -> None:
    verified = {"verification": FRAMEWORK, "claims": {"birthdate": {"purpose": "Tính tuổi"}, "shoe_size": None}}
    asked = {
        "userinfo": {"name": {"purpose": WHY}, "email": None, "verified_claims": verified},
        "id_token": {"name": {"purpose": WHY}, "unknown": {"purpose": "Of a claim that nobody has"}},
    }
    assert purposes(json.dumps(asked)) == (StatedPurpose("name", WHY), StatedPurpose("birthdate", "Tính tuổi"))


@pytest.mark.parametrize("length", [3, 300])
def test_oidc_identity_assurance_6_a_purpose_has_3_to_300_characters(length: int) -> None:
    assert purposes(asking("ă" * length)) == (StatedPurpose("name", "ă" * length),)


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "ab", "ă" * 301, "   ", "two\nlines", "turned \u202e round", "nul\x00", "a\u0306bc"),
        *(7, True, ["Mở"], {"vi": WHY}),
    ],
)
def test_oidc_identity_assurance_6_a_purpose_of_another_form_is_invalid_request(wrong: object) -> None:
    with pytest.raises(RedirectError) as caught:
        purposes(asking(wrong))
    assert caught.value.code == "invalid_request"
    assert caught.value.description == "A 'purpose' in 'claims' is no line of 3 to 300 characters."


def asked_of(agreed: tuple[str, ...], purpose: str) -> Step | None:
    view = replace(VIEW, consented_scope=frozenset(("openid", "claim:name", *agreed)))
    case: Situation = situation(BANK, scope="openid", claims=asking(purpose), view=view)
    need = next_need(case)
    return need.step if need else None


def test_a_consent_for_one_purpose_is_none_for_another() -> None:
    """Luật 91/2025 Đ9: consent is given for a purpose."""
    agreed = agreed_purposes((StatedPurpose("name", WHY),))
    assert asked_of(agreed, WHY) is None
    assert asked_of(agreed, "Quảng cáo") is Step.CONSENT
    assert asked_of((), WHY) is Step.CONSENT


def test_purposes_do_not_pile_up_in_a_kept_consent() -> None:
    """A client may name another purpose each time; the last one that was agreed to is kept."""
    before = (*agreed_purposes((StatedPurpose("name", WHY),)), "openid", "claim:name")
    after = agreed_purposes((StatedPurpose("name", "Vay vốn"),))
    view = replace(VIEW, consented_scope=frozenset(before))
    effects = consent_effects(view, BANK.client_id, ("openid", *after), "vi", ORIGIN, NOW, "text")
    [given] = [effect for effect in effects if isinstance(effect, GiveConsent)]
    assert sorted(given.consent.scope) == sorted(("openid", "claim:name", *after))
    assert scopes_among(given.consent.scope) == ("openid",)


def test_no_purpose_needs_no_word() -> None:
    assert agreed_purposes(()) == ()
