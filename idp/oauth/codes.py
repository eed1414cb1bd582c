"""Authorization codes in the short-lived store: written at /authorize, read at /token."""

from datetime import timedelta

import msgspec

from idp.grants.model import AuthorizationCode
from idp.kernel.shortlived import ShortLivedStore

_DECODER = msgspec.msgpack.Decoder(AuthorizationCode)
_ENCODER = msgspec.msgpack.Encoder()


class CodeStore:
    """Keeps what codes stand for, under their hashes. Losing it loses codes, never their single use."""

    def __init__(self, store: ShortLivedStore, memory: timedelta) -> None:
        """Take the store and how long a code is remembered: longer than it may be redeemed."""
        self._store = store
        self._memory = memory

    async def put(self, code_hash: bytes, code: AuthorizationCode) -> None:
        """Keep a new code: one write."""
        await self._store.put(_key(code_hash), _ENCODER.encode(code), self._memory)

    async def get(self, code_hash: bytes) -> AuthorizationCode | None:
        """Return what a code stands for: one read. The code stays: what is spent, the grants know."""
        raw = await self._store.get(_key(code_hash))
        return _DECODER.decode(raw) if raw is not None else None


def _key(code_hash: bytes) -> str:
    return f"code:{code_hash.hex()}"
