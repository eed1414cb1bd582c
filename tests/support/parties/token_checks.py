"""What a certification suite checks of an ID token (OIDC Core 3.1.3.7), and what a logout token must be."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import orjson
from joserfc import jwe, jws
from joserfc.jwk import ECKey, KeySet, RSAKey

from clients.model import ClientId

Claims = dict[str, object]
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
# Clocks of one machine agree; the suite itself allows five minutes.
_SKEW = 5
_ID_TOKEN_CLAIMS = frozenset(
    {"iss", "sub", "aud", "azp", "exp", "iat", "jti", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"}
)


# Only to clients that are registered for acting for others or for assisted filing.
_ACTING_CLAIMS = frozenset({"act", "acting_for"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What the relying party knows before it reads a token."""

    issuer: str
    client_id: ClientId
    algorithm: str
    acts: bool = False
    # The claims of a person that it asked for in the ID token, or registered to get there.
    personal: frozenset[str] = frozenset()


def decrypted(token: str, key: ECKey | RSAKey | None) -> str:
    """Return what was encrypted for a key, by nothing weaker than what is offered; as it is where there is no key."""
    if key is None:
        assert token.count(".") == 2, "encrypted, and nobody registered that"
        return token
    algorithm = "ECDH-ES" if isinstance(key, ECKey) else "RSA-OAEP-256"
    opened = jwe.decrypt_compact(token, key, algorithms=[algorithm, "A128CBC-HS256", "A256GCM"])
    assert opened.protected["alg"] == algorithm
    assert opened.protected["cty"] == "JWT"
    assert opened.protected["kid"] == key.kid
    assert opened.plaintext is not None
    return opened.plaintext.decode("ascii")


def read_signed(token: str, jwks: Mapping[str, object], algorithm: str, typ: str | None) -> Claims:
    """Return the claims of a token signed by a published key that its header names; None for one without a type."""
    header = jws.extract_compact(token.encode("ascii")).headers()
    assert (header["alg"], header.get("typ")) == (algorithm, typ)
    keys = jwks["keys"]
    assert isinstance(keys, list)
    fitting = [key for key in keys if key["kid"] == header["kid"]]
    assert len(fitting) == 1, f"the header names {header['kid']}, published are {[key['kid'] for key in keys]}"
    key = KeySet.import_key_set({"keys": fitting}).keys[0]
    claims: object = orjson.loads(jws.deserialize_compact(token, key, algorithms=[algorithm]).payload)
    assert isinstance(claims, dict)
    return claims


def check_id_token(
    claims: Claims,
    expected: Expected,
    access_token: str | None,
    nonce: str | None,
    *,
    code: str | None = None,
    scope_claims: frozenset[str] = frozenset(),
) -> None:
    """Apply OIDC Core 3.1.3.7 and what this provider promises besides: acr, amr and sid always.

    It vouches for exactly what came with it (OIDC Core 3.2.2.9, 3.3.2.10).
    """
    now = time.time()
    assert claims["iss"] == expected.issuer
    assert claims["aud"] == expected.client_id
    assert claims.get("azp", expected.client_id) == expected.client_id
    assert now - _SKEW < number(claims, "exp") <= now + 3600
    assert abs(now - number(claims, "iat")) < 300
    assert claims.get("nonce") == nonce
    if "auth_time" in claims:
        assert now - 366 * 86400 < number(claims, "auth_time") <= now + _SKEW
    assert claims.get("at_hash") == (half_hash(access_token) if access_token else None)
    assert claims.get("c_hash") == (half_hash(code) if code else None)
    assert all(isinstance(claims[name], str) and claims[name] for name in ("sub", "acr", "sid"))
    amr = claims["amr"]
    assert isinstance(amr, list)
    assert all(isinstance(factor, str) for factor in amr)
    assert amr
    allowed = (
        _ID_TOKEN_CLAIMS
        | expected.personal
        | scope_claims
        | ({"c_hash"} if code else frozenset())
        | (_ACTING_CLAIMS if expected.acts else frozenset())
    )
    assert claims.keys() <= allowed, "the ID token carries claims nobody asked for"


def half_hash(text: str) -> str:
    """Return the left half of SHA-256 (OIDC Core 3.1.3.6)."""
    return urlsafe_b64encode(sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def check_logout_token(claims: Claims, expected: Expected) -> None:
    """Apply Back-Channel Logout 2.4 and 2.6 as the conformance suite reads them (case LO-5)."""
    now = time.time()
    assert claims["iss"] == expected.issuer
    assert claims["aud"] == expected.client_id
    assert abs(now - number(claims, "iat")) < 300
    assert 0 < number(claims, "exp") - number(claims, "iat") <= 120
    assert claims["events"] == {LOGOUT_EVENT: {}}
    assert isinstance(claims["jti"], str)
    assert claims["jti"]
    assert claims["sub"]
    assert claims["sid"]
    assert "nonce" not in claims


def number(claims: Claims, name: str) -> int:
    """Return a NumericDate."""
    value = claims[name]
    assert isinstance(value, int)
    assert not isinstance(value, bool)
    return value
