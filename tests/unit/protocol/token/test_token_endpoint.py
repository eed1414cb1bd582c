"""What holds for every token request: one value each, a known grant, and an assertion used once."""

from collections.abc import Callable
from datetime import timedelta

import orjson
import pytest
from joserfc import jws

from clients.model import CIBA, DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE
from idp.audit.model import EventName, RecordEvent
from idp.grants.model import ClaimOnce
from idp.protocol.answers import NO_STORE, Decision
from idp.protocol.client_auth.authentication import read_credentials
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE
from idp.protocol.decider import ClientFacts
from idp.protocol.forms import parse_form
from idp.protocol.introspection import InspectionSnapshot, decide_introspection, decide_revocation
from idp.protocol.provider import Provider
from idp.protocol.token.endpoint import GRANT_TYPES, TokenSnapshot, decide_token
from idp.protocol.token.refresh_token import RefreshFacts
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    CLIENT_KEY,
    ISSUER,
    NOW,
    ORIGIN,
    PROVIDER,
    code_request,
    facts_of,
    form,
    inspection,
    public_jwks,
    refresh_request,
)

SIGNER = replace(CLIENT, token_endpoint_auth_method="private_key_jwt", jwks=public_jwks(CLIENT_KEY), secrets=())


def signed_request(snapshot: TokenSnapshot, jti: str = "jti-1") -> TokenSnapshot:
    """Return the request with a client assertion in place of the secret."""
    return replace(snapshot, facts=signed_facts(jti))


def signed_facts(jti: str) -> ClientFacts:
    """Return what a client shows that signs."""
    stamp = int(NOW.timestamp())
    claims = {"iss": "portal", "sub": "portal", "aud": ISSUER, "jti": jti, "exp": stamp + 60}
    text = jws.serialize_compact({"alg": "ES256"}, orjson.dumps(claims), CLIENT_KEY)
    shown = read_credentials(form(client_assertion_type=ASSERTION_TYPE, client_assertion=text), None)
    return ClientFacts(shown, SIGNER, public_jwks(CLIENT_KEY))


def test_the_grants_of_the_provider() -> None:
    assert (
        *("authorization_code", "refresh_token", "client_credentials"),
        *(DEVICE_CODE, CIBA, TOKEN_EXCHANGE, JWT_BEARER),
    ) == GRANT_TYPES


@pytest.mark.parametrize("name", ["grant_type", "code", "scope", "unknown"])
def test_rfc6749_3_2_a_repeated_parameter_is_refused(name: str) -> None:
    once = code_request()
    raw = f"grant_type=authorization_code&code=c&scope=openid&unknown=1&{name}=again".encode()
    decision = decide_token(PROVIDER, replace(once, form=parse_form(raw)))
    assert (decision.answer.status, decision.answer.error) == (400, "invalid_request")
    assert (decision.effects, decision.enqueued, decision.first, decision.when_late) == ((), (), None, None)


@pytest.mark.parametrize("grant_type", ["password", "implicit", "Authorization_code", 'x"\\é', "none", "x" * 5000])
def test_rfc6749_5_2_an_unknown_grant_is_unsupported(grant_type: str) -> None:
    snapshot = TokenSnapshot(form(grant_type=grant_type), facts_of(CLIENT), RefreshFacts(None, None), ORIGIN, NOW)
    answer = decide_token(PROVIDER, snapshot).answer
    assert (answer.status, answer.error) == (400, "unsupported_grant_type")
    description = str((answer.body or {})["error_description"])
    assert len(description) <= 200
    assert not set(description) - {chr(code) for code in range(0x20, 0x7F) if chr(code) not in '"\\'}


@pytest.mark.parametrize("fields", [{}, {"grant_type": ""}], ids=["absent", "empty"])
def test_rfc6749_5_2_a_missing_grant_type_is_a_malformed_request(fields: dict[str, str]) -> None:
    snapshot = TokenSnapshot(form(**fields), facts_of(CLIENT), None, ORIGIN, NOW)
    assert decide_token(PROVIDER, snapshot).answer.error == "invalid_request"


def test_rfc6749_5_1_no_answer_may_be_stored() -> None:
    for snapshot in (code_request(), code_request(code=None), refresh_request(), refresh_request("made-up")):
        assert decide_token(PROVIDER, snapshot).answer.headers.items() >= NO_STORE.items()


def test_rfc7523_3_an_assertion_is_claimed_before_everything_else() -> None:
    claim = decide_token(PROVIDER, signed_request(code_request())).first
    assert claim == ClaimOnce(
        purpose="client_assertion",
        value_hash=PROVIDER.token_hash.digest("portal|jti-1"),
        expires_at=NOW + timedelta(seconds=71),
    )
    assert claim.claim is True


def test_ca_1_an_assertion_is_spent_by_a_refused_request_too() -> None:
    decision = decide_token(PROVIDER, signed_request(refresh_request("made-up")))
    assert decision.answer.error == "invalid_grant"
    assert isinstance(decision.first, ClaimOnce)


@pytest.mark.parametrize("rule", [decide_introspection, decide_revocation])
def test_rfc7523_3_introspection_and_revocation_claim_the_assertion_too(
    rule: Callable[[Provider, InspectionSnapshot], Decision],
) -> None:
    claim = rule(PROVIDER, replace(inspection(None), facts=signed_facts("jti-1"))).first
    assert claim == decide_token(PROVIDER, signed_request(code_request())).first


def test_the_same_jti_is_the_same_claim_and_another_is_another() -> None:
    first, second, third = (
        decide_token(PROVIDER, signed_request(code_request(), jti)).first for jti in ("a", "a", "b")
    )
    assert isinstance(first, ClaimOnce)
    assert first == second
    assert first != third


def test_a_secret_needs_no_claim() -> None:
    assert decide_token(PROVIDER, code_request()).first is None


def test_a_bad_assertion_claims_nothing() -> None:
    shown = read_credentials(form(client_assertion_type=ASSERTION_TYPE, client_assertion="x.y.z"), None)
    decision = decide_token(PROVIDER, replace(code_request(), facts=ClientFacts(shown, SIGNER, {})))
    assert (decision.answer.status, decision.first) == (401, None)


def test_a_failed_authentication_is_noted_for_the_client_it_was_tried_on() -> None:
    shown = read_credentials(form(client_id="portal", client_secret="wrong"), None)
    (note,) = decide_token(PROVIDER, replace(code_request(), facts=ClientFacts(shown, CLIENT))).enqueued
    assert isinstance(note, RecordEvent)
    assert (note.name, note.client_id, note.reason) == (EventName.TOKEN_REFUSED, "portal", "invalid_client")


def test_an_unknown_client_leaves_no_note() -> None:
    shown = read_credentials(form(client_id="nobody"), None)
    assert decide_token(PROVIDER, replace(code_request(), facts=ClientFacts(shown, None))).enqueued == ()
