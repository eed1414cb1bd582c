"""Finds entries that differ from what was signed, by their proofs, with a few questions for each."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from idp.audit.merkle import Leaves, MerkleTree, Subtree, inclusion_path, leaf_hash, verify_inclusion

# Where more than so many were changed, the first of them say enough.
LIMIT = 50


class Locator(Struct, frozen=True):
    """Compares our subtrees with those that the path of a good entry names: what it names is under the signed root."""

    leaves: Sequence[bytes]
    path_of: Callable[[int, int], Awaitable[Sequence[bytes] | None]]
    root: bytes

    async def changed(self) -> list[int]:
        """Return the indices of entries that the signed tree does not hold; none where no proof is answered."""
        size, tree = len(self.leaves), MerkleTree()
        ours: dict[Subtree, bytes] = {}
        for leaf in self.leaves:
            ours |= dict(tree.add(leaf))
        found: list[int] = []
        waiting = [Leaves(0, size)]
        while waiting and len(found) < LIMIT:
            start, end = waiting.pop()
            for index in range(start, end):
                path = await self.path_of(index, size)
                if path is None:
                    return []
                if verify_inclusion(leaf_hash(self.leaves[index]), index, size, path, self.root):
                    waiting += _differing(index, Leaves(start, end), size, path, ours)
                    break
                found.append(index)
                if len(found) == LIMIT:
                    break
        return sorted(found)


def _differing(
    index: int, within: Leaves, size: int, path: Sequence[bytes], ours: dict[Subtree, bytes]
) -> list[Leaves]:
    """Return the subtrees beside the path, after the entry, whose signed hashes are not ours."""
    beside = zip(inclusion_path(index, size), path, strict=True)
    later = [(leaves, node) for leaves, node in beside if leaves.start > index and leaves.end <= within.end]
    return [leaves for leaves, node in reversed(later) if leaves.hash(ours) != node]
