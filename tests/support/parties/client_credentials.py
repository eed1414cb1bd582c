"""How a client proves itself at the provider's endpoints, one class for each method."""

import time
from base64 import b64encode
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Protocol
from urllib.parse import quote_plus

import orjson
from joserfc import jws
from joserfc.jwk import ECKey, OctKey

from clients.model import ClientId

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Credentials(Protocol):
    """Adds the proof to a request."""

    def prove(self, client_id: ClientId, issuer: str) -> tuple[dict[str, str], dict[str, str]]:
        """Return the headers and the form fields that prove the client."""


@dataclass(frozen=True, slots=True)
class NoSecret:
    """`none`: the client only says who it is."""

    def prove(self, client_id: ClientId, issuer: str) -> tuple[dict[str, str], dict[str, str]]:
        return {}, {"client_id": client_id}


@dataclass(frozen=True, slots=True)
class BasicSecret:
    """`client_secret_basic` (RFC 6749 2.3.1)."""

    secret: str

    def prove(self, client_id: ClientId, issuer: str) -> tuple[dict[str, str], dict[str, str]]:
        pair = f"{quote_plus(client_id)}:{quote_plus(self.secret)}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}, {}


@dataclass(frozen=True, slots=True)
class PostSecret:
    """`client_secret_post`."""

    secret: str

    def prove(self, client_id: ClientId, issuer: str) -> tuple[dict[str, str], dict[str, str]]:
        return {}, {"client_id": client_id, "client_secret": self.secret}


@dataclass(frozen=True, slots=True)
class SignedAssertion:
    """`private_key_jwt` (RFC 7523 3), a new `jti` each time."""

    key: ECKey

    def prove(self, client_id: ClientId, issuer: str) -> tuple[dict[str, str], dict[str, str]]:
        header: dict[str, str] = {"alg": "ES256", "kid": str(self.key.kid)}
        return _asserted(jws.serialize_compact(header, _claims(client_id, issuer), self.key))


@dataclass(frozen=True, slots=True)
class MacAssertion:
    """`client_secret_jwt` (RFC 7523 3), a new `jti` each time."""

    secret: str
    algorithm: str = "HS256"

    def prove(self, client_id: ClientId, issuer: str) -> tuple[dict[str, str], dict[str, str]]:
        key, claims = OctKey.import_key(self.secret), _claims(client_id, issuer)
        return _asserted(jws.serialize_compact({"alg": self.algorithm}, claims, key, algorithms=[self.algorithm]))


def _claims(client_id: ClientId, issuer: str) -> bytes:
    now, names = int(time.time()), {"iss": client_id, "sub": client_id, "aud": issuer}
    return orjson.dumps({**names, "jti": token_urlsafe(16), "iat": now, "exp": now + 60})


def _asserted(assertion: str) -> tuple[dict[str, str], dict[str, str]]:
    return {}, {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}


def new_key(kid: str) -> ECKey:
    """Return a new key pair of a client."""
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


def public_set(*keys: ECKey) -> dict[str, object]:
    """Return the JWK Set of public keys."""
    return {"keys": [key.as_dict(private=False) for key in keys]}
