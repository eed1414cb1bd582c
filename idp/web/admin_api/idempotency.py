"""Idempotency keys of POST requests (draft-ietf-httpapi-idempotency-key-header 2): done once, answered alike."""

from datetime import timedelta
from re import fullmatch

import msgspec
from msgspec import Struct

from idp.admin.actor import Actor
from idp.kernel.secrets import HashKey, SealBrokenError, Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.web.admin_api.problems import ApiError, Code

# How long an answer is given again, and how long a request that never ended keeps its key.
ANSWER_LIFE, CLAIM_LIFE = timedelta(hours=24), timedelta(minutes=2)
# A structured-field string or the bare text: a UUID or something as hard to guess.
_KEY = r'"?([A-Za-z0-9._~-]{16,128})"?'


class Kept(Struct, frozen=True):
    """What a key stands for: the request's mark and, once it is done, the answer."""

    mark: bytes
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class KeyPlace(Struct, frozen=True):
    """Where the key of one actor is kept, and the mark of the request that came with it."""

    name: str
    mark: bytes


class IdempotencyStore(Struct, frozen=True):
    """Keeps answers by key, sealed: some hold a secret that is shown once. A key belongs to its actor."""

    store: ShortLivedStore
    sealer: Sealer
    hashed: HashKey

    def place(self, actor: Actor, key: str | None, request: str, body: bytes) -> KeyPlace:
        """Return the place of a key; `request` says what is asked beside the body. Raises `ApiError` 400."""
        if key is None:
            raise ApiError(Code.IDEMPOTENCY_KEY_MISSING)
        match = fullmatch(_KEY, key)
        if match is None:
            raise ApiError(Code.IDEMPOTENCY_KEY_MISSING, detail="the key has the wrong form")
        name = self.hashed.digest(f"{actor.account_id}\0{match[1]}").hex()
        return KeyPlace(f"idempotency:{name}", self.hashed.digest(f"{request}\0{body.hex()}"))

    async def begin(self, place: KeyPlace) -> Kept | None:
        """Claim the key and return None, or return the answer that it had before.

        Raises `ApiError`: 422 for another request under the same key, 409 while the first is under way.
        """
        if await self.store.put_if_absent(place.name, self._sealed(place, Kept(place.mark)), CLAIM_LIFE):
            return None
        kept = self._opened(place, await self.store.get(place.name))
        if kept is None:
            raise _in_progress()
        if kept.mark != place.mark:
            raise ApiError(Code.IDEMPOTENCY_KEY_REUSED)
        if not kept.status:
            raise _in_progress()
        return kept

    async def keep(self, place: KeyPlace, answer: Kept) -> None:
        """Keep the answer: it is given again for a day."""
        await self.store.put(place.name, self._sealed(place, answer), ANSWER_LIFE)

    async def release(self, place: KeyPlace) -> None:
        """Free the key: the request was refused and changed nothing."""
        await self.store.delete(place.name)

    def _sealed(self, place: KeyPlace, kept: Kept) -> bytes:
        return self.sealer.seal(msgspec.msgpack.encode(kept), place.name)

    def _opened(self, place: KeyPlace, sealed: bytes | None) -> Kept | None:
        if sealed is None:
            return None
        try:
            return msgspec.msgpack.decode(self.sealer.open(sealed, place.name), type=Kept)
        except SealBrokenError:
            return None


def _in_progress() -> ApiError:
    return ApiError(Code.IDEMPOTENCY_IN_PROGRESS, headers={"Retry-After": "1"})
