"""Reads of the log: the newest checkpoint, entries, proofs. Only what was signed is shown."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from idp.audit.merkle import Leaves, Subtree, consistency_path, inclusion_path, subtrees_of
from idp.transparency.errors import BeyondLogError, LogDamagedError
from idp.transparency.model import StoredHead
from idp.transparency.ports import TransparencyLog

# What one answer holds at most; about 300 kB.
ENTRIES_AT_ONCE = 1_000


class Excerpt(Struct, frozen=True):
    """Some entries, in the order of their indices, and how many are published. What is gone is left out."""

    size: int
    entries: Sequence[tuple[int, bytes]]
    # Whether all that was asked for is here, so that the answer will never be another.
    whole: bool


class InclusionProof(Struct, frozen=True):
    """The hash that the tree holds for an entry, and the path from it to the root (RFC 6962 2.1.1)."""

    leaf: bytes
    path: tuple[bytes, ...]


class LogReader(Struct, frozen=True):
    """Two reads of the store for each answer, however large the log is."""

    log: TransparencyLog

    async def newest(self) -> StoredHead | None:
        """Return the newest checkpoint as it is stored; whoever reads it verifies its signature."""
        heads = await self.log.heads(1)
        return heads[0] if heads else None

    async def excerpt(self, start: int, end: int) -> Excerpt:
        """Return entries with start <= index <= end (RFC 6962 4.6), the first of them where they are too many.

        Raises `BeyondLogError` where `start` is no published index, or lies after `end`.
        """
        size = await self._size()
        if not 0 <= start <= min(end, size - 1):
            raise BeyondLogError(f"{start} to {end} of {size}")
        stop = min(end + 1, size, start + ENTRIES_AT_ONCE)
        entries = await self.log.leaves(start, stop)
        return Excerpt(size, entries, len(entries) == end + 1 - start)

    async def newest_first(self, below: int | None, limit: int) -> Excerpt:
        """Return up to `limit` entries with lower indices than `below`, those of the highest, in ascending order."""
        size = await self._size()
        stop = size if below is None else min(below, size)
        return Excerpt(size, await self.log.leaves(max(stop - limit, 0), stop), whole=False)

    async def inclusion(self, index: int, size: int) -> InclusionProof:
        """Prove that the tree of `size` holds entry `index`. Raises `BeyondLogError`, `LogDamagedError`."""
        if not 0 <= index < size <= await self._size():
            raise BeyondLogError(f"entry {index} of {size}")
        path, leaf = inclusion_path(index, size), Subtree(0, index)
        hashes = await self.log.hashes([leaf, *subtrees_of(path)])
        return InclusionProof(_hashed([Leaves(index, index + 1)], hashes)[0], _hashed(path, hashes))

    async def consistency(self, earlier: int, size: int) -> tuple[bytes, ...]:
        """Prove that the tree of `size` begins with the earlier one. Raises `BeyondLogError`, `LogDamagedError`."""
        if not 0 <= earlier <= size <= await self._size():
            raise BeyondLogError(f"from {earlier} to {size}")
        path = consistency_path(earlier, size) if earlier else []
        return _hashed(path, await self.log.hashes(subtrees_of(path)))

    async def _size(self) -> int:
        newest = await self.newest()
        return newest.head.size if newest else 0


async def root_at(log: TransparencyLog, size: int) -> str:
    """Return the root that the stored hashes give for the first `size` entries. Raises `LogDamagedError`."""
    leaves = Leaves(0, size)
    (root,) = _hashed([leaves], await log.hashes(leaves.subtrees()))
    return root.hex()


def _hashed(path: Sequence[Leaves], hashes: Mapping[Subtree, bytes]) -> tuple[bytes, ...]:
    try:
        return tuple(leaves.hash(hashes) for leaves in path)
    except KeyError:
        raise LogDamagedError("hashes of subtrees are gone") from None
