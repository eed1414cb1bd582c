"""How an access token is written, by client: a JWT (RFC 9068), or a text that only introspection explains.

The opaque one holds its claims sealed: whoever has it learns nothing, and neither issuing nor introspecting it costs a
look that the other does not. Its life, its revocation and its grant are those of any access token.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

import orjson
from msgspec import Struct

from clients.model import Client
from clients.tokens.types import has_plain_type
from idp.kernel.secrets import SealBrokenError
from idp.protocol.provider import Provider
from idp.protocol.tokens.kinds import ACCESS, ACCESS_TOKEN_TYPE, ID_TOKEN_TYPE, TOKEN_USE, is_access_token
from keys.verifier import VerifiedToken

# Secret scanners find leaked tokens by it; no JWT begins like that.
OPAQUE_PREFIX = "nso_at_"
_PLACE = "access_token"
_MAX_LENGTH = 8 * 1024


class OpenedToken(Struct, frozen=True):
    """The claims of an opaque token: that it opened shows that we made it."""

    claims: Mapping[str, object]


ReadToken = VerifiedToken | OpenedToken


def write_access_token(provider: Provider, client: Client, claims: dict[str, object], now: datetime) -> str:
    """Return an access token with these claims, as the client has it."""
    if client.access_token_format == "opaque":  # noqa: S105 (the name of a format)
        sealed = provider.sealer.shown().seal(orjson.dumps(claims), _PLACE)
        return OPAQUE_PREFIX + urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")
    if has_plain_type(client, now):
        claims, typ = {**claims, TOKEN_USE: ACCESS}, ID_TOKEN_TYPE
    else:
        typ = ACCESS_TOKEN_TYPE
    return provider.signer.sign(claims, algorithm="ES256", typ=typ, now=now)


def open_access_token(provider: Provider, text: str, now: datetime) -> ReadToken | None:
    """Return an access token of ours, whatever its form; None for anything else."""
    if text.startswith(OPAQUE_PREFIX):
        return _opened(provider, text.removeprefix(OPAQUE_PREFIX))
    verified = provider.verifier.verify(text, now)
    return verified if verified is not None and is_access_token(verified) else None


def _opened(provider: Provider, encoded: str) -> OpenedToken | None:
    if len(encoded) > _MAX_LENGTH or not encoded.isascii():
        return None
    try:
        sealed = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        # The last character may carry bits that say nothing; only one spelling of a token is ours.
        if urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii") != encoded:
            return None
        claims: dict[str, object] = orjson.loads(provider.sealer.shown().open(sealed, _PLACE))
    except (SealBrokenError, binascii.Error, ValueError):
        return None
    return OpenedToken(MappingProxyType(claims))
