"""Whatever a request holds, a decision is an answer or one of the declared errors (invariant I16)."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.model import Client, ClientId
from idp.kernel.ids import PersonId
from idp.protocol.answers import Answer, Decision
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.endpoint import AskPerson, SendCode, decide_authorization
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.interaction import Situation
from idp.protocol.authorize.response import error_response
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.client_auth.authentication import read_credentials
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE
from idp.protocol.decider import ClientFacts, answer_of
from idp.protocol.errors import OAuth2Error
from idp.protocol.forms import Form, FormError, parse_form, stated_client
from idp.protocol.introspection import InspectionSnapshot, PresentedToken, decide_introspection, decide_revocation
from idp.protocol.logout import LogoutRequest, make_logout_token, may_skip_confirmation, read_logout_request
from idp.protocol.provider import Provider
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.endpoint import GRANT_TYPES, TokenSnapshot, decide_token
from idp.protocol.token.refresh_token import RefreshFacts
from idp.protocol.tokens.issued import issue_access_token, issue_id_token, read_access_token
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo
from idp.sessions.model import SessionView
from records.structs import replace
from tests.support.builders.protocol import (
    BANK,
    CHALLENGE,
    CLIENT,
    CLIENT_KEY,
    CODE,
    CODE_TEXT,
    GOODBYE,
    GRANT,
    HEAD,
    NOW,
    OLDER,
    ORIGIN,
    PERSON,
    PROVIDER,
    REDIRECT,
    SECRET,
    SESSION,
    STATE,
    VERIFIER,
    VIEW,
    basic,
    public_jwks,
)

JWKS = public_jwks(CLIENT_KEY)
SIGNER = replace(CLIENT, client_id=ClientId("signer"), token_endpoint_auth_method="private_key_jwt", jwks=JWKS)
PUBLIC = replace(CLIENT, client_id=ClientId("public"), token_endpoint_auth_method="none")
CLIENTS = {client.client_id: client for client in (CLIENT, BANK, SIGNER, PUBLIC)}
ACCESS = issue_access_token(PROVIDER, CLIENT, ("openid", "profile"), NOW, GRANT).text
ID_TOKEN = issue_id_token(PROVIDER, CLIENT, GRANT, NOW, access_token=ACCESS, nonce=None)
LOGOUT_TOKEN = make_logout_token(PROVIDER, CLIENT, PersonId(PERSON), SESSION.id, NOW)
NAMES = (
    *("client_id", "client_secret", "client_assertion", "client_assertion_type", "grant_type", "code", "scope"),
    *("redirect_uri", "code_verifier", "refresh_token", "token", "token_type_hint", "response_type", "response_mode"),
    *("state", "nonce", "code_challenge", "code_challenge_method", "prompt", "max_age", "acr_values", "login_hint"),
    *("id_token_hint", "ui_locales", "request", "request_uri", "claims", "display", "post_logout_redirect_uri"),
)
VALUES = (
    *CLIENTS,
    *GRANT_TYPES,
    *(SECRET, CODE_TEXT, REDIRECT, GOODBYE, VERIFIER, CHALLENGE, HEAD.text, OLDER.text, ACCESS, ID_TOKEN, LOGOUT_TOKEN),
    *("code", "S256", "query", "none", "login", "consent", "openid profile", "openid", "0", "loa3", ASSERTION_TYPE),
    *("", " ", "\r\n", '"', "\\", "é", "\ufeff", "\u202e", "x" * 3000, "a.b.c", "..", "%", "%00", "-1", "1e400", "{}"),
)
TEXT = st.sampled_from(VALUES) | st.text(st.characters(codec="utf-8"), max_size=30)
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES) | TEXT, TEXT), max_size=14).map(
    lambda pairs: urlencode(pairs).encode()
)
# Half of the requests begin well, so that the checks behind the first are reached too.
CODE_REQUEST = urlencode(
    {"grant_type": "authorization_code", "code": CODE_TEXT, "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
).encode()
AUTHORIZE = urlencode(
    {"client_id": "portal", "response_type": "code", "scope": "openid", "code_challenge": CHALLENGE}
).encode()
BODIES = st.builds(
    lambda start, rest: start + b"&" + rest if start and rest else start + rest,
    st.sampled_from([b"", CODE_REQUEST, AUTHORIZE, b"token=" + ACCESS.encode(), b"id_token_hint=" + ID_TOKEN.encode()]),
    FIELDS | st.binary(max_size=200),
)
HEADERS = (
    st.none()
    | st.just(basic(ClientId("portal"), SECRET))
    | st.text(max_size=60)
    | st.binary(max_size=40).map(lambda raw: "Basic " + raw.decode("latin-1"))
    | st.text(max_size=20).map(lambda text: basic(ClientId(text.encode("utf-8", "replace").decode()), SECRET))
)
EVERY = settings(max_examples=200)
CODES_OF_TOKEN = {
    *("invalid_request", "invalid_client", "invalid_grant", "invalid_scope"),
    *("unauthorized_client", "unsupported_grant_type"),
}


def form_of(raw: bytes) -> Form | None:
    try:
        return parse_form(raw)
    except FormError:
        return None


def facts_or_answer(form: Form, header: str | None) -> ClientFacts | Answer:
    """Read who asks, as every back-channel endpoint does."""
    try:
        credentials = read_credentials(form, header)
    except OAuth2Error as error:
        return answer_of(error)
    client: Client | None = CLIENTS.get(credentials.client_id or ClientId(""))
    return ClientFacts(credentials, client, (client.jwks or {}) if client else {})


def code_facts(form: Form) -> CodeFacts:
    code_hash = PROVIDER.token_hash.digest(form.get("code") or "")
    return CodeFacts(code_hash, CODE if form.get("code") == CODE_TEXT else None)


def assert_is_an_answer(answer: Answer) -> None:
    assert answer.status in {200, 400, 401}
    assert (answer.status == 200) == (answer.error is None)
    if answer.status != 200:
        assert answer.error in CODES_OF_TOKEN
        assert (answer.status == 401) == (answer.error == "invalid_client")


def assert_is_a_page(error: PageError) -> None:
    assert error.code in {"invalid_request", "invalid_client", "invalid_redirect_uri"}


@EVERY
@given(BODIES, HEADERS)
def test_i16_the_token_endpoint_answers_any_request(raw: bytes, header: str | None) -> None:
    form = form_of(raw)
    if form is None:
        return
    facts = facts_or_answer(form, header)
    if isinstance(facts, Answer):
        assert_is_an_answer(facts)
        return
    token = PROVIDER.refresh_tokens.parse(form.get("refresh_token") or "")
    refresh = RefreshFacts(token, STATE if token else None)
    presented = code_facts(form) if form.get("grant_type") == "authorization_code" else refresh
    decision = decide_token(PROVIDER, TokenSnapshot(form, facts, presented, ORIGIN, NOW))
    assert_is_an_answer(decision.answer)
    assert decision.answer.status == 200 or not any(effect.claim for effect in decision.effects)


@EVERY
@given(BODIES, HEADERS)
@pytest.mark.parametrize("rule", [decide_introspection, decide_revocation])
def test_i16_introspection_and_revocation_answer_any_request(
    rule: Callable[[Provider, InspectionSnapshot], Decision], raw: bytes, header: str | None
) -> None:
    form = form_of(raw)
    if form is None:
        return
    facts = facts_or_answer(form, header)
    if isinstance(facts, Answer):
        assert_is_an_answer(facts)
        return
    text = form.get("token") or ""
    token = PROVIDER.refresh_tokens.parse(text) or read_access_token(PROVIDER, text, NOW)
    presented = PresentedToken(token, STATE, token_revoked=False) if token else None
    decision = rule(PROVIDER, InspectionSnapshot(form, facts, presented, ORIGIN, NOW))
    assert_is_an_answer(decision.answer)
    assert decision.answer.status == 200 or decision.effects == ()


@EVERY
@given(BODIES, st.none() | st.just(VIEW))
def test_i16_the_authorization_endpoint_asks_answers_or_refuses_any_request(
    raw: bytes, view: SessionView | None
) -> None:
    form = form_of(raw)
    if form is None:
        return
    client = CLIENTS.get(stated_client(form) or ClientId(""))
    try:
        request = read_request(PROVIDER, SubmittedRequest(client, form), NOW)
        decided = decide_authorization(Situation(PROVIDER, request, view, NOW, None, NOW), ORIGIN)
    except PageError as error:
        assert_is_a_page(error)
        return
    except RedirectError as error:
        # I15: the target is a registered address of that client, whatever was asked.
        refused = error_response(PROVIDER, error, NOW)
        assert refused.redirect_uri in (client or CLIENT).redirect_uris
        assert refused.in_query().isascii()
        assert refused.in_fragment().isascii()
        return
    assert isinstance(decided, AskPerson | SendCode)
    if isinstance(decided, SendCode):
        assert decided.response.redirect_uri in request.client.redirect_uris


@EVERY
@given(BODIES)
def test_i16_logout_reads_or_refuses_any_request(raw: bytes) -> None:
    form = form_of(raw)
    if form is None:
        return
    try:
        asked: LogoutRequest = read_logout_request(PROVIDER, form, CLIENTS.get)
    except PageError as error:
        assert_is_a_page(error)
        return
    assert asked.return_to is None or asked.return_to.partition("?")[0] == GOODBYE
    assert may_skip_confirmation(PROVIDER, asked, VIEW) in {True, False}


@EVERY
@given(TEXT | st.text(max_size=200))
def test_i16_userinfo_answers_any_token(text: str) -> None:
    token = read_access_token(PROVIDER, text, NOW)
    answer = decide_userinfo(PROVIDER, UserinfoSnapshot(token, STATE if token else None, CLIENT, NOW))
    assert answer.status == (200 if text == ACCESS else 401)
