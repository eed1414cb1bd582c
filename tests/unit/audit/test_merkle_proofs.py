"""Proofs of the Merkle tree against the definitions as they are written, and against whoever would forge them."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.audit.merkle import (
    Leaves,
    MerkleTree,
    Subtree,
    consistency_path,
    inclusion_path,
    leaf_hash,
    subtrees_of,
    verify_consistency,
    verify_inclusion,
)

EMPTY = sha256(b"").digest()
TEN_MILLION = 10_000_000
sizes = st.integers(1, 130)


def leaf(index: int) -> bytes:
    return b"leaf %d" % index


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def split(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """Return MTH(D[n]) as RFC 6962 2.1 writes it."""
    if len(leaves) < 2:
        return sha256(b"\x00" + leaves[0]).digest() if leaves else EMPTY
    middle = split(len(leaves))
    return node(naive_root(leaves[:middle]), naive_root(leaves[middle:]))


def naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return PATH(m, D[n]) as RFC 6962 2.1.1 writes it."""
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*naive_path(index, leaves[:middle]), naive_root(leaves[middle:])]
    return [*naive_path(index - middle, leaves[middle:]), naive_root(leaves[:middle])]


def naive_subproof(earlier: int, leaves: Sequence[bytes], known: bool) -> list[bytes]:
    """Return SUBPROOF(m, D[n], b) as RFC 6962 2.1.2 writes it."""
    if earlier == len(leaves):
        return [] if known else [naive_root(leaves)]
    middle = split(len(leaves))
    if earlier <= middle:
        return [*naive_subproof(earlier, leaves[:middle], known), naive_root(leaves[middle:])]
    return [*naive_subproof(earlier - middle, leaves[middle:], False), naive_root(leaves[:middle])]


class Grown(NamedTuple):
    """A tree of so many leaves with all that it ever stored."""

    leaves: list[bytes]
    hashes: dict[Subtree, bytes]
    root: bytes


def grown(size: int) -> Grown:
    tree, leaves = MerkleTree(), [leaf(index) for index in range(size)]
    hashes: dict[Subtree, bytes] = {}
    for data in leaves:
        hashes |= dict(tree.add(data))
    return Grown(leaves, hashes, tree.root())


def path_of(path: Sequence[Leaves], hashes: Mapping[Subtree, bytes]) -> list[bytes]:
    return [leaves.hash(hashes) for leaves in path]


@given(sizes, st.data())
def test_rfc6962_2_1_1_the_path_is_that_of_the_definition_and_proves_its_leaf(size: int, data: st.DataObject) -> None:
    tree, index = grown(size), data.draw(st.integers(0, size - 1))
    path = path_of(inclusion_path(index, size), tree.hashes)
    assert path == naive_path(index, tree.leaves)
    assert verify_inclusion(leaf_hash(leaf(index)), index, size, path, tree.root)


@given(sizes, st.data())
def test_rfc6962_2_1_2_the_proof_is_that_of_the_definition_and_joins_both_trees(size: int, data: st.DataObject) -> None:
    tree, earlier = grown(size), data.draw(st.integers(1, size))
    path = path_of(consistency_path(earlier, size), tree.hashes)
    assert path == naive_subproof(earlier, tree.leaves, True)
    assert verify_consistency(earlier, size, path, naive_root(tree.leaves[:earlier]), tree.root)


@given(sizes, st.data())
def test_rfc9162_2_1_3_2_nothing_else_is_proved_by_a_path(size: int, data: st.DataObject) -> None:
    tree, index = grown(size), data.draw(st.integers(0, size - 1))
    path = path_of(inclusion_path(index, size), tree.hashes)
    own = leaf_hash(leaf(index))
    other = data.draw(st.integers(-1, size).filter(lambda one: one != index))
    assert not verify_inclusion(own, other, size, path, tree.root)
    assert not verify_inclusion(leaf_hash(b"another"), index, size, path, tree.root)
    assert not verify_inclusion(own, index, size, [*path, own], tree.root)
    assert not verify_inclusion(own, index, size, path, EMPTY)
    if path:
        spoilt = data.draw(st.integers(0, len(path) - 1))
        assert not verify_inclusion(own, index, size, path[:-1], tree.root)
        assert not verify_inclusion(own, index, size, [*path[:spoilt], EMPTY, *path[spoilt + 1 :]], tree.root)


@given(sizes, st.data())
def test_rfc9162_2_1_4_2_a_tree_that_began_otherwise_is_not_proved(size: int, data: st.DataObject) -> None:
    tree, earlier = grown(size), data.draw(st.integers(1, size))
    path = path_of(consistency_path(earlier, size), tree.hashes)
    before = naive_root(tree.leaves[:earlier])
    changed = data.draw(st.integers(0, earlier - 1))
    other = naive_root([*tree.leaves[:changed], b"another", *tree.leaves[changed + 1 : earlier]])
    assert not verify_consistency(earlier, size, path, other, tree.root)
    assert not verify_consistency(earlier, size, path, before, EMPTY)
    assert not verify_consistency(earlier, size, [*path, EMPTY], before, tree.root)
    assert not verify_consistency(size + 1, size, path, before, tree.root)
    if path:
        spoilt = data.draw(st.integers(0, len(path) - 1))
        assert not verify_consistency(earlier, size, path[:-1], before, tree.root)
        assert not verify_consistency(earlier, size, [], before, tree.root)
        assert not verify_consistency(earlier, size, [*path[:spoilt], EMPTY, *path[spoilt + 1 :]], before, tree.root)


def test_every_tree_begins_with_the_empty_one_and_with_itself() -> None:
    root = grown(3).root
    assert verify_consistency(0, 3, [], EMPTY, root)
    assert verify_consistency(3, 3, [], root, root)
    assert not verify_consistency(3, 3, [], EMPTY, root)
    assert not verify_consistency(0, 3, [EMPTY], EMPTY, root)


@given(sizes, sizes)
def test_a_tree_goes_on_from_its_edge(size: int, more: int) -> None:
    before, whole = grown(size), grown(size + more)
    tree = MerkleTree(size, [before.hashes[one] for one in Leaves(0, size).subtrees()])
    assert tree.root() == before.root
    hashes = before.hashes
    for index in range(size, size + more):
        hashes |= dict(tree.add(leaf(index)))
    assert (tree.size, tree.root(), hashes) == (size + more, whole.root, whole.hashes)


def test_a_tree_does_not_go_on_from_an_edge_of_another_size() -> None:
    with pytest.raises(ValueError, match="shorter"):
        MerkleTree(3, [EMPTY])


@given(sizes)
def test_every_complete_subtree_has_a_place_of_its_own(size: int) -> None:
    places = [subtree.place for subtree in grown(size).hashes]
    assert len(set(places)) == len(places)
    assert all(0 <= place < 2 * size for place in places)


@pytest.mark.parametrize("index", [0, 1, 4_999_999, 8_388_607, 8_388_608, TEN_MILLION - 2, TEN_MILLION - 1])
def test_proofs_over_ten_million_entries_are_made_from_a_few_hashes(index: int) -> None:
    # Where all leaves are alike, so are all subtrees of a level: a tree of any size fits into a list.
    levels = [leaf_hash(b"")]
    for _ in range(24):
        levels.append(node(levels[-1], levels[-1]))

    def alike(path: Sequence[Leaves]) -> dict[Subtree, bytes]:
        wanted = subtrees_of(path)
        assert len(wanted) <= 2 * 24
        return {one: levels[one.level] for one in wanted}

    whole = [Leaves(0, TEN_MILLION)]
    root = whole[0].hash(alike(whole))
    path = inclusion_path(index, TEN_MILLION)
    assert verify_inclusion(levels[0], index, TEN_MILLION, path_of(path, alike(path)), root)
    earlier = [Leaves(0, index + 1)]
    joint = consistency_path(index + 1, TEN_MILLION)
    assert verify_consistency(
        index + 1, TEN_MILLION, path_of(joint, alike(joint)), earlier[0].hash(alike(earlier)), root
    )
