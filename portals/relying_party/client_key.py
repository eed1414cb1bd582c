"""The portal's own signing key and the assertion it proves itself with (RFC 7523 2.2; OIDC Core 9)."""

import json
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from authlib.common.urls import add_params_to_qs
from joserfc import jwt
from joserfc.jwk import ECKey

from portals.relying_party.config import Portal

ALGORITHM = "ES256"
# Long enough for one request over a slow line, short enough that a leaked one is worthless.
ASSERTION_LIFE = timedelta(seconds=60)
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

# What Authlib calls: the client, method, address, headers and form body in; the last three out.
ClientAuthentication = Callable[[object, str, str, dict[str, str], str], tuple[str, dict[str, str], str]]


def load_or_make(portal: Portal, folder: Path) -> ECKey:
    """Return the portal's private key, made at the first start and readable by its owner alone."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{portal.client_id}.jwk"
    if not path.exists():
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM, "kid": secrets.token_hex(8)})
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(key.as_dict(private=True), file)
    return ECKey.import_key(json.loads(path.read_text(encoding="utf-8")))


def public_key_set(key: ECKey) -> dict[str, object]:
    """Return the JWK set that the provider may see (RFC 7517 5)."""
    return {"keys": [key.as_dict(private=False)]}


def client_assertion(portal: Portal, key: ECKey, now: datetime) -> str:
    """Sign a fresh assertion. Its audience is the issuer, the only one the newer rules leave (RFC 7523bis 3)."""
    claims = {
        "iss": portal.client_id,
        "sub": portal.client_id,
        "aud": portal.issuer,
        "jti": secrets.token_urlsafe(24),
        "iat": int(now.timestamp()),
        "exp": int((now + ASSERTION_LIFE).timestamp()),
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def assertion_authentication(portal: Portal, key: ECKey) -> tuple[str, ClientAuthentication]:
    """Return `private_key_jwt` in the form that Authlib's client registers.

    Authlib's own names the token endpoint as audience and lets an assertion live for an hour.
    """

    def authenticate(
        _client: object, _method: str, uri: str, headers: dict[str, str], body: str
    ) -> tuple[str, dict[str, str], str]:
        assertion = client_assertion(portal, key, datetime.now(UTC))
        proof = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)]
        form: str = add_params_to_qs(body, [("client_id", portal.client_id), *proof])
        return uri, headers, form

    return "private_key_jwt", authenticate
