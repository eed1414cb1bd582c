"""The publisher: reads what the audit log has sealed, in order, and appends what is published of it; signs heads."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field

from idp.audit.checkpoints import Link, Seal, digest_hex, read_link
from idp.audit.entries import read_listing
from idp.audit.merkle import Leaves, MerkleTree, Subtree
from idp.audit.ports import Checkpoints
from idp.kernel.secrets import HashKey
from idp.transparency.errors import LogDamagedError
from idp.transparency.model import HeadSeal, LogEntry, Position, SignedHead, StoredHead, TreeHead
from idp.transparency.ports import FoundEvent, PublishedEvents, TransparencyLog
from idp.transparency.published import leaf_of
from idp.transparency.reading import root_at

# How many stored heads are looked through for one that is ours.
_HEADS_LOOKED_AT = 10


class PublishingPolicy(Struct, frozen=True):
    """How much is published at once, and how old the newest checkpoint may be when nothing happens."""

    links_at_once: int = 100
    entries_at_once: int = 500
    # So that a log that is held back shows, and the key that signed is still in the key set.
    signed_again_after: timedelta = timedelta(hours=1)


class Publication(Struct):
    """What one run did. `differing`: events that are not as the audit log sealed them, which are not published."""

    entries: int = 0
    head: TreeHead | None = None
    differing: list[str] = field(default_factory=list)


class Publisher(Struct, frozen=True):
    """Any number of processes may publish at once: each index is given by one."""

    checkpoints: Checkpoints
    seal: Seal
    events: PublishedEvents
    log: TransparencyLog
    head_seal: HeadSeal
    event_key: HashKey
    policy: PublishingPolicy = PublishingPolicy()

    async def publish(self, now: datetime) -> Publication:
        """Append all that was sealed, and sign a head if one is due. Raises `LogDamagedError`."""
        done = Publication()
        more = True
        while more:
            more = await self._append(done)
            # A store that answers at once would keep the loop from everybody else.
            await asyncio.sleep(0)
        await self._sign(done, now)
        return done

    async def _append(self, done: Publication) -> bool:
        """Append what the next checkpoints of the audit log seal; False when all is read, or another was first."""
        # In this order: a head that is newer than the position would look like a log that lost entries.
        stored = await self.log.heads(_HEADS_LOOKED_AT)
        before = await self.log.position()
        links = await self.checkpoints.in_order(before.read_to, self.policy.links_at_once)
        if not links:
            return False
        fresh, read_to = await self._fresh(links, before, done)
        nodes = await self._grown(before.entries, fresh, stored) if fresh else {}
        after = Position(before.entries + len(fresh), read_to)
        if not await self.log.append(before, after, fresh, nodes):
            return False
        done.entries += len(fresh)
        return True

    async def _fresh(self, links: Sequence[Link], before: Position, done: Publication) -> tuple[list[LogEntry], int]:
        """Return what the next links bring that is not there yet, and the last link that it is all of."""
        entries: dict[str, LogEntry] = {}
        read_to = whole = before.read_to
        for link in links:
            entries |= {entry.key: entry for entry in await self._of_link(link, done)}
            read_to = link.number
            if len(entries) > self.policy.entries_at_once:
                break
            whole = link.number
        known = await self.log.known(list(entries)) if entries else frozenset()
        fresh = [entry for key, entry in entries.items() if key not in known]
        if len(fresh) <= self.policy.entries_at_once:
            return fresh, read_to
        # The next round reads the last link again, and finds that these are there.
        return fresh[: self.policy.entries_at_once], whole

    async def _of_link(self, link: Link, done: Publication) -> list[LogEntry]:
        verified = read_link(self.seal, link)
        # What is not ours the sealer seals again; `idp audit verify` tells of it.
        if verified is None or not (verified.checkpoint.count or verified.checkpoint.late):
            return []
        checkpoint = verified.checkpoint
        found = list(await self.events.between(checkpoint.after_id, checkpoint.to_id))
        if not found and not checkpoint.late:
            return []
        listing = await self.checkpoints.listing(link.number)
        sealed = read_listing(listing)
        if sealed is None or digest_hex(listing) != checkpoint.listing:
            done.differing += [one.entry.id for one in found]
            return []
        late = [await self.events.one(entry.id) for entry in sealed[checkpoint.count :]]
        found += [one for one in late if one is not None]
        marks = {entry.id: entry.mark for entry in sealed}
        return [entry for one in found if (entry := self._entry(one, marks.get(one.entry.id), done)) is not None]

    def _entry(self, found: FoundEvent, mark: bytes | None, done: Publication) -> LogEntry | None:
        # What this checkpoint does not list was not there when it was sealed: if it came late, a later one has it.
        if mark is None:
            return None
        if mark != found.entry.mark or found.event is None:
            done.differing.append(found.entry.id)
            return None
        return LogEntry(self.event_key.digest(found.entry.id).hex(), found.event.at, leaf_of(found.event))

    async def _grown(self, size: int, fresh: Sequence[LogEntry], stored: Sequence[StoredHead]) -> dict[Subtree, bytes]:
        await self._ours(stored, size)
        edge = Leaves(0, size).subtrees()
        hashes = await self.log.hashes(edge)
        if len(hashes) < len(edge):
            raise LogDamagedError(f"hashes of the first {size} entries are gone")
        tree = MerkleTree(size, [hashes[subtree] for subtree in edge])
        return {subtree: node for entry in fresh for subtree, node in tree.add(entry.leaf)}

    async def _sign(self, done: Publication, now: datetime) -> None:
        stored = await self.log.heads(_HEADS_LOOKED_AT)
        size = (await self.log.position()).entries
        newest = await self._ours(stored, size)
        if newest is not None and not self._due(newest, size, now):
            return
        head = TreeHead(size, await root_at(self.log, size), now)
        number = stored[0].number + 1 if stored else 1
        if await self.log.add_head(StoredHead(number, head, self.head_seal.sign(head))):
            done.head = head

    def _due(self, newest: SignedHead, size: int, now: datetime) -> bool:
        # A head of the future comes from a clock that was wrong: it must not stop the signing until then.
        old = abs(now - newest.head.at) >= self.policy.signed_again_after
        return newest.head.size < size or newest.kid != self.head_seal.kid or old

    async def _ours(self, stored: Sequence[StoredHead], size: int) -> SignedHead | None:
        """Return the newest head that is ours. Raises `LogDamagedError` if the log no longer begins with its tree."""
        read = (self.head_seal.read(one.signed) for one in stored)
        newest = next((one for one in read if one is not None), None)
        if newest is not None and newest.head.size > size:
            raise LogDamagedError(f"{newest.head.size} entries were signed, {size} are there")
        if newest is not None and await root_at(self.log, newest.head.size) != newest.head.root:
            raise LogDamagedError(f"the first {newest.head.size} entries are not those that were signed")
        return newest
