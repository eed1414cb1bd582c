"""Redeeming a code at a provider: our proof of who we are, and reading the answer."""

import base64
import secrets
from datetime import datetime, timedelta
from urllib.parse import quote_plus, urlencode

import orjson
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

from idp.kernel.secrets import Secret
from idp.upstream.authorization import SignInAttempt
from idp.upstream.errors import UpstreamRefusedError, Why
from idp.upstream.model import UpstreamMetadata, UpstreamProvider
from records.structs import Unprinted

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFE = timedelta(seconds=60)


class TokenRequest(Unprinted, Struct, frozen=True):
    """A form to post, with the header that proves us where the secret is a password."""

    address: str
    body: bytes
    authorization: str = ""


def token_request(
    provider: UpstreamProvider,
    metadata: UpstreamMetadata,
    attempt: SignInAttempt,
    *,
    code: str,
    callback: str,
    now: datetime,
) -> TokenRequest:
    """Return the request (OIDC Core 3.1.3.1, RFC 7636 4.5)."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback,
        "code_verifier": attempt.verifier,
    }
    if provider.private_key_pem is not None:
        assertion = _assertion(provider, provider.private_key_pem, now)
        form |= {
            "client_id": provider.client_id,
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        return TokenRequest(metadata.token_endpoint, urlencode(form).encode())
    # RFC 6749 2.3.1: both halves are form-encoded before they are joined.
    secret = provider.client_secret.reveal() if provider.client_secret else ""
    pair = f"{quote_plus(provider.client_id)}:{quote_plus(secret)}"
    basic = base64.b64encode(pair.encode()).decode("ascii")
    return TokenRequest(metadata.token_endpoint, urlencode(form).encode(), f"Basic {basic}")


def read_token_answer(status: int, body: bytes) -> str:
    """Return the ID token of an answer (OIDC Core 3.1.3.3); the access token is not used and not kept."""
    if status >= 500:
        raise UpstreamRefusedError(Why.UNREACHABLE, f"the token endpoint answered {status}")
    if status != 200:
        raise UpstreamRefusedError(Why.FAILED, f"the token endpoint answered {status}")
    try:
        answer: object = orjson.loads(body)
    except ValueError as error:
        raise UpstreamRefusedError(Why.UNREACHABLE, "the token answer is no JSON") from error
    token = answer.get("id_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token:
        raise UpstreamRefusedError(Why.FAILED, "the token answer has no ID token")
    return token


def _assertion(provider: UpstreamProvider, pem: Secret, now: datetime) -> str:
    """Sign who we are (RFC 7523 3); the audience is the issuer alone, which no other provider accepts."""
    key, algorithm = signing_key(pem)
    header = {"alg": algorithm, **({"kid": provider.private_key_id} if provider.private_key_id else {})}
    claims = {
        "iss": provider.client_id,
        "sub": provider.client_id,
        "aud": provider.issuer,
        "jti": secrets.token_urlsafe(24),
        "iat": int(now.timestamp()),
        "exp": int((now + _ASSERTION_LIFE).timestamp()),
    }
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def signing_key(pem: Secret) -> tuple[ECKey | RSAKey, str]:
    """Return our private key and the algorithm it signs with; raises `ValueError` for what is none."""
    text = pem.reveal()
    try:
        return ECKey.import_key(text), "ES256"
    except ValueError:
        return RSAKey.import_key(text), "PS256"
