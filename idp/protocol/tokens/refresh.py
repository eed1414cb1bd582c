"""The text of a refresh token: family, generation, random part, and a tag that proves we made it."""

import hmac
from base64 import urlsafe_b64encode

from msgspec import Struct

from idp.kernel.ids import ID_LENGTH, GrantId
from idp.kernel.secrets import new_secret
from records.structs import Unprinted

_TAG_BYTES = 16
_MAX_LENGTH = 200


class RefreshToken(Unprinted, Struct, frozen=True):
    """A genuine refresh token: we made it, once. Whether it is still good, its family says."""

    text: str
    grant_id: GrantId
    generation: int


class RefreshTokenMint(Unprinted, Struct, frozen=True):
    """Makes and recognises refresh tokens.

    The tag tells an old member of a family from a made-up text, so that nobody can end a family by guessing.
    """

    key: bytes

    def make(self, grant_id: GrantId, generation: int) -> RefreshToken:
        """Return a new token of a family: 256 random bits under a readable address."""
        body = f"{grant_id}.{generation:x}.{new_secret()}"
        return RefreshToken(f"{body}.{self._tag(body)}", grant_id, generation)

    def parse(self, text: str) -> RefreshToken | None:
        """Return the token if its tag is ours, else None."""
        body, _, tag = text.rpartition(".")
        if len(text) > _MAX_LENGTH or not text.isascii() or not hmac.compare_digest(tag, self._tag(body)):
            return None
        grant_id, generation, _secret = body.split(".")
        return RefreshToken(text, GrantId(grant_id), int(generation, 16)) if len(grant_id) == ID_LENGTH else None

    def _tag(self, body: str) -> str:
        mac = hmac.digest(self.key, body.encode(), "sha256")[:_TAG_BYTES]
        return urlsafe_b64encode(mac).rstrip(b"=").decode("ascii")
