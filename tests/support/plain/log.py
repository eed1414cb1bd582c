"""A published log in memory: what an honest provider answers, and what one does whose store was changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from clients.model import ClientId
from idp.audit.merkle import MerkleTree, Subtree, consistency_path, inclusion_path
from idp.transparency.auditing import Published
from idp.transparency.model import SignedHead, TreeHead
from records.structs import replace

ISSUER, KID = "https://idp.example", "kid"


def leaf_about(number: int, client_id: ClientId = ClientId("cong-tinh")) -> bytes:
    """Return an entry as the provider writes it."""
    return b'{"at":"2026-11-25T08:30:%02dZ","kind":"client:changed","object":{"client_id":"%b"}}' % (
        number % 60,
        f"{client_id}-{number}".encode() if client_id == "cong-tinh" else client_id.encode(),
    )


@dataclass(slots=True)
class PlainLog(Published):
    """Entries that may be changed, over hashes that are those of what was appended. `asked` counts proofs."""

    stored: list[bytes | None] = field(default_factory=list)
    hashes: dict[Subtree, bytes] = field(default_factory=dict)
    proofs: bool = True
    asked: int = 0
    _tree: MerkleTree = field(default_factory=MerkleTree)

    def append(self, *leaves: bytes) -> None:
        for leaf in leaves:
            self.hashes |= dict(self._tree.add(leaf))
            self.stored.append(leaf)

    def head(self, at: datetime) -> SignedHead:
        return SignedHead(TreeHead(self._tree.size, self._tree.root().hex(), at), ISSUER, KID)

    async def leaves(self, start: int, end: int) -> Sequence[bytes | None]:
        return [self.stored[index] if index < len(self.stored) else None for index in range(start, end)]

    async def inclusion(self, index: int, size: int) -> Sequence[bytes] | None:
        self.asked += 1
        return [one.hash(self.hashes) for one in inclusion_path(index, size)] if self.proofs else None

    async def consistency(self, earlier: int, size: int) -> Sequence[bytes] | None:
        if not self.proofs:
            return None
        return [one.hash(self.hashes) for one in consistency_path(earlier, size)] if earlier else []


def log_of(size: int, *, proofs: bool = True) -> PlainLog:
    """Return a log of so many entries."""
    log = PlainLog(proofs=proofs)
    log.append(*(leaf_about(number) for number in range(size)))
    return log


def older(head: SignedHead, at: datetime) -> SignedHead:
    """Return a head as of another time."""
    return replace(head, head=replace(head.head, at=at))
