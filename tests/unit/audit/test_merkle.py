"""The Merkle tree hash against known roots and the definition as it is written."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.audit.merkle import MerkleTree

# The leaves and roots that the logs of Certificate Transparency test themselves with.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def root_of(leaves: list[bytes]) -> bytes:
    tree = MerkleTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def defined(leaves: list[bytes]) -> bytes:
    """Return MTH(D[n]) as RFC 6962 2.1 writes it: split at the largest power of two below n."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + defined(leaves[:split]) + defined(leaves[split:])).digest()


@pytest.mark.parametrize(("count", "root"), ROOTS.items())
def test_rfc6962_2_1_the_root_is_the_known_one(count: int, root: str) -> None:
    assert root_of(LEAVES[:count]).hex() == root


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_rfc6962_2_1_the_tree_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert root_of(leaves) == defined(leaves)


def test_the_root_may_be_asked_for_at_any_time() -> None:
    tree = MerkleTree()
    for count, leaf in enumerate(LEAVES, 1):
        tree.add(leaf)
        assert tree.root().hex() == ROOTS[count]
