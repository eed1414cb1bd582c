"""The seam to Authlib: errors become answers of one shape, in letters that RFC 6749 allows."""

import pytest
from authlib.oauth2.rfc6749.errors import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnsupportedGrantTypeError,
)
from hypothesis import given
from hypothesis import strategies as st

from idp.protocol.answers import Answer
from idp.protocol.decider import DecisionRequest, RegisteredClient, answer_of, printable
from idp.protocol.errors import INVALID_GRANT
from records.structs import replace
from tests.support.builders.protocol import CLIENT, PROVIDER, REDIRECT, form

ALLOWED = {chr(code) for code in range(0x20, 0x7F)} - {'"', "\\"}


@given(st.text(max_size=400))
def test_rfc6749_5_2_a_description_holds_printable_ascii_without_quotes_and_is_short(text: str) -> None:
    assert set(printable(text)) <= ALLOWED
    assert len(printable(text)) <= 200


def test_what_is_printable_already_stays_as_it_is() -> None:
    every = "".join(sorted(ALLOWED))
    assert printable(every) == every


def test_rfc6749_5_2_only_a_failed_authentication_is_401_with_a_challenge() -> None:
    failed, other = answer_of(InvalidClientError("No.")), answer_of(InvalidGrantError("No."))
    assert (failed.status, failed.headers["WWW-Authenticate"]) == (401, 'Basic realm="token"')
    assert (other.status, "WWW-Authenticate" in other.headers) == (400, False)


def test_an_error_quotes_nothing_that_could_break_its_description() -> None:
    body = answer_of(UnsupportedGrantTypeError('x"\r\né')).body or {}
    assert body == {"error": "unsupported_grant_type", "error_description": "grant_type=x is not supported"}


@pytest.mark.parametrize("error", [InvalidGrantError(), InvalidScopeError(), InvalidRequestError()])
def test_an_error_that_authlib_leaves_without_words_still_says_what_is_wrong(error: OAuth2Error) -> None:
    description = str((answer_of(error).body or {})["error_description"])
    assert error.error not in description
    assert description == printable(description)
    assert description.endswith(".")


def test_an_answer_says_its_error_and_a_success_has_none() -> None:
    assert INVALID_GRANT.because("No.").answer({"X": "y"}) == Answer(
        400,
        {"error": "invalid_grant", "error_description": "No."},
        {"Cache-Control": "no-store", "Pragma": "no-cache", "X": "y"},
    )
    assert INVALID_GRANT.answer().error == "invalid_grant"
    assert (Answer(200, {}).error, Answer(200, None).error) == (None, None)


def test_rfc6749_3_2_authlib_never_sees_a_parameter_without_a_value() -> None:
    request = DecisionRequest(PROVIDER, form(code="", scope="openid"))
    assert request.form == {"scope": "openid"}
    assert request.payload.scope == "openid"


@pytest.mark.parametrize(
    ("uris", "default"), [((REDIRECT,), REDIRECT), ((REDIRECT, "https://portal.example/2"), None), ((), None)]
)
def test_rfc6749_3_1_2_3_only_a_single_address_is_a_default(uris: tuple[str, ...], default: str | None) -> None:
    assert RegisteredClient(replace(CLIENT, redirect_uris=uris)).get_default_redirect_uri() == default


def test_a_response_type_needs_its_grant_too() -> None:
    assert RegisteredClient(CLIENT).check_response_type("code") is True
    assert RegisteredClient(replace(CLIENT, grant_types=("client_credentials",))).check_response_type("code") is False
    assert RegisteredClient(replace(CLIENT, response_types=())).check_response_type("code") is False


def test_allowed_scope_keeps_the_order_of_the_request() -> None:
    client = RegisteredClient(CLIENT)
    assert client.get_allowed_scope("email unknown openid") == "email openid"
    assert client.get_allowed_scope(None) == ""
