"""The request to a provider: bound to one browser, one provider and one answer."""

import base64
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlencode

from msgspec import Struct

from idp.kernel.secrets import new_secret
from idp.upstream.model import UpstreamMetadata, UpstreamProvider
from records.structs import Unprinted


class SignInAttempt(Unprinted, Struct, frozen=True):
    """What we remember until the answer. `fresh` wants a sign-in made for this very request."""

    provider: str
    nonce: str
    verifier: str
    fresh: bool
    began_at: datetime


def new_attempt(provider: UpstreamProvider, now: datetime, *, fresh: bool) -> SignInAttempt:
    """Return an attempt with a nonce and a code verifier of its own (RFC 7636 4.1: 43 letters are 256 bits)."""
    return SignInAttempt(provider.id, new_secret(), new_secret(), fresh, now)


def authorization_address(
    provider: UpstreamProvider,
    metadata: UpstreamMetadata,
    attempt: SignInAttempt,
    *,
    state: str,
    callback: str,
    locale: str,
) -> str:
    """Return where the browser goes (OIDC Core 3.1.2.1); `max_age` is always sent, so that `auth_time` always comes."""
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback,
        "scope": " ".join(provider.scopes),
        "state": state,
        "nonce": attempt.nonce,
        "code_challenge": challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
        "max_age": "0" if attempt.fresh else str(int(provider.max_age.total_seconds())),
        "ui_locales": locale,
    }
    if attempt.fresh:
        parameters["prompt"] = "login"
    joint = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{joint}{urlencode(parameters)}"


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 4.2)."""
    return base64.urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
