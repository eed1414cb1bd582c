"""Answers that leave as a JWT: userinfo by registration (OIDC Core 5.3.2), introspection by Accept (RFC 9701)."""

from datetime import datetime

from clients.model import Client
from clients.profiles import Profile, profile_of
from idp.protocol.answers import NO_STORE, Answer
from idp.protocol.client_auth.client_jws import Jwks
from idp.protocol.provider import Provider
from idp.protocol.tokens.encrypted import encrypt_for
from idp.protocol.tokens.kinds import INTROSPECTION_TYPE, USERINFO_TYPE
from keys.model import Algorithm
from records.structs import replace

INTROSPECTION_MEDIA_TYPE = f"application/{INTROSPECTION_TYPE}"


def userinfo_answer(provider: Provider, client: Client, claims: dict[str, object], jwks: Jwks, now: datetime) -> Answer:
    """Return userinfo as the client registered it: JSON, or a JWT with `iss` and `aud` and never a nonce.

    Without `exp` it is no ID token for anybody (OIDC Core 3.1.3.7). Raises `NoEncryptionKeyError`.
    """
    answer, algorithm = Answer(200, claims, NO_STORE), client.userinfo_signed_response_alg
    if algorithm is None:
        return answer
    named = {**claims, "iss": provider.issuer, "aud": client.client_id}
    signed = provider.signer.sign(named, algorithm=algorithm, typ=USERINFO_TYPE, now=now)
    return _as_jwt(answer, encrypt_for(client, "userinfo", jwks, signed), "application/jwt")


def introspection_answer(provider: Provider, asker: Client, answer: Answer, now: datetime) -> Answer:
    """Return an answer of introspection signed for the one who asked; an error stays as it is (RFC 9701 5).

    What is said of the token stands in one member: nothing beside it could make the answer pass for a token.
    """
    if answer.error is not None or answer.body is None:
        return answer
    claims: dict[str, object] = {
        "iss": provider.issuer,
        "aud": asker.client_id,
        "iat": int(now.timestamp()),
        "token_introspection": dict(answer.body),
    }
    algorithm = introspection_algorithm(asker, profile_of(asker))
    signed = provider.signer.sign(claims, algorithm=algorithm, typ=INTROSPECTION_TYPE, now=now)
    return _as_jwt(answer, signed, INTROSPECTION_MEDIA_TYPE)


def introspection_algorithm(client: Client, profile: Profile) -> Algorithm:
    """Return RS256 where the client registered nothing (RFC 9701 6), unless its security profile excludes that."""
    if client.introspection_signed_response_alg is not None:
        return client.introspection_signed_response_alg
    return "ES256" if "RS256" in profile.refused_algorithms else "RS256"


def _as_jwt(answer: Answer, jwt: str, media_type: str) -> Answer:
    return replace(answer, jwt=jwt, headers={**answer.headers, "content-type": media_type})
