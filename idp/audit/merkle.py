"""The Merkle tree hash (RFC 6962 2.1): grown leaf after leaf in the memory of a few hashes, proved from stored ones."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"
HASH_BYTES: Final = 32


class Subtree(NamedTuple):
    """A complete subtree: 2^level leaves, `position` such subtrees to the left of it. Its hash never changes."""

    level: int
    position: int

    @property
    def place(self) -> int:
        """Return its number in the order in which a walk from left to right meets all subtrees."""
        return ((2 * self.position + 1) << self.level) - 1


class Leaves(NamedTuple):
    """The leaves from `start` up to, not with, `end`: a subtree of RFC 6962 2.1, complete or at the right edge."""

    start: int
    end: int

    def subtrees(self) -> list[Subtree]:
        """Return the complete subtrees that it is joined from, from left to right."""
        found, start = [], self.start
        while start < self.end:
            level = (self.end - start).bit_length() - 1
            found.append(Subtree(level, start >> level))
            start += 1 << level
        return found

    def hash(self, hashes: Mapping[Subtree, bytes]) -> bytes:
        """Return its hash. Raises KeyError if the hash of one of its subtrees is not there."""
        return _folded([hashes[subtree] for subtree in self.subtrees()])


class MerkleTree:
    """Takes the leaves in their order."""

    def __init__(self, size: int = 0, edge: Sequence[bytes] = ()) -> None:
        """Begin without a leaf, or go on from a tree of `size`; `edge`: the hashes of `Leaves(0, size).subtrees()`."""
        # Complete subtrees from left to right: each smaller than the one before.
        self._subtrees = list(zip(Leaves(0, size).subtrees(), edge, strict=True))
        self.size = size

    def add(self, data: bytes) -> list[tuple[Subtree, bytes]]:
        """Append a leaf with this content; return the subtrees that it makes complete, the leaf first."""
        subtree, node = Subtree(0, self.size), leaf_hash(data)
        made = [(subtree, node)]
        while self._subtrees and self._subtrees[-1][0].level == subtree.level:
            node = _joined(self._subtrees.pop()[1], node)
            subtree = Subtree(subtree.level + 1, subtree.position >> 1)
            made.append((subtree, node))
        self._subtrees.append((subtree, node))
        self.size += 1
        return made

    def root(self) -> bytes:
        """Return the hash of all leaves so far; of none, the hash of nothing."""
        return _folded([node for _, node in self._subtrees])


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    return sha256(_LEAF + data).digest()


def inclusion_path(index: int, size: int) -> list[Leaves]:
    """Return what PATH(index, D[size]) holds the hashes of (RFC 6962 2.1.1), nearest first; 0 <= index < size."""
    path, (start, end) = [], Leaves(0, size)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(Leaves(middle, end))
            end = middle
        else:
            path.append(Leaves(start, middle))
            start = middle
    return path[::-1]


def consistency_path(earlier: int, size: int) -> list[Leaves]:
    """Return what PROOF(earlier, D[size]) holds the hashes of (RFC 6962 2.1.2); 0 < earlier <= size."""
    path, (start, end) = [], Leaves(0, size)
    while end != earlier:
        middle = start + _split(end - start)
        if earlier <= middle:
            path.append(Leaves(middle, end))
            end = middle
        else:
            path.append(Leaves(start, middle))
            start = middle
    # Where the earlier tree is a complete subtree of this one, whoever verifies has its root.
    if start:
        path.append(Leaves(start, end))
    return path[::-1]


def subtrees_of(path: Iterable[Leaves]) -> list[Subtree]:
    """Return the subtrees whose hashes a path is made from."""
    return [subtree for leaves in path for subtree in leaves.subtrees()]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether a path proves that the tree of `size` has this leaf hash at `index` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _joined(sibling, node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = _joined(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(earlier: int, size: int, path: Sequence[bytes], earlier_root: bytes, root: bytes) -> bool:
    """Say whether a path proves that a tree of `size` begins with the earlier one (RFC 9162 2.1.4.2).

    Every tree begins with the empty one, and with itself; then there is nothing to prove.
    """
    if not 0 < earlier < size:
        return not path and (earlier_root == root if earlier == size else earlier == 0)
    # A complete tree is itself the first node of the path, and so is left out of it.
    nodes = [earlier_root, *path] if earlier & (earlier - 1) == 0 else list(path)
    if not nodes:
        return False
    place, last = earlier - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = _joined(node, old), _joined(node, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = _joined(new, node)
        place, last = place >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root


def _split(count: int) -> int:
    """Return the largest power of two below a number above one."""
    return 1 << ((count - 1).bit_length() - 1)


def _folded(nodes: Sequence[bytes]) -> bytes:
    if not nodes:
        return sha256(b"").digest()
    *rest, node = nodes
    for left in reversed(rest):
        node = _joined(left, node)
    return node


def _joined(left: bytes, right: bytes) -> bytes:
    return sha256(_NODE + left + right).digest()
