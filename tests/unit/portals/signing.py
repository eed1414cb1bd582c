"""Keys and tokens of a provider, made for one test run."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.util import urlsafe_b64encode

from portals.relying_party.config import ISSUER, NATIONAL
from portals.relying_party.logout_token import LOGOUT_EVENT
from portals.relying_party.provider_keys import ProviderKeys

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
NONCE = "nonce-of-this-request"
ACCESS_TOKEN = "access-token-of-this-answer"
SIGNING_KEY = ECKey.generate_key("P-256", {"kid": "first", "use": "sig", "alg": "ES256"})
OTHER_KEY = ECKey.generate_key("P-256", {"kid": "second", "use": "sig", "alg": "ES256"})
RSA_KEY = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"})


def at(instant: datetime) -> int:
    return int(instant.timestamp())


def half_hash(token: str) -> str:
    return urlsafe_b64encode(sha256(token.encode()).digest()[:16]).decode()


def id_claims(**changes: object) -> dict[str, object]:
    """The claims of a good ID token; a change to None takes the claim away."""
    good: dict[str, object] = {
        "iss": ISSUER,
        "sub": "pairwise-subject",
        "aud": NATIONAL.client_id,
        "exp": at(NOW + timedelta(minutes=5)),
        "iat": at(NOW),
        "auth_time": at(NOW),
        "acr": "loa2",
        "amr": ["pwd"],
        "sid": "session-one",
        "nonce": NONCE,
        "at_hash": half_hash(ACCESS_TOKEN),
    }
    return _changed(good, changes)


def logout_claims(**changes: object) -> dict[str, object]:
    """The claims of a good logout token."""
    good: dict[str, object] = {
        "iss": ISSUER,
        "aud": NATIONAL.client_id,
        "iat": at(NOW),
        "exp": at(NOW + timedelta(minutes=2)),
        "jti": "notice-one",
        "sub": "pairwise-subject",
        "sid": "session-one",
        "events": {LOGOUT_EVENT: {}},
    }
    return _changed(good, changes)


def _changed(good: dict[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in (good | dict(changes)).items() if value is not None}


def sign(claims: Mapping[str, object], key: Key = SIGNING_KEY, **header: object) -> str:
    """Sign as the provider would; header members given as None are left out."""
    members = {"alg": "ES256", "kid": key.kid, "typ": "JWT"} | header
    kept = {name: value for name, value in members.items() if value is not None}
    return jwt.encode(kept, dict(claims), key, algorithms=[str(kept["alg"])], default_type=None)


def sign_logout(claims: Mapping[str, object]) -> str:
    return sign(claims, typ="logout+jwt")


class Published:
    """The provider's JWKS address: what it publishes, and how often it was asked."""

    def __init__(self, *keys: Key) -> None:
        self.keys = list(keys)
        self.fetches = 0

    async def fetch(self) -> dict[str, object]:
        self.fetches += 1
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def provider_keys(self) -> ProviderKeys:
        return ProviderKeys(self.fetch, "ES256")
