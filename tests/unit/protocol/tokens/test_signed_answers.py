"""Userinfo and introspection as JWTs, and what is encrypted for the client (OIDC Core 5.3.2, 10.2; RFC 9701)."""

from functools import cache

import orjson
import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey

from clients.model import (
    ENCRYPTION_METHODS,
    SIGNING_ALGORITHMS,
    Client,
    EncryptionAlgorithm,
    EncryptionMethod,
    SigningAlgorithm,
)
from clients.profiles import Profile
from idp.grants.model import StartGrant
from idp.protocol.answers import Answer
from idp.protocol.client_auth.client_jws import Jwks
from idp.protocol.decider import ClientFacts
from idp.protocol.introspection import PresentedToken, decide_introspection, decide_signed_introspection
from idp.protocol.token.endpoint import decide_token
from idp.protocol.tokens.encrypted import NoEncryptionKeyError, encrypt_for
from idp.protocol.tokens.issued import issue_access_token, read_access_token
from idp.protocol.tokens.signed_answers import introspection_algorithm
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo
from records.structs import replace
from tests.support.builders.protocol import (
    BANK,
    CLIENT,
    CLIENT_KEY,
    GRANT,
    ISSUER,
    NOW,
    PROFILE,
    PROVIDER,
    STATE,
    claims_of,
    code_request,
    credentials_of,
    header_of,
    inspection,
    public_jwks,
    refresh_request,
)

EC = ECKey.generate_key("P-256", {"kid": "enc-ec", "use": "enc"})
TOKEN = "header.payload.signature"


@cache
def rsa() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "enc-rsa", "use": "enc"})


def keys() -> Jwks:
    return public_jwks(CLIENT_KEY, EC, rsa())


def opened(token: str, algorithm: str = "ECDH-ES", method: str = "A128CBC-HS256") -> str:
    key = EC if algorithm == "ECDH-ES" else rsa()
    found = jwe.decrypt_compact(token, key, algorithms=[algorithm, method])
    assert found.plaintext is not None
    return found.plaintext.decode()


def userinfo(client: Client, jwks: Jwks | None = None) -> Answer:
    token = read_access_token(
        PROVIDER, issue_access_token(PROVIDER, client, ("openid", "profile"), NOW, GRANT).text, NOW
    )
    return decide_userinfo(PROVIDER, UserinfoSnapshot(token, STATE, client, NOW, jwks=jwks or {}))


@pytest.mark.parametrize("algorithm", SIGNING_ALGORITHMS)
def test_oidcc_userinfo_rs256_registered_userinfo_is_signed_with_iss_and_aud_and_no_nonce(
    algorithm: SigningAlgorithm,
) -> None:
    client = replace(CLIENT, userinfo_signed_response_alg=algorithm)
    answer = userinfo(client)
    assert answer.headers["content-type"] == "application/jwt"
    assert answer.headers["Cache-Control"] == "no-store"
    assert header_of(answer.jwt)["alg"] == algorithm
    claims = claims_of(answer.jwt)
    assert (claims.pop("iss"), claims.pop("aud")) == (ISSUER, "portal")
    assert claims == dict(answer.body or {})
    assert "nonce" not in claims
    assert claims["name"] == PROFILE["name"]


def test_oidc_core_5_3_2_without_a_registration_userinfo_is_json_and_an_error_always_is() -> None:
    assert userinfo(CLIENT).jwt is None
    signing = replace(CLIENT, userinfo_signed_response_alg="ES256")
    refused = decide_userinfo(PROVIDER, UserinfoSnapshot(None, None, signing, NOW))
    assert (refused.status, refused.jwt, refused.error) == (401, None, "invalid_token")


def presented(client: Client = CLIENT) -> PresentedToken:
    token = read_access_token(PROVIDER, issue_access_token(PROVIDER, client, ("openid",), NOW, GRANT).text, NOW)
    assert token is not None
    return PresentedToken(token, STATE, token_revoked=False)


def test_rfc9701_5_an_answer_of_introspection_is_for_the_one_who_asked_and_says_it_in_one_member() -> None:
    request = inspection(presented())
    plain, answer = (rule(PROVIDER, request).answer for rule in (decide_introspection, decide_signed_introspection))
    assert answer.headers["content-type"] == "application/token-introspection+jwt"
    # RFC 9701 6: RS256 is the default.
    assert header_of(answer.jwt) | {"kid": ""} == {"alg": "RS256", "kid": "", "typ": "token-introspection+jwt"}
    assert claims_of(answer.jwt) == {
        "iss": ISSUER,
        "aud": "portal",
        "iat": int(NOW.timestamp()),
        "token_introspection": dict(plain.body or {}),
    }
    registered = replace(CLIENT, introspection_signed_response_alg="ES256")
    signed = decide_signed_introspection(PROVIDER, inspection(presented(), client=registered)).answer
    assert header_of(signed.jwt)["alg"] == "ES256"


def test_rfc9701_6_the_default_is_no_algorithm_that_the_profile_excludes() -> None:
    strict = Profile(refused_algorithms=frozenset({"RS256"}))
    assert introspection_algorithm(CLIENT, Profile()) == "RS256"
    assert introspection_algorithm(CLIENT, strict) == "ES256"


@pytest.mark.parametrize("token", [None, presented()])
def test_jw_11_who_may_not_know_a_token_is_told_inactive_in_a_jwt_too(token: PresentedToken | None) -> None:
    bank = replace(BANK, grant_types=("authorization_code",))
    answer = decide_signed_introspection(PROVIDER, inspection(token, client=bank)).answer
    assert claims_of(answer.jwt)["token_introspection"] == {"active": False}
    assert claims_of(answer.jwt)["aud"] == "bank"


def test_rfc9701_5_who_does_not_prove_itself_gets_the_error_as_json() -> None:
    public = replace(CLIENT, token_endpoint_auth_method="none", secrets=())
    answer = decide_signed_introspection(PROVIDER, inspection(presented(), client=public)).answer
    assert (answer.status, answer.error, answer.jwt) == (401, "invalid_client", None)


@pytest.mark.parametrize("method", ENCRYPTION_METHODS)
@pytest.mark.parametrize(("algorithm", "kid"), [("ECDH-ES", "enc-ec"), ("RSA-OAEP-256", "enc-rsa")])
def test_rfc7516_3_what_is_encrypted_is_signed_inside_and_names_the_key(
    algorithm: EncryptionAlgorithm, kid: str, method: EncryptionMethod
) -> None:
    client = replace(CLIENT, id_token_encrypted_response_alg=algorithm, id_token_encrypted_response_enc=method)
    token = encrypt_for(client, "id_token", keys(), TOKEN)
    assert opened(token, algorithm, method) == TOKEN
    header = jwe.decrypt_compact(
        token, EC if algorithm == "ECDH-ES" else rsa(), algorithms=[algorithm, method]
    ).protected
    assert {name: header[name] for name in ("alg", "enc", "kid", "cty")} == {
        "alg": algorithm,
        "enc": method,
        "kid": kid,
        "cty": "JWT",
    }
    assert encrypt_for(CLIENT, "id_token", keys(), TOKEN) == TOKEN
    assert encrypt_for(client, "userinfo", keys(), TOKEN) == TOKEN


@pytest.mark.parametrize(
    ("algorithm", "jwks"),
    [
        ("ECDH-ES", {"keys": []}),
        ("ECDH-ES", {}),
        ("ECDH-ES", {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}),
        ("ECDH-ES", {"keys": [{"kty": "EC"}]}),
        ("ECDH-ES", public_jwks(CLIENT_KEY)),
        ("RSA-OAEP-256", public_jwks(EC)),
        ("RSA-OAEP-256", {"keys": [{"kty": "RSA", "n": public_jwks(rsa())["keys"][0]["n"][:170], "e": "AQAB"}]}),
    ],
)
def test_without_a_good_key_nothing_leaves_unencrypted(algorithm: EncryptionAlgorithm, jwks: Jwks) -> None:
    client = replace(CLIENT, id_token_encrypted_response_alg=algorithm)
    with pytest.raises(NoEncryptionKeyError):
        encrypt_for(client, "id_token", jwks, TOKEN)


ENCRYPTED = replace(
    CLIENT,
    id_token_encrypted_response_alg="ECDH-ES",
    userinfo_signed_response_alg="ES256",
    userinfo_encrypted_response_alg="RSA-OAEP-256",
    userinfo_encrypted_response_enc="A256GCM",
)


def facts(jwks: Jwks) -> ClientFacts:
    return ClientFacts(credentials_of(ENCRYPTED), ENCRYPTED, jwks)


def test_oidc_core_10_2_id_tokens_of_a_code_and_of_a_refresh_are_encrypted_for_the_client() -> None:
    for request in (code_request(client=ENCRYPTED), refresh_request(client=ENCRYPTED)):
        decision = decide_token(PROVIDER, replace(request, facts=facts(keys())))
        id_token = str((decision.answer.body or {})["id_token"])
        assert id_token.count(".") == 4
        assert claims_of(opened(id_token))["aud"] == "portal"


def test_a_code_stays_good_while_the_clients_keys_cannot_be_had() -> None:
    decision = decide_token(PROVIDER, replace(code_request(client=ENCRYPTED), facts=facts({"keys": []})))
    assert (decision.answer.status, decision.answer.error) == (400, "invalid_request")
    assert "key" in decision.answer.description
    assert decision.effects == ()
    again = decide_token(PROVIDER, replace(code_request(client=ENCRYPTED), facts=facts(keys())))
    assert any(isinstance(effect, StartGrant) for effect in again.effects)


def test_oidc_core_5_3_2_userinfo_is_signed_and_then_encrypted_or_an_error() -> None:
    answer = userinfo(ENCRYPTED, keys())
    assert answer.headers["content-type"] == "application/jwt"
    inside = claims_of(opened(answer.jwt or "", "RSA-OAEP-256", "A256GCM"))
    assert (inside["iss"], inside["aud"], inside["name"]) == (ISSUER, "portal", PROFILE["name"])
    refused = userinfo(ENCRYPTED, {"keys": []})
    assert (refused.status, refused.error, refused.jwt) == (400, "invalid_request", None)
    assert str(PROFILE["name"]) not in orjson.dumps(dict(refused.body or {})).decode()
