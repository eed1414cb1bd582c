"""A provider's published keys in the hands of somebody else: to verify what it signed, without its store."""

from datetime import UTC, datetime

import orjson
from joserfc.errors import JoseError

from keys.errors import TokenInvalidError
from keys.generate import load_public
from keys.key_set import KeySet, OpenedKey
from keys.model import SigningKey
from keys.verifier import Verifier

# When a published key was made is not published; signatures are verified by it whatever the time.
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def published_verifier(document: bytes) -> Verifier:
    """Return a verifier with the ES256 keys of a key set (RFC 7517 5). Raises TokenInvalidError if it is none.

    A key whose kid is not its thumbprint (RFC 7638 3) is left out: the log names keys by their kids.
    """
    try:
        value: object = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise TokenInvalidError("unknown_key") from error
    keys = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(keys, list):
        raise TokenInvalidError("unknown_key")
    return Verifier(KeySet(tuple(opened for one in keys if (opened := _opened(one)) is not None)))


def _opened(value: object) -> OpenedKey | None:
    if not isinstance(value, dict) or (value.get("kty"), value.get("alg")) != ("EC", "ES256"):
        return None
    members = {str(name): member for name, member in value.items() if isinstance(member, str)}
    try:
        public = load_public("ES256", members)
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    if "d" in members or public.thumbprint() != members.get("kid"):
        return None
    return OpenedKey(SigningKey(members["kid"], "ES256", b"", members, _UNKNOWN, _UNKNOWN), public, None)
