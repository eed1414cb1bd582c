"""The worked example of docs/flows/transparency.md: its numbers lead from the entry to the root, as it says."""

from hashlib import sha256

from idp.audit.merkle import MerkleTree
from tests.support.running.servers import REPOSITORY

LEAVES = (
    b'{"at":"2026-11-25T08:00:00Z","by":{"roles":["operator"]},"kind":"key:first","object":{"kids":["kid-1"]}}',
    b'{"at":"2026-11-25T08:10:00Z","by":{"roles":["operator"]},"kind":"client:created","object":{"client_id":"tinh-1"}}',
    b'{"at":"2026-11-25T08:20:00Z","by":{"roles":["operator"]},"kind":"client:disabled","object":{"client_id":"tinh-1"}}',
)
TEXT = (REPOSITORY / "docs" / "flows" / "transparency.md").read_text()


def test_the_numbers_of_the_document_are_those_of_its_entries() -> None:
    tree = MerkleTree()
    for leaf in LEAVES:
        tree.add(leaf)
    first, leaf, last = (sha256(b"\x00" + leaf).digest() for leaf in LEAVES)
    node = sha256(b"\x01" + first + leaf).digest()
    root = sha256(b"\x01" + node + last).hexdigest()
    assert root == tree.root().hex()
    assert f'"size":3,"root":"{root}"' in TEXT
    assert f'"leaf_hash":"{leaf.hex()}","path":["{first.hex()}","{last.hex()}"]' in TEXT
    assert LEAVES[1].decode().replace('"', '\\"') in TEXT
