"""The sealer: from time to time a checkpoint over the events that came since the last one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime

from msgspec import Struct, field

from idp.audit.checkpoints import BEYOND_ALL, Checkpoint, Link, Seal, SealingPolicy, digest_hex, read_link
from idp.audit.entries import Entry, read_listing, write_listing
from idp.audit.merkle import MerkleTree
from idp.audit.ports import Checkpoints, SealedLog
from idp.kernel.ids import EventId, first_id

_LINKS_AT_ONCE = 100


class Sealing(Struct):
    """What one run did: checkpoints written, ids that came late, checkpoints that lack events, and any not ours."""

    made: list[Checkpoint] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    short: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)


class _Head(Struct, frozen=True):
    """The newest link, the newest checkpoint that is ours, and those sealed within the time of late events."""

    link: Link | None
    good: Checkpoint | None
    recent: tuple[Checkpoint, ...]
    unreadable: tuple[int, ...]

    @property
    def after_id(self) -> str:
        return self.good.to_id if self.good else ""

    @property
    def total(self) -> int:
        return self.good.total if self.good else 0


class Sealer(Struct, frozen=True):
    """Any number of processes may seal at once: a number of the chain is given to one."""

    log: SealedLog
    checkpoints: Checkpoints
    seal: Seal
    policy: SealingPolicy

    async def seal_due(self, now: datetime) -> Sealing:
        """Seal if the newest checkpoint is old enough; if not, do nothing."""
        # Mostly it is not due: then this one is all that is read.
        links = await self.checkpoints.newest_first(BEYOND_ALL, 1)
        newest = read_link(self.seal, links[0]) if links else None
        # A checkpoint of the future comes from a clock that was wrong: it must not stop the sealing until then.
        if newest and abs(now - newest.checkpoint.sealed_at) < self.policy.every:
            return Sealing()
        return await self.seal_now(now)

    async def seal_now(self, now: datetime) -> Sealing:
        """Seal whatever has settled, in as many checkpoints as it takes; at least one is written."""
        return await self._seal(await self._head(now), now)

    async def _seal(self, head: _Head, now: datetime) -> Sealing:
        done = Sealing(unreadable=list(head.unreadable))
        late = await self._late(head, done)
        # The clock may have stepped back since the last one.
        horizon = max(first_id(now - self.policy.settling), head.after_id)
        while True:
            events = [entry async for entry in self._between(head.after_id, horizon, self.policy.events_at_once)]
            full = len(events) == self.policy.events_at_once
            listing = write_listing([*events, *late])
            made = Checkpoint(
                number=head.link.number + 1 if head.link else 1,
                sealed_at=now,
                after_id=head.after_id,
                to_id=events[-1].id if full else horizon,
                count=len(events),
                late=len(late),
                total=head.total + len(events) + len(late),
                root=_root([*events, *late]),
                listing=digest_hex(listing),
                previous=head.link.hash if head.link else "",
            )
            link = Link(made.number, self.seal.sign(made))
            if not await self.checkpoints.add(link, listing, len(late)):
                # Another sealer was first, and seals the same.
                return done
            done.made.append(made)
            done.late += [entry.id for entry in late]
            if not full:
                return done
            head, late = _Head(link, made, (), ()), []

    async def _head(self, now: datetime) -> _Head:
        newest: Link | None = None
        recent: list[Checkpoint] = []
        unreadable: list[int] = []
        async for link in self._newest_first():
            newest = newest or link
            verified = read_link(self.seal, link)
            if verified is None:
                # The next checkpoint seals its events again, unless one did already; verification tells of it.
                if not recent:
                    unreadable.append(link.number)
                continue
            recent.append(verified.checkpoint)
            if now - verified.checkpoint.sealed_at > self.policy.late_for:
                break
        good = recent[0] if recent else None
        recent = [one for one in recent if now - one.sealed_at <= self.policy.late_for]
        return _Head(newest, good, tuple(recent), tuple(unreadable))

    async def _newest_first(self) -> AsyncIterator[Link]:
        below = BEYOND_ALL
        while links := await self.checkpoints.newest_first(below, _LINKS_AT_ONCE):
            for link in links:
                yield link
            below = links[-1].number

    async def _late(self, head: _Head, done: Sealing) -> list[Entry]:
        """Count the recent ranges again; return what no checkpoint has, and note which have less than was sealed."""
        known: set[EventId] = set()
        for checkpoint in head.recent:
            if checkpoint.late:
                entries = read_listing(await self.checkpoints.listing(checkpoint.number)) or []
                known |= {entry.id for entry in entries[checkpoint.count :]}
        late: list[Entry] = []
        for checkpoint in head.recent:
            bounds = checkpoint.after_id, checkpoint.to_id
            found = await self.log.count(*bounds)
            await asyncio.sleep(0)
            if found < checkpoint.count:
                done.short.append(checkpoint.number)
            if found == checkpoint.count or len(late) >= self.policy.late_at_once:
                continue
            sealed = read_listing(await self.checkpoints.listing(checkpoint.number))
            if sealed is None:
                continue
            ids = known | {entry.id for entry in sealed}
            room = self.policy.late_at_once - len(late)
            late += [entry async for entry in self._between(*bounds, room, leaving_out=ids)]
        return late

    async def _between(
        self, after_id: str, to_id: str, limit: int, *, leaving_out: set[EventId] | frozenset[EventId] = frozenset()
    ) -> AsyncIterator[Entry]:
        left = limit
        while left and (page := await self.log.page(after_id, to_id, self.policy.page)):
            for entry in page:
                if entry.id not in leaving_out:
                    left -= 1
                    yield entry
                    if not left:
                        return
            after_id = page[-1].id
            # A store that answers at once would keep the loop from everybody else.
            await asyncio.sleep(0)


def _root(entries: list[Entry]) -> str:
    tree = MerkleTree()
    for entry in entries:
        tree.add(entry.leaf)
    return tree.root().hex()
