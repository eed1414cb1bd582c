"""Single claims of a request: limited to the registration, and what they say of the sign-in (OIDC Core 5.5)."""

import json
from datetime import timedelta

import pytest

from clients.model import Client
from idp.account.model import ProofState
from idp.audit.model import Origin
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.endpoint import SendCode, decide_authorization
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.interaction import Situation, Step, level_is_out_of_reach, needs_consent, next_need
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.forms import Form
from idp.protocol.requested_claims import agreed_claims, claims_among, digest_of, read_granted
from idp.protocol.tokens.issued import issue_id_token
from idp.sessions.model import SessionView
from records.structs import replace
from tests.support.builders.protocol import (
    ACCOUNT,
    BANK,
    CLIENT,
    GRANT,
    NOW,
    ORIGIN,
    PROVIDER,
    SESSION,
    VIEW,
    authorize,
    situation,
)

HINT = issue_id_token(PROVIDER, CLIENT, GRANT, NOW, access_token="a", nonce=None)
SUBJECT = PROVIDER.subjects.subject(GRANT.person_id, CLIENT)
GOVERNED = replace(CLIENT, scope=(*CLIENT.scope, "national_id"), governed_claims=("national_id",))
PROVING = replace(CLIENT, scope=(*CLIENT.scope, "verified_identity"))
DESK = replace(CLIENT, account_kinds=("officer",), assisted_filing=True)
EVERYTHING = json.dumps({"userinfo": {"name": None, "email": None}, "id_token": {"phone_number": None}})


def asking(**places: object) -> str:
    return json.dumps(places)


def read(form: Form, client: Client = CLIENT) -> AuthorizationRequest:
    return read_request(PROVIDER, SubmittedRequest(client, form), NOW)


def granted(text: str, client: Client = CLIENT, **more: str) -> list[str]:
    return list(read(authorize({**more, "claims": text}, client=client), client).claims)


def refused(text: str, client: Client = CLIENT, **more: str) -> tuple[str, str]:
    with pytest.raises(RedirectError) as caught:
        granted(text, client, **more)
    return caught.value.code, caught.value.description


def at_level(acr: str, *amr: str, enrolled: str = "sms", proof: ProofState = ProofState.PROVED) -> SessionView:
    session, account = replace(SESSION, acr=acr, amr=amr), replace(ACCOUNT, proof=proof)
    return replace(VIEW, session=session, account=account, enrolled=frozenset(enrolled.split()))


def step_of(case: Situation) -> Step | None:
    need = next_need(case)
    return need.step if need else None


def acr_of(case: Situation, origin: Origin = ORIGIN) -> str:
    decided = decide_authorization(case, origin)
    assert isinstance(decided, SendCode)
    return decided.code.acr


def test_oidc_core_5_5_each_claim_is_granted_where_it_was_asked_for() -> None:
    assert granted(EVERYTHING) == ["u:name", "u:email", "i:phone_number"]


def test_oidc_core_5_5_what_the_client_did_not_register_or_nobody_has_is_left_out_without_an_error() -> None:
    few = replace(CLIENT, scope=("openid", "profile"))
    assert granted(EVERYTHING, few) == ["u:name"]
    assert (
        granted(asking(userinfo={"shoe_size": None, "name#vi": None, "iss": None, "act": None, "groups": None})) == []
    )


def test_a_governed_claim_is_refused_by_name_as_its_scope_is() -> None:
    for place in ("userinfo", "id_token"):
        code, said = refused(asking(**{place: {"national_id": {"essential": False}}}))
        assert (code, "national_id" in said) == ("invalid_scope", True)
    assert granted(asking(userinfo={"national_id": None}), GOVERNED) == ["u:national_id"]
    # Allowed by decision, and not registered as a scope: as any other that the client did not register.
    assert granted(asking(userinfo={"national_id": None}), replace(GOVERNED, scope=CLIENT.scope)) == []


def test_oidc_core_5_5_without_openid_there_is_nothing_to_claim() -> None:
    assert granted(EVERYTHING, scope="profile") == []
    assert refused("{", scope="profile")[0] == "invalid_request"


def test_a_value_that_is_asked_for_is_kept_as_a_keyed_hash_alone() -> None:
    words = granted(asking(userinfo={"email": {"values": ["hoa@people.example", "other@people.example"]}}))
    (claim,) = read_granted(words)
    assert claim.digests == tuple(
        digest_of(PROVIDER.token_hash, "email", value) for value in ("hoa@people.example", "other@people.example")
    )
    assert "people" not in words[0]
    assert claim.word() == words[0]


@pytest.mark.parametrize("place", ["userinfo", "id_token"])
def test_oidc_core_5_5_1_sub_with_a_value_says_whom_the_request_is_about_as_a_hint_does(place: str) -> None:
    claims = asking(**{place: {"sub": {"value": SUBJECT}}})
    assert read(authorize(claims=claims)).hinted_subject == SUBJECT
    assert step_of(situation(claims=claims)) is None
    other = asking(**{place: {"sub": {"value": "somebody-else"}}})
    assert step_of(situation(claims=other)) is Step.SIGN_IN
    with pytest.raises(RedirectError) as caught:
        decide_authorization(situation(claims=other, prompt="none"), ORIGIN)
    assert caught.value.code == "login_required"


def test_oidc_core_5_5_1_two_persons_in_one_request_are_refused() -> None:
    both = asking(userinfo={"sub": {"value": "one"}}, id_token={"sub": {"value": "two"}})
    for claims, hint in ((both, ""), (asking(id_token={"sub": {"values": ["one", "two"]}}), "")):
        assert refused(claims, id_token_hint=hint)[0] == "invalid_request"
    assert refused(asking(id_token={"sub": {"value": "one"}}), id_token_hint=HINT)[0] == "invalid_request"
    assert granted(asking(id_token={"sub": {"value": SUBJECT}}), id_token_hint=HINT) == []


@pytest.mark.parametrize("value", [17, "", "x" * 256, ["a"], {"a": "b"}, True])
def test_oidc_core_5_5_1_the_value_of_sub_and_acr_is_a_text(value: object) -> None:
    assert refused(asking(id_token={"sub": {"value": value}}))[0] == "invalid_request"
    assert refused(asking(id_token={"acr": {"value": value}}))[0] == "invalid_request"


ESSENTIAL = {"essential": True, "values": ["loa3"]}


def test_oidc_core_5_5_1_1_an_essential_acr_leads_to_what_is_missing_and_is_an_error_where_nothing_reaches_it() -> None:
    claims = asking(id_token={"acr": ESSENTIAL})
    assert step_of(situation(claims=claims, view=at_level("loa2", "pwd"))) is Step.STEP_UP
    assert step_of(situation(claims=claims, view=at_level("loa3", "pwd", "sms"))) is None
    out_of_reach = situation(claims=claims, view=at_level("loa2", "pwd", enrolled=""))
    assert level_is_out_of_reach(out_of_reach)
    with pytest.raises(RedirectError) as caught:
        decide_authorization(out_of_reach, ORIGIN)
    assert caught.value.code == "unmet_authentication_requirements"
    # The twin: a wish is not met and the sign-in goes on, with the level that was reached.
    wished = asking(id_token={"acr": {"values": ["loa3"]}})
    assert acr_of(situation(claims=wished, view=at_level("loa2", "pwd", enrolled=""))) == "loa2"


def test_oidc_core_5_5_1_1_silently_an_essential_acr_that_is_not_there_is_an_error() -> None:
    case = situation(claims=asking(id_token={"acr": ESSENTIAL}), view=at_level("loa2", "pwd"), prompt="none")
    with pytest.raises(RedirectError) as caught:
        decide_authorization(case, ORIGIN)
    assert caught.value.code == "interaction_required"


def test_oidc_core_5_5_1_1_levels_that_nobody_has_are_an_error_and_never_a_lower_one() -> None:
    unknown = asking(id_token={"acr": {"essential": True, "values": ["urn:mace:incommon:iap:gold"]}})
    assert refused(unknown)[0] == "unmet_authentication_requirements"
    some = asking(id_token={"acr": {"essential": True, "values": ["urn:mace:incommon:iap:gold", "loa2"]}})
    assert acr_of(situation(claims=some, view=at_level("loa2", "pwd"))) == "loa2"
    assert acr_of(situation(claims=asking(id_token={"acr": {"essential": True}}))) == "loa2"


@pytest.mark.parametrize(
    ("values", "reported"),
    [(["loa1"], "loa1"), (["loa2", "loa1"], "loa2"), (["loa1", "loa3"], "loa3"), (["loa3"], "loa3")],
)
def test_oidc_core_5_5_1_1_the_acr_is_one_of_the_values_that_were_insisted_on(values: list[str], reported: str) -> None:
    case = situation(
        claims=asking(id_token={"acr": {"essential": True, "values": values}}), view=at_level("loa3", "pwd", "sms")
    )
    assert acr_of(case) == reported


def test_oidc_core_5_5_1_1_the_registered_least_level_holds_beside_the_essential_one() -> None:
    strict = replace(CLIENT, minimum_acr="loa3")
    case = situation(
        strict, claims=asking(id_token={"acr": {"essential": True, "values": ["loa1"]}}), view=at_level("loa2", "pwd")
    )
    assert step_of(case) is Step.STEP_UP


def test_a_voluntary_acr_is_a_wish_that_acr_values_takes_precedence_over() -> None:
    wished = asking(id_token={"acr": {"values": ["loa3"]}})
    assert read(authorize(claims=wished)).acr_values == ("loa3",)
    assert read(authorize(claims=wished, acr_values="loa2")).acr_values == ("loa2",)
    defaulting = replace(CLIENT, default_acr_values=("loa1",))
    assert read(authorize(claims=wished), defaulting).acr_values == ("loa3",)
    assert read(authorize(claims="{}"), defaulting).acr_values == ("loa1",)


@pytest.mark.parametrize("asked", [None, {"essential": True}])
def test_oidc_core_2_auth_time_that_is_asked_for_is_told(asked: object) -> None:
    decided = decide_authorization(situation(claims=asking(id_token={"auth_time": asked})), ORIGIN)
    assert isinstance(decided, SendCode)
    assert decided.code.auth_time_asked is True
    plain = decide_authorization(situation(claims=EVERYTHING), ORIGIN)
    assert isinstance(plain, SendCode)
    assert plain.code.auth_time_asked is False


def test_the_code_keeps_what_was_granted_and_the_profile_only_where_the_id_token_tells_of_it() -> None:
    for places, profile in (
        ({"userinfo": {"email": None}}, None),
        ({"id_token": {"email": None}}, VIEW.profile_sealed),
    ):
        decided = decide_authorization(situation(claims=asking(**places)), ORIGIN)
        assert isinstance(decided, SendCode)
        assert decided.code.claims == tuple(granted(asking(**places)))
        assert decided.code.profile_sealed == profile


def test_what_is_filed_at_a_counter_names_its_claims_by_scope() -> None:
    assert refused(EVERYTHING, DESK, assisted="1")[0] == "invalid_request"
    assert granted("{}", DESK, assisted="1") == []


def test_consent_is_asked_for_claims_that_no_agreed_scope_stands_for() -> None:
    def case(*agreed: str, claims: str = EVERYTHING, client: Client = BANK) -> Situation:
        view = replace(VIEW, consented_scope=frozenset(agreed))
        return situation(client, scope="openid", claims=claims, view=view)

    assert step_of(case("openid")) is Step.CONSENT
    assert step_of(case("openid", "claim:name", "claim:email")) is Step.CONSENT
    assert step_of(case("openid", "claim:name", "claim:email", "claim:phone_number")) is None
    # Whoever agreed to the scope agreed to its claims.
    assert step_of(case("openid", "profile", "email", "phone")) is None
    # At a portal of the State that asks for more than a pseudonym by claims alone.
    asks = replace(CLIENT, require_consent=True)
    assert needs_consent(case("openid", client=asks).request)
    assert not needs_consent(case("openid", claims="{}", client=asks).request)


def test_a_consent_keeps_claims_as_words_of_their_own() -> None:
    words = agreed_claims(("openid", "email"), granted(EVERYTHING))
    assert words == ("claim:name", "claim:phone_number")
    assert claims_among(("openid", *words, "acting:1")) == ("name", "phone_number")


FRAMEWORK: dict[str, object] = {"trust_framework": None}


def verified(verification: object = None, claims: object = None) -> str:
    asked = {"verification": verification or FRAMEWORK, "claims": claims or {"name": None, "birthdate": None}}
    return asking(userinfo={"verified_claims": asked})


def test_oidc_identity_assurance_6_verified_claims_are_granted_one_by_one() -> None:
    assert granted(verified(), PROVING) == ["u:verified_claims.name", "u:verified_claims.birthdate"]
    oldest = verified({**FRAMEWORK, "time": {"max_age": 86400}})
    assert granted(oldest, PROVING)[-1] == "u:verified_claims.max_age=86400"
    # A limit is a condition, and nothing that a person agrees to.
    assert agreed_claims(("openid",), granted(oldest, PROVING)) == (
        "claim:verified_claims.name",
        "claim:verified_claims.birthdate",
    )
    assert granted(verified(), CLIENT) == []


@pytest.mark.parametrize(
    ("verification", "claims"),
    [
        ({"trust_framework": {"value": "de_aml"}}, None),
        ({**FRAMEWORK, "assurance_level": {"value": "high"}}, None),
        ({**FRAMEWORK, "evidence": [{"type": {"value": "document"}}]}, None),
        (None, {"shoe_size": None}),
    ],
)
def test_oidc_identity_assurance_6_what_cannot_be_fulfilled_is_left_out_without_an_error(
    verification: object, claims: object
) -> None:
    assert granted(verified(verification, claims), PROVING) == []


def test_oidc_identity_assurance_6_of_several_requests_the_first_that_can_be_fulfilled_counts() -> None:
    def one(framework: str, claim: str) -> dict[str, object]:
        return {"verification": {"trust_framework": {"value": framework}}, "claims": {claim: None}}

    several = [one("de_aml", "gender"), one("vn_national_population", "name")]
    assert granted(asking(id_token={"verified_claims": several}), PROVING) == ["i:verified_claims.name"]


@pytest.mark.parametrize(
    "asked",
    [
        *(17, "all", True, {}, {"verification": {}, "claims": {"name": None}}),
        *({"verification": FRAMEWORK}, {"verification": FRAMEWORK, "claims": {}}, {"claims": {"name": None}}),
        {"verification": {**FRAMEWORK, "time": {"max_age": "soon"}}, "claims": {"name": None}},
        {"verification": {**FRAMEWORK, "time": {"max_age": -1}}, "claims": {"name": None}},
    ],
)
def test_oidc_identity_assurance_6_a_request_without_its_form_is_invalid_request(asked: object) -> None:
    assert refused(asking(userinfo={"verified_claims": asked}), PROVING)[0] == "invalid_request"


def test_a_request_for_claims_is_as_old_as_any_other() -> None:
    """`prompt=consent` asks again, whatever is remembered of single claims."""
    view = replace(VIEW, consented_scope=frozenset({"openid", "claim:name", "claim:email", "claim:phone_number"}))
    case = situation(BANK, scope="openid", claims=EVERYTHING, prompt="consent", view=view)
    assert step_of(case) is Step.CONSENT
    assert step_of(replace(case, consented_at=NOW + timedelta(seconds=1))) is None
