"""The Merkle tree hash (RFC 6962 2.1), taken leaf after leaf in the memory of a few hashes."""

from hashlib import sha256
from typing import Final

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


class MerkleTree:
    """Takes the leaves in their order."""

    def __init__(self) -> None:
        """Begin without a leaf."""
        # Complete subtrees from left to right with their sizes: powers of two, each smaller than the one before.
        self._subtrees: list[tuple[int, bytes]] = []

    def add(self, data: bytes) -> None:
        """Append a leaf with this content."""
        size, node = 1, sha256(_LEAF + data).digest()
        while self._subtrees and self._subtrees[-1][0] == size:
            node = _joined(self._subtrees.pop()[1], node)
            size *= 2
        self._subtrees.append((size, node))

    def root(self) -> bytes:
        """Return the hash of all leaves so far; of none, the hash of nothing."""
        if not self._subtrees:
            return sha256(b"").digest()
        *rest, (_, node) = self._subtrees
        for _, left in reversed(rest):
            node = _joined(left, node)
        return node


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
