"""Tokens of the authorization endpoint (OIDC Core 3.2, 3.3): for certification alone, each response type whole."""

from datetime import timedelta

import pytest

from clients.model import RESPONSE_TYPES, SECURITY_PROFILES, Client, ResponseType, SecurityProfile
from idp.audit.model import EventName, RecordEvent
from idp.grants.model import Grant, StartGrant
from idp.protocol.authorize.checked_request import ResponseMode
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.endpoint import AskPerson, SendCode, decide_authorization
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.response import error_response
from idp.protocol.authorize.submitted import Provenance, SubmittedRequest
from idp.protocol.extensions.acting_claims import AssistedBy
from idp.protocol.extensions.assisted_filing import Assistance, send_assisted_code
from idp.protocol.token.endpoint import decide_token
from idp.protocol.tokens.issued import read_access_token
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    ISSUER,
    NOW,
    ORIGIN,
    PERSON,
    PROFILE,
    PROVIDER,
    SESSION,
    authorize,
    claims_of,
    code_request,
    situation,
)
from tests.support.parties.token_checks import half_hash

FRONT: tuple[ResponseType, ...] = tuple(one for one in RESPONSE_TYPES if one != "code")
SUITE = replace(
    CLIENT,
    security_profile="certification",
    grant_types=("authorization_code", "refresh_token", "implicit"),
    response_types=RESPONSE_TYPES,
)
TOKENS = {"access_token", "token_type", "expires_in", "scope"}
PARAMETERS = {
    "id_token": {"id_token"},
    "id_token token": {"id_token", *TOKENS},
    "code id_token": {"code", "id_token"},
    "code token": {"code", *TOKENS},
    "code id_token token": {"code", "id_token", *TOKENS},
}


def answered(response_type: str, client: Client = SUITE, **changed: str) -> SendCode:
    decided = decide_authorization(situation(client, changed={"response_type": response_type, **changed}), ORIGIN)
    assert isinstance(decided, SendCode), decided
    return decided


def refused(response_type: str, client: Client = SUITE, **changed: str) -> RedirectError:
    asked = authorize({"response_type": response_type, **changed})
    with pytest.raises(RedirectError) as caught:
        # Pushed, which every profile takes.
        read_request(PROVIDER, SubmittedRequest(client, asked, Provenance.PUSHED), NOW)
    return caught.value


def started(decided: SendCode) -> Grant:
    """Return the one grant that is committed before the response leaves."""
    (start,) = [effect for effect in decided.effects if isinstance(effect, StartGrant)]
    assert start.issued_at == NOW
    return start.grant


@pytest.mark.parametrize("response_type", FRONT)
def test_oidc_core_3_2_2_5_and_3_3_2_5_each_response_type_brings_its_parameters_and_no_other(
    response_type: ResponseType,
) -> None:
    decided = answered(response_type)
    assert decided.response.carrier is ResponseMode.FRAGMENT
    values = decided.response.parameters
    assert values.keys() == PARAMETERS[response_type] | {"state", "iss", "session_state"}
    assert (values["state"], values["iss"]) == ("state-1", ISSUER)
    assert decided.kept is ("code" in values)
    if "access_token" in values:
        assert (values["token_type"], values["expires_in"], values["scope"]) == ("Bearer", "300", "openid profile")


@pytest.mark.parametrize("written", ["token id_token", "id_token code", "token code id_token", "token code"])
def test_rfc6749_3_1_1_the_order_of_the_words_means_nothing(written: str) -> None:
    assert frozenset(answered(written).response.parameters) >= set(written.split()) - {"token"}


@pytest.mark.parametrize("response_type", FRONT)
def test_oidc_core_3_2_2_9_and_3_3_2_10_the_id_token_vouches_for_what_came_with_it(response_type: str) -> None:
    values = answered(response_type).response.parameters
    if "id_token" not in values:
        return
    claims = claims_of(values["id_token"])
    assert claims.get("at_hash") == (half_hash(values["access_token"]) if "access_token" in values else None)
    assert claims.get("c_hash") == (half_hash(values["code"]) if "code" in values else None)
    assert (claims["nonce"], claims["aud"], claims["iss"]) == ("n-1", "portal", ISSUER)
    assert claims["sub"] == PROVIDER.subjects.subject(SESSION.person_id, SUITE)


@pytest.mark.parametrize("response_type", ["id_token", "id_token token", "code id_token", "code id_token token"])
def test_oidc_core_3_2_2_1_and_3_3_2_11_an_id_token_by_the_browser_needs_a_nonce_and_an_access_token_none(
    response_type: str,
) -> None:
    error = refused(response_type, nonce="")
    assert error.code == "invalid_request"
    assert error_response(PROVIDER, error, NOW).carrier is ResponseMode.FRAGMENT
    # certification: code token without a nonce succeeds.
    assert "access_token" in answered("code token", nonce="").response.parameters


def test_oidc_core_5_4_scope_claims_are_in_the_id_token_where_there_is_no_access_token() -> None:
    scope = "openid profile email phone address"
    told = claims_of(answered("id_token", scope=scope).response.parameters["id_token"])
    assert {name: told[name] for name in ("name", "email", "phone_number", "address")} == {
        name: PROFILE[name] for name in ("name", "email", "phone_number", "address")
    }
    for response_type in FRONT[1:]:
        values = answered(response_type, scope=scope).response.parameters
        assert "id_token" not in values or claims_of(values["id_token"]).keys().isdisjoint({"name", "email"})


def test_oidc_core_5_4_only_claims_of_the_granted_scopes_are_told() -> None:
    told = claims_of(answered("id_token", scope="openid").response.parameters["id_token"])
    assert told.keys().isdisjoint(PROFILE)


@pytest.mark.parametrize("response_type", FRONT)
def test_rfc9700_2_1_2_a_grant_that_dies_with_the_session_is_started_before_anything_leaves(
    response_type: str,
) -> None:
    decided = answered(response_type, scope="openid profile offline_access")
    grant = started(decided)
    assert (grant.session_id, grant.person_id, grant.client_id) == (SESSION.id, PERSON, "portal")
    assert (grant.offline, grant.scope) == (False, ("openid", "profile"))
    assert grant.code_hash != decided.code_hash, "the code beside it is redeemed for a grant of its own"
    values = decided.response.parameters
    if "access_token" in values:
        token = read_access_token(PROVIDER, values["access_token"], NOW)
        assert token is not None
        assert (token.grant_id, token.scope) == (grant.id, ("openid", "profile"))
    (event,) = [effect for effect in decided.effects if isinstance(effect, RecordEvent)]
    assert (event.name, event.details) == (EventName.TOKEN_ISSUED, {"grant": grant.id})
    assert (event.person_id, event.session_id) == (PERSON, SESSION.id)
    assert (decided.event is not None) is ("code" in values)


def test_no_code_is_kept_nor_any_effect_committed_where_the_other_leaves() -> None:
    assert not answered("id_token").kept
    plain = answered("code")
    assert (plain.kept, plain.effects) == (True, ())
    assert plain.response.carrier is ResponseMode.QUERY


@pytest.mark.parametrize("response_type", ["code id_token", "code token", "code id_token token"])
def test_oidc_core_3_3_3_the_code_of_a_hybrid_response_is_redeemed_as_any_other(response_type: str) -> None:
    decided = answered(response_type)
    text = decided.response.parameters["code"]
    assert PROVIDER.token_hash.digest(text) == decided.code_hash
    decision = decide_token(PROVIDER, code_request(client=SUITE, code=decided.code))
    assert decision.answer.status == 200
    body = decision.answer.body or {}
    again = claims_of(body["id_token"])
    if "id_token" in decided.response.parameters:
        first = claims_of(decided.response.parameters["id_token"])
        # OIDC Core 3.3.3.6: iss and sub are the same in both.
        assert (again["iss"], again["sub"]) == (first["iss"], first["sub"])
    assert again["nonce"] == "n-1"


@pytest.mark.parametrize("profile", sorted(set(SECURITY_PROFILES) - {"certification"}))
@pytest.mark.parametrize("response_type", FRONT)
def test_rfc9700_2_1_2_no_other_profile_ever_gets_a_token_by_the_browser(
    response_type: str, profile: SecurityProfile
) -> None:
    """Even where a store said that it registered one."""
    other = replace(SUITE, security_profile=profile)
    assert refused(response_type, other).code == "unsupported_response_type"


@pytest.mark.parametrize(
    "client",
    [replace(SUITE, response_types=("code",)), replace(SUITE, grant_types=("authorization_code",))],
    ids=["response type", "grant"],
)
def test_rfc6749_3_1_1_what_is_not_registered_is_refused(client: Client) -> None:
    assert refused("code id_token", client).code == "unauthorized_client"


@pytest.mark.parametrize("response_type", ["token", "id_token id_token", "code code", "none", "id_token foo"])
def test_multiple_response_types_3_what_is_no_response_type_of_ours_is_refused(response_type: str) -> None:
    assert refused(response_type).code == "unsupported_response_type"


def test_oidc_core_3_1_2_1_an_id_token_needs_openid() -> None:
    assert refused("id_token", scope="profile").code == "invalid_scope"
    assert "id_token" not in answered("code token", scope="profile").response.parameters


@pytest.mark.parametrize("mode", ["query", "query.jwt"])
def test_multiple_response_types_5_tokens_are_never_in_the_query(mode: str) -> None:
    error = refused("code id_token", response_mode=mode)
    assert (error.code, error_response(PROVIDER, error, NOW).carrier) == ("invalid_request", ResponseMode.FRAGMENT)
    posted = answered("code id_token", response_mode="form_post")
    assert posted.response.carrier is ResponseMode.FORM_POST


def test_jarm_2_3_4_signed_tokens_are_in_the_fragment() -> None:
    decided = answered("code id_token token", response_mode="jwt")
    assert decided.response.carrier is ResponseMode.FRAGMENT
    verified = PROVIDER.verifier.verify_hint(decided.response.parameters["response"])
    assert verified is not None
    assert {"code", "id_token", "access_token", "state"} <= verified.claims.keys()


def test_oidc_core_11_offline_access_is_ignored_where_no_code_leaves() -> None:
    scope = "openid offline_access"
    assert "offline_access" not in answered("id_token token", scope=scope).code.scope
    assert "offline_access" in answered("code token", scope=scope).code.scope


def test_rfc7636_4_3_a_challenge_is_demanded_for_a_code_alone() -> None:
    public = replace(SUITE, token_endpoint_auth_method="none")
    assert refused("code token", public, code_challenge="", code_challenge_method="").code == "invalid_request"
    plain = answered("id_token token", public, code_challenge="", code_challenge_method="")
    assert "access_token" in plain.response.parameters


def test_what_a_person_must_do_first_comes_first() -> None:
    case = situation(SUITE, changed={"response_type": "id_token"}, view=None)
    assert isinstance(decide_authorization(case, ORIGIN), AskPerson)


def test_a_filing_at_a_counter_brings_a_code_and_nothing_else() -> None:
    desk = replace(SUITE, assisted_filing=True)
    request = replace(situation(desk, changed={"response_type": "code id_token"}).request, assisted=True)
    assistance = Assistance(SESSION, AssistedBy(person_id=SESSION.person_id, agency="H55", post=""))
    with pytest.raises(RedirectError):
        send_assisted_code(PROVIDER, request, assistance, ORIGIN, NOW + timedelta(seconds=1))
