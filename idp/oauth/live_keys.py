"""The signing keys in memory: they follow rotations, and remember which tokens they have verified."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from keys.errors import TokenInvalidError
from keys.jwks import entity_tag, jwks_document
from keys.key_set import KeySet
from keys.model import ALGORITHMS, Algorithm
from keys.signer import Signer
from keys.verifier import VerifiedToken, Verifier

# About a kilobyte each. An ES256 verification costs sixty microseconds, a look in here half of one.
_REMEMBERED = 20_000
_ACCESS_TOKEN_ALGORITHMS: tuple[Algorithm, ...] = ("ES256",)


class LiveKeys:
    """Signs, verifies and publishes with the keys as they were last read."""

    def __init__(self, keys: KeySet, now: datetime) -> None:
        self._replace(keys, now)

    def follow(self, keys: KeySet, now: datetime) -> None:
        """Take over what was read last; time passes in any case."""
        if keys.records != self._keys.records:
            self._replace(keys, now)
        else:
            self._tick(now)

    def _replace(self, keys: KeySet, now: datetime) -> None:
        # What was verified with the old keys is verified again.
        self._keys = keys
        self._signer = Signer(keys)
        self._verifier = Verifier(keys)
        self._verified: dict[bytes, VerifiedToken] = {}
        self._tick(now)

    def _tick(self, now: datetime) -> None:
        # Keys begin and cease to be published without being touched.
        document = jwks_document(self._keys.records, now)
        self._document = document, entity_tag(document)
        self._published = {key.kid for key in self._keys.records if key.kid.encode() in document}

    def sign(self, claims: Mapping[str, object], *, algorithm: Algorithm, typ: str, now: datetime) -> str:
        """Return a compact JWS by the active key."""
        return self._signer.sign(claims, algorithm=algorithm, typ=typ, now=now)

    def verify(self, token: str, now: datetime) -> VerifiedToken | None:
        """Return an access token's content, remembered by hash; None when it is not ours."""
        digest = sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._verified.get(digest)
        if known is not None and known.kid in self._published:
            return known
        try:
            verified = self._verifier.verify(token, algorithms=_ACCESS_TOKEN_ALGORITHMS, now=now)
        except TokenInvalidError:
            return None
        if len(self._verified) >= _REMEMBERED:
            # Dictionaries keep their order: the older half goes.
            for old in list(self._verified)[: _REMEMBERED // 2]:
                del self._verified[old]
        self._verified[digest] = verified
        return verified

    def verify_hint(self, token: str) -> VerifiedToken | None:
        """Return an ID token's content, however old."""
        try:
            return self._verifier.verify_hint(token, algorithms=ALGORITHMS)
        except TokenInvalidError:
            return None

    def jwks(self) -> tuple[bytes, str]:
        """Return the published document and its ETag."""
        return self._document
