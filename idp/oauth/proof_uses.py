"""DPoP proofs that were used: each is good once (RFC 9449 11.1)."""

from msgspec import Struct

from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.shortlived import ShortLivedStore
from idp.protocol.sender.use import ProofUse


class ProofUses(Struct, frozen=True):
    """Remembers proofs of requests that would be answered; a stranger's cost no room."""

    store: ShortLivedStore

    async def is_first(self, use: ProofUse) -> bool:
        """Say whether this call is the first with the proof. Raises `TemporarilyUnavailableError` without the store."""
        return await self.store.put_if_absent(use.key, b"1", use.life)

    async def is_first_or_unknown(self, use: ProofUse) -> bool:
        """Say whether a proof is used for the first time. Without the store: yes.

        For requests in which a code or a refresh token is good once too.
        """
        try:
            return await self.is_first(use)
        except TemporarilyUnavailableError:
            return True
