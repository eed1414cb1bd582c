"""An authorization response as one signed JWT (JWT Secured Authorization Response Mode for OAuth 2.0, JARM)."""

from collections.abc import Mapping
from datetime import datetime

from clients.model import Client
from idp.protocol.provider import Provider

# JARM 2.1 gives it no type of its own, and decoders of today refuse one that they do not know. What tells it from an ID
# token is that it has no subject: no reader of ours takes a token without one (OIDC Core 2).
SIGNED_RESPONSE_TYPE = "JWT"


def sign_response(provider: Provider, client: Client, parameters: Mapping[str, str], now: datetime) -> str:
    """Return the parameters, `state` among them, with issuer, audience and end (JARM 2.1)."""
    claims: dict[str, object] = {
        **parameters,
        "iss": provider.issuer,
        "aud": client.client_id,
        "exp": int((now + provider.policy.authorization_response_life).timestamp()),
    }
    algorithm = client.authorization_signed_response_alg
    return provider.signer.sign(claims, algorithm=algorithm, typ=SIGNED_RESPONSE_TYPE, now=now)
