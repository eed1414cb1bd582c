"""The audit of a published log by anybody: everything is computed anew from what is published, and compared."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import orjson
from msgspec import Struct, field

from clients.model import ClientId
from idp.audit.merkle import MerkleTree, leaf_hash, verify_consistency, verify_inclusion
from idp.transparency.locating import Locator
from idp.transparency.model import SignedHead

_PAGE = 500
_OLD = timedelta(hours=2)
_MEMBERS = frozenset({"kind", "at", "object", "digest", "by"})


class Published(Protocol):
    """A log as it is published: an address, or a folder with a copy of it."""

    async def leaves(self, start: int, end: int) -> Sequence[bytes | None]:
        """Return the leaves with start <= index < end; None for each that is not there."""

    async def inclusion(self, index: int, size: int) -> Sequence[bytes] | None:
        """Return the path of an entry; None where no proof is answered."""

    async def consistency(self, earlier: int, size: int) -> Sequence[bytes] | None:
        """Return the path between two trees; None where no proof is answered."""


class FindingKind(StrEnum):
    """What was found. Only those of `NOTES` leave the log proved."""

    CHECKPOINT_FORGED = "checkpoint_forged"
    OTHER_ISSUER = "other_issuer"
    LOG_SHRUNK = "log_shrunk"
    LOG_REWRITTEN = "log_rewritten"
    ENTRY_MISSING = "entry_missing"
    ENTRY_CHANGED = "entry_changed"
    ENTRY_STRANGE = "entry_strange"
    ENTRIES_DIFFER = "entries_differ"
    PROOF_WRONG = "proof_wrong"
    CHECKPOINT_OLD = "checkpoint_old"
    KEPT_KEY_GONE = "kept_key_gone"
    NO_PROOFS = "no_proofs"


NOTES = frozenset({FindingKind.CHECKPOINT_OLD, FindingKind.KEPT_KEY_GONE, FindingKind.NO_PROOFS})


class Finding(Struct, frozen=True):
    """One thing that was found; `index` is the entry, or the size of the tree, that it is about."""

    kind: FindingKind
    index: int | None = None
    detail: str = ""

    @property
    def serious(self) -> bool:
        """Say whether the log is not what was signed."""
        return self.kind not in NOTES


class Read(Struct):
    """What the entries say, read once from the first to the last."""

    tree: MerkleTree = field(default_factory=MerkleTree)
    # The root that the tree had at the size of the kept checkpoint.
    kept_root: bytes = b""
    missing: list[int] = field(default_factory=list)
    strange: list[int] = field(default_factory=list)
    history: list[tuple[int, dict[str, object]]] = field(default_factory=list)


class LogAudit(Struct, frozen=True):
    """One audit against a checkpoint whose signature was found right; `kept` is an earlier one, `client_id` whose
    history is told.
    """

    published: Published
    signed: SignedHead
    kept: SignedHead | None = None
    client_id: ClientId = ClientId("")

    async def run(self, now: datetime) -> tuple[list[Finding], Read]:
        """Return what was found, and what was read."""
        read = await self._read()
        found = [Finding(FindingKind.ENTRY_MISSING, index) for index in read.missing]
        found += [Finding(FindingKind.ENTRY_STRANGE, index) for index in read.strange]
        same = read.tree.root().hex() == self.signed.head.root
        if not same:
            found += await self._located(read.missing)
        if self.kept is not None:
            found += await self._consistent(self.kept, read, same=same)
        if same:
            found += await self._proved(read)
        if now - self.signed.head.at > _OLD:
            found.append(Finding(FindingKind.CHECKPOINT_OLD, detail=self.signed.head.at.isoformat()))
        return found, read

    async def _read(self) -> Read:
        read, size = Read(), self.signed.head.size
        kept = self.kept.head.size if self.kept else None
        for start in range(0, size, _PAGE):
            for index, leaf in enumerate(await self.published.leaves(start, min(start + _PAGE, size)), start):
                if index == kept:
                    read.kept_root = read.tree.root()
                if leaf is None:
                    read.missing.append(index)
                else:
                    self._look(index, leaf, read)
                read.tree.add(leaf or b"")
        if kept == size:
            read.kept_root = read.tree.root()
        return read

    def _look(self, index: int, leaf: bytes, read: Read) -> None:
        entry = _entry(leaf)
        if entry is None:
            read.strange.append(index)
        elif self.client_id and _client_of(entry) == self.client_id:
            read.history.append((index, entry))

    async def _located(self, missing: Sequence[int]) -> list[Finding]:
        """Return which entries are not the signed ones. One that is missing has no content, and is found with them."""
        size = self.signed.head.size
        leaves = [leaf or b"" for start in range(0, size, _PAGE) for leaf in await self._page(start)]
        changed = await Locator(leaves, self.published.inclusion, bytes.fromhex(self.signed.head.root)).changed()
        if not changed and not missing:
            return [Finding(FindingKind.ENTRIES_DIFFER, size)]
        return [Finding(FindingKind.ENTRY_CHANGED, index) for index in changed if index not in missing]

    async def _page(self, start: int) -> Sequence[bytes | None]:
        return await self.published.leaves(start, min(start + _PAGE, self.signed.head.size))

    async def _consistent(self, kept: SignedHead, read: Read, *, same: bool) -> list[Finding]:
        earlier, head = kept.head, self.signed.head
        if earlier.size > head.size:
            return [Finding(FindingKind.LOG_SHRUNK, earlier.size)]
        path = await self.published.consistency(earlier.size, head.size)
        roots = bytes.fromhex(earlier.root), bytes.fromhex(head.root)
        if path is not None and verify_consistency(earlier.size, head.size, path, *roots):
            return []
        # Only entries that are the signed ones can speak for the log where the proof does not.
        if same and read.kept_root.hex() == earlier.root:
            return [Finding(FindingKind.PROOF_WRONG, earlier.size)] if path is not None else []
        if same or path is not None:
            return [Finding(FindingKind.LOG_REWRITTEN, earlier.size)]
        return []

    async def _proved(self, read: Read) -> list[Finding]:
        """Ask for the proofs of the client's entries, and of the newest, as whoever holds one entry would."""
        size = self.signed.head.size
        wanted = sorted({index for index, _ in read.history} | ({size - 1} if size else set()))
        found = []
        for index in wanted:
            (leaf,) = await self.published.leaves(index, index + 1)
            path = await self.published.inclusion(index, size)
            if path is None:
                return [Finding(FindingKind.NO_PROOFS)]
            root = bytes.fromhex(self.signed.head.root)
            if not verify_inclusion(leaf_hash(leaf or b""), index, size, path, root):
                found.append(Finding(FindingKind.PROOF_WRONG, index))
        return found


def _entry(leaf: bytes) -> dict[str, object] | None:
    """Return an entry; None for what is not JSON in one spelling, or has members that no entry has."""
    try:
        entry: object = orjson.loads(leaf)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(entry, dict) or not entry.keys() <= _MEMBERS:
        return None
    return entry if orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) == leaf else None


def _client_of(entry: dict[str, object]) -> object:
    about = entry.get("object")
    return about.get("client_id") if isinstance(about, dict) else None
