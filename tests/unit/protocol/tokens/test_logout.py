"""Logout: who may be sent where afterwards, who need not be asked, and what a portal is told."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import Client, ClientId, SigningAlgorithm
from idp.grants.model import Grant
from idp.kernel.ids import GrantId, PersonId, SessionId
from idp.protocol.authorize.errors import PageError
from idp.protocol.forms import Form, parse_form
from idp.protocol.logout import (
    LOGOUT_EVENT,
    LogoutRequest,
    make_logout_token,
    may_skip_confirmation,
    names_session_of,
    read_logout_request,
)
from idp.protocol.tokens.issued import issue_access_token, issue_id_token
from records.structs import replace
from tests.support.builders.protocol import (
    BANK,
    CLIENT,
    GOODBYE,
    GRANT,
    ISSUER,
    NOW,
    PERSON,
    PROVIDER,
    SESSION,
    VIEW,
    claims_of,
    form,
    header_of,
    strangers_notary,
)

CLIENTS = {client.client_id: client for client in (CLIENT, BANK)}
HINT = issue_id_token(PROVIDER, CLIENT, GRANT, NOW, access_token="a", nonce=None)
SUBJECT, SID = PROVIDER.subjects.subject(PersonId(PERSON), CLIENT), PROVIDER.subjects.session(SESSION.id, CLIENT)


def read(parameters: Form) -> LogoutRequest:
    return read_logout_request(PROVIDER, parameters, CLIENTS.get)


def refused(parameters: Form) -> str:
    with pytest.raises(PageError) as caught:
        read(parameters)
    return caught.value.code


def unsigned(token: str) -> str:
    """Rewrite a token to `alg: none`."""
    header = urlsafe_b64encode(orjson.dumps({"alg": "none", "typ": "JWT"})).rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def test_rp_initiated_logout_3_a_genuine_hint_proves_client_address_and_session() -> None:
    asked = read(form(id_token_hint=HINT, post_logout_redirect_uri=GOODBYE, ui_locales="en"))
    assert asked == LogoutRequest(CLIENT, GOODBYE, SUBJECT, SID, "en", GRANT.id)


def test_rp_initiated_logout_2_a_hint_is_accepted_long_after_its_time() -> None:
    old = issue_id_token(PROVIDER, CLIENT, GRANT, NOW - timedelta(days=300), access_token="a", nonce=None)
    assert read(form(id_token_hint=old, post_logout_redirect_uri=GOODBYE)).return_to == GOODBYE


@pytest.mark.parametrize("state", [None, "s"])
def test_rp_initiated_logout_3_without_a_hint_there_is_no_redirect_even_to_a_registered_address(
    state: str | None,
) -> None:
    fields = {"post_logout_redirect_uri": GOODBYE, "client_id": "portal"} | ({"state": state} if state else {})
    assert read(form(**fields)) == LogoutRequest(None, None, None, None, None)


def test_rp_initiated_logout_2_no_parameters_at_all_are_a_request_too() -> None:
    assert read(form()) == read(form(state="only")) == LogoutRequest(None, None, None, None, None)


def test_without_an_address_the_person_stays_here() -> None:
    assert read(form(id_token_hint=HINT, state="s")).return_to is None


@pytest.mark.parametrize(
    "hint",
    [
        unsigned(HINT),
        HINT[:-8] + "AAAAAAAA",
        HINT.split(".")[0] + "." + HINT.split(".")[1] + ".",
        strangers_notary().sign(claims_of(HINT), algorithm="ES256", typ="JWT", now=NOW),
        issue_access_token(PROVIDER, CLIENT, ("openid",), NOW, GRANT).text,
        make_logout_token(PROVIDER, CLIENT, PersonId(PERSON), SESSION.id, NOW),
        PROVIDER.signer.sign({"aud": "nobody", "sub": SUBJECT}, algorithm="ES256", typ="JWT", now=NOW),
        PROVIDER.signer.sign({"aud": ["portal"], "sub": SUBJECT}, algorithm="ES256", typ="JWT", now=NOW),
        PROVIDER.signer.sign({"sub": SUBJECT}, algorithm="ES256", typ="JWT", now=NOW),
        "not-a-token",
        "é",
    ],
    ids=[
        "alg none",
        "forged",
        "no signature",
        "foreign",
        "access token",
        "logout token",
        "unknown client",
        "aud as a list",
        "no aud",
        "text",
        "not ASCII",
    ],
)
def test_lo_3_a_hint_that_is_no_id_token_of_ours_is_an_error_page(hint: str) -> None:
    assert refused(form(id_token_hint=hint, post_logout_redirect_uri=GOODBYE)) == "invalid_request"


@pytest.mark.parametrize(
    "address",
    [
        f"{GOODBYE}?x=1",
        f"{GOODBYE}/",
        f"{GOODBYE}#x",
        "https://evil.example/bye",
        "https://bank.example/cb",
        "https://portal.example/cb",
        "//portal.example/bye",
        GOODBYE.upper(),
    ],
)
def test_rp_initiated_logout_3_an_address_that_is_not_registered_is_an_error_page(address: str) -> None:
    assert refused(form(id_token_hint=HINT, post_logout_redirect_uri=address)) == "invalid_redirect_uri"


def test_rp_initiated_logout_2_a_client_id_must_be_the_one_of_the_hint() -> None:
    assert refused(form(id_token_hint=HINT, client_id="bank")) == "invalid_request"
    assert read(form(id_token_hint=HINT, client_id="portal")).client is CLIENT


@pytest.mark.parametrize("name", ["id_token_hint", "post_logout_redirect_uri", "state"])
def test_rfc6749_3_1_a_repeated_parameter_is_an_error_page(name: str) -> None:
    assert refused(parse_form(f"{name}=a&{name}=b".encode())) == "invalid_request"


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=60))
def test_rp_initiated_logout_3_state_comes_back_byte_for_byte(state: str) -> None:
    address = read(form(id_token_hint=HINT, post_logout_redirect_uri=GOODBYE, state=state)).return_to
    assert address is not None
    assert address.startswith(f"{GOODBYE}?state=")
    assert parse_qs(urlsplit(address).query, strict_parsing=True) == {"state": [state]}


def test_state_is_appended_to_a_registered_query() -> None:
    portal = replace(CLIENT, post_logout_redirect_uris=(f"{GOODBYE}?from=sso",))
    asked = read_logout_request(
        PROVIDER,
        form(id_token_hint=HINT, post_logout_redirect_uri=f"{GOODBYE}?from=sso", state='"&%<\\'),
        {"portal": portal}.get,
    )
    assert asked.return_to == f"{GOODBYE}?from=sso&state=%22%26%25%3C%5C"


def test_lo_1_only_the_hint_of_this_very_session_spares_the_question() -> None:
    asked = read(form(id_token_hint=HINT))
    assert may_skip_confirmation(PROVIDER, asked, VIEW) is True
    assert (
        may_skip_confirmation(PROVIDER, asked, replace(VIEW, session=replace(SESSION, id=SessionId("session-2"))))
        is False
    )
    assert (
        may_skip_confirmation(PROVIDER, asked, replace(VIEW, session=replace(SESSION, person_id=PersonId("person-2"))))
        is False
    )


def test_lo_1_the_subject_that_a_merged_person_left_at_the_client_is_the_one_compared() -> None:
    asked = read(form(id_token_hint=HINT))
    elsewhere = replace(VIEW, session=replace(SESSION, person_id=PersonId("person-2")))
    assert may_skip_confirmation(PROVIDER, asked, replace(elsewhere, subject_id=PersonId(PERSON))) is True


@pytest.mark.parametrize(
    "asked",
    [
        LogoutRequest(None, None, None, None, None),
        LogoutRequest(CLIENT, None, SUBJECT, None, None),
        LogoutRequest(CLIENT, None, None, SID, None),
        LogoutRequest(BANK, None, SUBJECT, SID, None),
    ],
    ids=["no hint", "no sid", "no sub", "another client"],
)
def test_lo_1_less_than_a_full_hint_asks_the_person(asked: LogoutRequest) -> None:
    assert may_skip_confirmation(PROVIDER, asked, VIEW) is False


OTHER_SESSION, OTHER_PERSON = (
    replace(GRANT, session_id=SessionId("session-2")),
    replace(GRANT, person_id=PersonId("person-2")),
)


@pytest.mark.parametrize(
    ("grant", "named"),
    [
        (GRANT, True),
        (OTHER_SESSION, False),
        (OTHER_PERSON, False),
        (replace(GRANT, client_id=ClientId("bank")), False),
        (replace(GRANT, id=GrantId(f"{'other':0<26}")), False),
        (replace(OTHER_PERSON, subject_id=PersonId(PERSON)), True),
    ],
    ids=["its own", "another session", "another person", "another client", "another grant", "merged person"],
)
def test_a_hint_names_the_session_of_its_own_grant_and_no_other(grant: Grant, *, named: bool) -> None:
    assert names_session_of(PROVIDER, read(form(id_token_hint=HINT)), grant) is named


@pytest.mark.parametrize("jti", [None, "", ".x", GRANT.id[:-1], 7])
def test_a_hint_of_before_has_no_grant_and_names_no_session(jti: object) -> None:
    old = {**claims_of(HINT), "jti": jti}
    asked = read(form(id_token_hint=PROVIDER.signer.sign(old, algorithm="ES256", typ="JWT", now=NOW)))
    assert (asked.hinted_grant, names_session_of(PROVIDER, asked, GRANT)) == (None, False)


def test_backchannel_logout_2_4_a_logout_token_has_these_claims_and_no_nonce() -> None:
    token = make_logout_token(PROVIDER, CLIENT, PersonId(PERSON), SESSION.id, NOW)
    claims = claims_of(token)
    jti = claims.pop("jti")
    assert claims == {
        "iss": ISSUER,
        "aud": "portal",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 120,
        "sub": SUBJECT,
        "sid": SID,
        "events": {LOGOUT_EVENT: {}},
    }
    assert isinstance(jti, str)
    assert jti != claims_of(make_logout_token(PROVIDER, CLIENT, PersonId(PERSON), SESSION.id, NOW))["jti"]
    assert LOGOUT_EVENT == "http://schemas.openid.net/event/backchannel-logout"


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_backchannel_logout_2_4_it_is_typed_and_signed_like_the_clients_id_tokens(algorithm: SigningAlgorithm) -> None:
    client: Client = replace(CLIENT, id_token_signed_response_alg=algorithm)
    header = header_of(make_logout_token(PROVIDER, client, PersonId(PERSON), SESSION.id, NOW))
    assert (header["typ"], header["alg"]) == ("logout+jwt", algorithm)


def test_backchannel_logout_2_4_sub_and_sid_are_those_of_the_id_token() -> None:
    reported, known = claims_of(make_logout_token(PROVIDER, CLIENT, PersonId(PERSON), SESSION.id, NOW)), claims_of(HINT)
    assert (reported["sub"], reported["sid"]) == (known["sub"], known["sid"])


def test_a_hint_of_a_disabled_client_vouches_for_no_address() -> None:
    disabled = {CLIENT.client_id: replace(CLIENT, disabled_at=NOW)}
    with pytest.raises(PageError) as caught:
        read_logout_request(PROVIDER, form(id_token_hint=HINT, post_logout_redirect_uri=GOODBYE), disabled.get)
    assert caught.value.code == "invalid_request"
