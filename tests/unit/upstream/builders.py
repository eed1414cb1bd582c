"""A provider with a key, an attempt at it, and its ID tokens, right but for what a test changes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from joserfc import jwt
from joserfc.jwk import RSAKey

from idp.kernel.secrets import Secret
from idp.upstream.authorization import SignInAttempt, new_attempt
from idp.upstream.model import Jwks, Trust, UpstreamMetadata, UpstreamProvider

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ISSUER = "https://dinhdanh.example/auth/realms/citizen"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "two", "use": "sig", "alg": "RS256"})
PROVIDER = UpstreamProvider(
    id="vneid",
    name={"vi": "VNeID", "en": "VNeID"},
    issuer=ISSUER,
    client_id="cong",
    client_secret=Secret("a secret"),
    scopes=("openid", "profile"),
    trust=Trust.PROVED_IDENTITY,
    factors={"1": ("pwd",)},
    reuse=frozenset({"reading"}),
)
METADATA = UpstreamMetadata(f"{ISSUER}/auth", f"{ISSUER}/token", f"{ISSUER}/certs", f"{ISSUER}/logout", True)
ATTEMPT = new_attempt(PROVIDER, NOW - timedelta(seconds=30), fresh=False)
FRESH = SignInAttempt("vneid", ATTEMPT.nonce, ATTEMPT.verifier, True, NOW - timedelta(seconds=30))


def public(*keys: RSAKey) -> Jwks:
    return tuple({name: str(value) for name, value in key.as_dict(private=False).items()} for key in keys)


def claims(**changed: object) -> dict[str, object]:
    """Return the claims of a right token; a change to None takes a claim away."""
    right: dict[str, object] = {
        "iss": ISSUER,
        "aud": "cong",
        "azp": "cong",
        "sub": "8f0c2d2e-1f0e-4d8b-9a55-000000000001",
        "exp": int((NOW + timedelta(minutes=5)).timestamp()),
        "iat": int(NOW.timestamp()),
        "auth_time": int((NOW - timedelta(minutes=10)).timestamp()),
        "nonce": ATTEMPT.nonce,
        "typ": "ID",
        "acr": "1",
        "sid": "a-session",
        "preferred_username": "001899000001",
        "name": "NGUYỄN VĂN BÌNH",
        "birthdate": "1990-05-17",
    }
    return {name: value for name, value in {**right, **changed}.items() if value is not None}


def signed(content: Mapping[str, object], key: RSAKey = KEY, **header: object) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, dict(content), key, algorithms=["RS256", "PS256"])
