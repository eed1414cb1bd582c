"""How a response travels: the mode that was asked for, the default, and what is refused; errors by the same way."""

from datetime import timedelta

import orjson
import pytest

from clients.model import Client
from idp.protocol.authorize.checked_request import AuthorizationRequest, ResponseMode
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.endpoint import SendCode, decide_authorization
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.response import AuthorizationResponse, error_response, response_to
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.errors import ACCESS_DENIED
from idp.protocol.forms import Form, parse_form
from idp.protocol.legacy.tokens import hinted_grant
from idp.protocol.logout import read_logout_request
from idp.protocol.tokens.issued import read_access_token
from keys.model import Algorithm
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    ISSUER,
    NOW,
    ORIGIN,
    PROVIDER,
    REDIRECT,
    authorize,
    form,
    situation,
)

ODD_STATE = "a\"b<c>&d=e+f%20g'h ü"


def read(asked: Form, client: Client = CLIENT) -> AuthorizationRequest:
    return read_request(PROVIDER, SubmittedRequest(client, asked), NOW)


def sent(**changed: str) -> SendCode:
    decided = decide_authorization(situation(changed=changed), ORIGIN)
    assert isinstance(decided, SendCode), decided
    return decided


def refused(**changed: str) -> tuple[str, AuthorizationResponse]:
    with pytest.raises(RedirectError) as caught:
        read(authorize(changed))
    return caught.value.code, error_response(PROVIDER, caught.value, NOW)


def claims_in(response: AuthorizationResponse, algorithm: Algorithm = "ES256") -> dict[str, object]:
    """Return the claims of a signed response, its signature verified."""
    assert response.parameters.keys() == {"response"}, "JARM 2.3: the JWT is all that travels"
    text = response.parameters["response"]
    verified = PROVIDER.verifier.verify_hint(text)
    assert verified is not None
    assert (verified.header["alg"], verified.header["typ"]) == (algorithm, "JWT")
    assert "kid" in verified.header
    return dict(orjson.loads(orjson.dumps(dict(verified.claims))))


@pytest.mark.parametrize(
    ("asked", "carrier"),
    [("", "query"), ("query", "query"), ("fragment", "fragment"), ("form_post", "form_post")],
)
def test_multiple_response_types_2_1_a_code_travels_by_the_mode_that_was_asked_for(asked: str, carrier: str) -> None:
    response = sent(response_mode=asked, state=ODD_STATE).response
    assert (response.redirect_uri, response.carrier) == (REDIRECT, carrier)
    # Form Post Response Mode 2: values as they are; the page escapes them, the browser encodes them.
    assert response.parameters == {"code": response.parameters["code"], "state": ODD_STATE, "iss": ISSUER}


@pytest.mark.parametrize(
    ("asked", "carrier"),
    [("jwt", "query"), ("query.jwt", "query"), ("fragment.jwt", "fragment"), ("form_post.jwt", "form_post")],
)
def test_jarm_2_1_a_signed_response_has_issuer_audience_end_and_the_parameters(asked: str, carrier: str) -> None:
    decided = sent(response_mode=asked, state=ODD_STATE)
    assert decided.response.carrier == carrier
    claims = claims_in(decided.response)
    code = claims.pop("code")
    assert PROVIDER.token_hash.digest(str(code)) == decided.code_hash
    assert claims == {
        "iss": ISSUER,
        "aud": "portal",
        "exp": int((NOW + timedelta(minutes=5)).timestamp()),
        "state": ODD_STATE,
    }


@pytest.mark.parametrize(("asked", "carrier"), [("jwt", "query"), ("form_post.jwt", "form_post")])
def test_jarm_2_1_an_error_is_signed_too(asked: str, carrier: str) -> None:
    code, response = refused(response_mode=asked, scope="unknown", state=ODD_STATE)
    assert (code, response.carrier) == ("invalid_scope", carrier)
    claims = claims_in(response)
    assert (claims["error"], claims["state"], claims["iss"], claims["aud"]) == (code, ODD_STATE, ISSUER, "portal")
    assert claims["error_description"]


def test_jarm_3_the_algorithm_is_the_one_that_the_client_registered() -> None:
    client = replace(CLIENT, authorization_signed_response_alg="RS256")
    request = replace(situation(client).request, response_mode=ResponseMode.QUERY_JWT)
    assert claims_in(response_to(PROVIDER, request, {"code": "c"}, NOW), "RS256")["code"] == "c"


def test_jarm_2_4_a_parameter_cannot_take_the_place_of_issuer_audience_or_end() -> None:
    request = replace(situation().request, response_mode=ResponseMode.QUERY_JWT)
    forged = {"iss": "https://evil.example", "aud": "evil", "exp": "9999999999"}
    claims = claims_in(response_to(PROVIDER, request, forged, NOW))
    assert (claims["iss"], claims["aud"]) == (ISSUER, "portal")
    assert claims["exp"] == int((NOW + timedelta(minutes=5)).timestamp())


@pytest.mark.parametrize("response_type", ["id_token", "token", "id_token token", "code id_token", "token code"])
@pytest.mark.parametrize(("asked", "carrier"), [("", "fragment"), ("query", "fragment"), ("form_post", "form_post")])
def test_multiple_response_types_5_what_would_carry_tokens_is_never_answered_in_the_query(
    response_type: str, asked: str, carrier: str
) -> None:
    _, response = refused(response_type=response_type, response_mode=asked)
    assert response.carrier == carrier


@pytest.mark.parametrize("asked", ["jwt", "query.jwt", "fragment.jwt"])
def test_jarm_2_3_1_nor_in_a_signed_query(asked: str) -> None:
    _, response = refused(response_type="code id_token", response_mode=asked)
    assert response.carrier == "fragment"
    # What may not be had is answered by the default of the response type, which is not signed.
    assert ("response" in response.parameters) is (asked != "query.jwt")


@pytest.mark.parametrize("asked", ["web_message", "QUERY", "query.JWT", "form_post jwt", "fragment.jwt "])
def test_multiple_response_types_2_1_an_unknown_mode_is_refused_by_the_default(asked: str) -> None:
    code, response = refused(response_mode=asked)
    assert (code, response.carrier) == ("invalid_request", "query")
    assert response.parameters["iss"] == ISSUER


def test_rfc6749_3_1_of_two_modes_neither_is_taken() -> None:
    query = "&".join(f"{name}={value}" for name, value in authorize(response_mode="form_post").data.items())
    with pytest.raises(RedirectError) as caught:
        read(parse_form(f"{query}&response_mode=fragment".replace(" ", "+").encode()))
    assert error_response(PROVIDER, caught.value, NOW).carrier == "query"


@pytest.mark.parametrize("address", ["vn.gov.example:/cb", "http://[::1]/cb"])
def test_csp_level_3_2_3_1_a_page_posts_only_to_an_address_that_its_policy_can_name(address: str) -> None:
    native = replace(CLIENT, application_type="native", redirect_uris=(address,))
    with pytest.raises(RedirectError) as caught:
        read(authorize(client=native, response_mode="form_post", redirect_uri=address), native)
    assert error_response(PROVIDER, caught.value, NOW).carrier == "query"
    fine = read(authorize(client=native, response_mode="query.jwt", redirect_uri=address), native)
    assert fine.response_mode is ResponseMode.QUERY_JWT


def test_rfc6749_4_2_2_the_fragment_has_everything_and_the_registered_query_stays() -> None:
    client = replace(CLIENT, redirect_uris=(f"{REDIRECT}?a=1",))
    request = replace(situation(client).request, response_mode=ResponseMode.FRAGMENT, state=ODD_STATE)
    location = response_to(PROVIDER, request, {"code": "c"}, NOW).in_fragment()
    assert location.startswith(f"{REDIRECT}?a=1#code=c&state=a%22b%3Cc%3E%26d%3De%2Bf%2520g%27h%20%C3%BC&iss=")
    assert location.count("#") == 1


def test_rfc8725_3_11_a_signed_response_passes_for_no_token_of_ours() -> None:
    request: AuthorizationRequest = replace(situation().request, response_mode=ResponseMode.QUERY_JWT)
    text = error_response(PROVIDER, RedirectError(request, ACCESS_DENIED), NOW).parameters["response"]
    with pytest.raises(RedirectError):
        read(authorize(id_token_hint=text))
    with pytest.raises(PageError):
        read_logout_request(PROVIDER, form(id_token_hint=text), {CLIENT.client_id: CLIENT}.get)
    assert hinted_grant(PROVIDER, text) is None
    assert read_access_token(PROVIDER, text, NOW) is None
