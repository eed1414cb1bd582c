"""The known traps of Authlib 1.9.9: one test each, so that an update springs none."""

import ast
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from authlib.oauth2.rfc6749.errors import InvalidClientError
from authlib.oauth2.rfc8628 import DeviceCodeGrant

import idp.protocol
from clients.model import DEVICE_CODE
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.endpoint import SendCode, decide_authorization
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.client_auth.authentication import read_credentials
from idp.protocol.decider import answer_of
from idp.protocol.introspection import PresentedToken, decide_introspection, decide_revocation
from idp.protocol.token.authorization_code import CodeFacts, CodeGrant
from idp.protocol.token.endpoint import GRANTS, TokenSnapshot, decide_token
from keys.generate import generate
from keys.key_set import KeySet
from keys.model import SigningKey
from keys.seal import MasterKey, seal
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    HEAD,
    ISSUER,
    NOW,
    ORIGIN,
    PROVIDER,
    SESSION,
    STATE,
    Notary,
    authorize,
    claims_of,
    code_request,
    facts_of,
    form,
    inspection,
    refresh_request,
    situation,
)


def redirect_error(**changed: str) -> str:
    with pytest.raises(RedirectError) as caught:
        read_request(PROVIDER, SubmittedRequest(CLIENT, authorize(changed)), NOW)
    return caught.value.code


def test_trap_a_refreshed_id_token_gets_a_new_auth_time() -> None:
    later = replace(refresh_request(client=replace(CLIENT, require_auth_time=True)), now=NOW + timedelta(hours=1))
    body = decide_token(PROVIDER, later).answer.body or {}
    claims = claims_of(body["id_token"])
    assert claims["auth_time"] == int(SESSION.auth_time.timestamp())
    assert claims["iat"] == int((NOW + timedelta(hours=1)).timestamp())


def test_trap_form_post_percent_encodes_values_so_ours_does_not() -> None:
    decided = decide_authorization(situation(response_mode="form_post", state='a"&<'), ORIGIN)
    assert isinstance(decided, SendCode)
    assert decided.response.parameters["state"] == 'a"&<'


def test_trap_iss_goes_to_the_query_of_fragment_responses_so_ours_keeps_it_with_the_rest() -> None:
    decided = decide_authorization(situation(response_mode="fragment"), ORIGIN)
    assert isinstance(decided, SendCode)
    address, _, fragment = decided.response.in_fragment().partition("#")
    assert "?" not in address
    assert fragment.endswith("&iss=https%3A%2F%2Fsignon.example")


def test_trap_pkce_is_not_enforced_at_the_authorization_endpoint() -> None:
    assert redirect_error(code_challenge="", code_challenge_method="") == "invalid_request"


def test_trap_plain_is_the_default_pkce_method() -> None:
    assert redirect_error(code_challenge_method="") == "invalid_request"
    assert redirect_error(code_challenge_method="plain") == "invalid_request"


def test_trap_device_codes_are_never_consumed_so_ours_are_redeemed_like_codes() -> None:
    engine = GRANTS[DEVICE_CODE].engine
    assert issubclass(engine, CodeGrant)
    assert not issubclass(engine, DeviceCodeGrant)


def test_trap_basic_credentials_that_are_not_utf_8_give_a_500() -> None:
    with pytest.raises(InvalidClientError) as caught:
        read_credentials(form(), "Basic /////w==")
    assert answer_of(caught.value).status == 401


def test_trap_an_unknown_token_hint_gives_401() -> None:
    presented = PresentedToken(HEAD, STATE, token_revoked=False)
    snapshot = inspection(presented, token_type_hint="unknown")
    assert decide_introspection(PROVIDER, snapshot).answer.status == 200
    assert decide_revocation(PROVIDER, snapshot).answer.status == 200


def test_trap_a_key_set_signs_with_a_random_key() -> None:
    master, records = MasterKey(b"m" * 32), []
    for age in range(4):
        pair = generate("ES256", rsa_bits=2048)
        since = NOW - timedelta(days=4 - age)
        until = since + timedelta(days=1) if age < 3 else None
        sealed = seal(pair.private_der, kid=pair.kid, master_key=master)
        records.append(SigningKey(pair.kid, "ES256", sealed, pair.public_jwk, since, since, until))
    notary = Notary(KeySet.open(records, master, NOW))
    rotating = replace(PROVIDER, signer=notary, verifier=notary)
    signed_by = set()
    for _ in range(20):
        body = decide_token(rotating, code_request()).answer.body or {}
        for name in ("access_token", "id_token"):
            verified = notary.verify_hint(str(body[name]))
            assert verified is not None
            signed_by.add(verified.kid)
    assert signed_by == {records[-1].kid}


def test_trap_tokens_are_logged_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    own = TokenSnapshot(form(grant_type="client_credentials"), facts_of(CLIENT), None, ORIGIN, NOW)
    tokens = []
    for snapshot in (code_request(), refresh_request(), own):
        answer = decide_token(PROVIDER, snapshot).answer
        tokens += [str((answer.body or {}).get(name)) for name in ("access_token", "refresh_token", "id_token")]
        assert "TokenBody(access_token" in repr(answer)
    logged = caplog.text
    assert "Issue token" in logged, "Authlib no longer logs: this test proves nothing any more"
    assert [token for token in tokens if token != "None" and token in logged] == []


def test_trap_the_token_is_saved_before_the_code_is_spent() -> None:
    """One claim decides: the first effect, and everything else is written with it or not at all."""
    first, *others = decide_token(PROVIDER, code_request()).effects
    assert (first.claim, [effect.claim for effect in others]) == (True, [False, False])


def test_trap_a_parameter_without_a_value_counts_as_sent() -> None:
    snapshot = TokenSnapshot(
        form(grant_type="authorization_code", code=""), facts_of(CLIENT), CodeFacts(b"", None), ORIGIN, NOW
    )
    assert decide_token(PROVIDER, snapshot).answer.error == "invalid_request"


def test_trap_an_unknown_response_type_is_quoted_in_letters_that_authlib_itself_refuses() -> None:
    assert redirect_error(response_type='é"\\') == "unsupported_response_type"


def test_trap_the_methods_of_an_endpoint_are_forgotten_when_client_authentication_is_ours() -> None:
    public = replace(CLIENT, token_endpoint_auth_method="none", secrets=())
    presented = PresentedToken(HEAD, STATE, token_revoked=False)
    assert decide_introspection(PROVIDER, inspection(presented, client=public)).answer.status == 401


@pytest.mark.parametrize("issuer", [ISSUER, "http://localhost:8000", "http://127.0.0.1:8000"])
def test_trap_plain_http_is_refused_except_on_the_loopback(issuer: str) -> None:
    assert decide_token(replace(PROVIDER, issuer=issuer), code_request()).answer.status == 200


def test_its_key_handling_random_strings_and_token_generators_are_not_used() -> None:
    imported = set()
    for path in Path(next(iter(idp.protocol.__path__))).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            module = node.module if isinstance(node, ast.ImportFrom) else None
            imported |= {name for name in [*names, module or ""] if name.startswith("authlib")}
    assert imported == {
        "authlib.oauth2.rfc6749",
        "authlib.oauth2.rfc6749.errors",
        "authlib.oauth2.rfc6749.requests",
        "authlib.oauth2.rfc7009",
        "authlib.oauth2.rfc7662",
    }
