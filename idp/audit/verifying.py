"""The verification: the chain link by link, and under each link the events that it sealed."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime

from msgspec import Struct, field

from idp.audit.checkpoints import Checkpoint, Link, Seal, SealingPolicy, Verified, digest_hex, read_link
from idp.audit.comparing import RangeComparison
from idp.audit.entries import SealedEntry, read_listing
from idp.audit.findings import Finding, FindingKind, Place
from idp.audit.ports import Checkpoints, SealedLog
from idp.kernel.ids import EventId, first_id

_LINKS_AT_ONCE = 100
UNSEALED_COUNTED = 100_000


class Checked(Struct):
    """How far a verification came."""

    checkpoints: int = 0
    events: int = 0
    newest: Verified | None = None


class _Before(Struct):
    """What the next link must follow: the link before it, and the newest checkpoint that is ours.

    `joined` is False where what lies between is missing or forged: what follows from that is not told again.
    """

    link: Link | None = None
    good: Checkpoint | None = None
    joined: bool = True


class Verification(Struct):
    """One walk along the chain, in bounded memory: one list of a checkpoint's events, and all that came late."""

    log: SealedLog
    checkpoints: Checkpoints
    seal: Seal
    policy: SealingPolicy
    now: datetime
    checked: Checked = field(default_factory=Checked)
    _late: dict[EventId, bytes] = field(default_factory=dict)

    async def findings(
        self, first: int = 1, *, on_progress: Callable[[int], None] = lambda _: None
    ) -> AsyncIterator[Finding]:
        """Yield what is found from checkpoint `first` on; `told` hears of each number that was looked at."""
        await self._read_late()
        before = await self._before(first)
        number = first - 1
        while links := await self.checkpoints.in_order(number, _LINKS_AT_ONCE):
            for link in links:
                async for finding in self._link(link, number + 1, before):
                    yield finding
                number = link.number
                on_progress(number)
        async for finding in self._end(before):
            yield finding

    async def kept_elsewhere(self, signed: str) -> AsyncIterator[Finding]:
        """Yield what a checkpoint that was kept elsewhere shows: it must stand in the chain. ValueError if not ours."""
        verified = self.seal.read(signed)
        if verified is None:
            raise ValueError("not signed by this provider as a checkpoint")
        kept = verified.checkpoint
        place = Place(kept.number, kept.after_id, kept.to_id)
        links = await self.checkpoints.in_order(kept.number - 1, 1)
        if not links:
            yield Finding(FindingKind.CHAIN_TRUNCATED, place, detail=str(kept.total))
        elif links[0].number == kept.number and links[0].signed != signed:
            yield Finding(FindingKind.CHAIN_BROKEN, place, detail="kept_elsewhere")
        elif links[0].number != kept.number:
            yield Finding(FindingKind.CHECKPOINT_MISSING, place, detail=f"{kept.number} {kept.number}")

    async def _link(self, link: Link, expected: int, before: _Before) -> AsyncIterator[Finding]:
        if link.number != expected:
            yield Finding(FindingKind.CHECKPOINT_MISSING, Place(expected), detail=f"{expected} {link.number - 1}")
            before.joined = False
        verified = read_link(self.seal, link)
        self.checked.checkpoints += 1
        if verified is None:
            yield Finding(FindingKind.CHECKPOINT_FORGED, Place(link.number))
            before.link, before.joined = link, False
            return
        checkpoint = verified.checkpoint
        place = Place(checkpoint.number, checkpoint.after_id, checkpoint.to_id)
        for kind, detail in self._chain(checkpoint, before):
            yield Finding(kind, place, detail=detail)
        before.link, before.good, before.joined = link, checkpoint, True
        self.checked.newest = verified
        async for finding in self._events(checkpoint, place):
            yield finding

    def _chain(self, checkpoint: Checkpoint, before: _Before) -> list[tuple[FindingKind, str]]:
        """Compare with what stands before. A sealer that finds a forged link goes on from the last that is ours."""
        found: list[tuple[FindingKind, str]] = []
        good = before.good
        if before.joined and checkpoint.previous != (before.link.hash if before.link else ""):
            found.append((FindingKind.CHAIN_BROKEN, "previous"))
        elif before.joined and checkpoint.after_id != (good.to_id if good else ""):
            found.append((FindingKind.CHAIN_BROKEN, "after"))
        elif before.joined and checkpoint.total != (good.total if good else 0) + checkpoint.count + checkpoint.late:
            found.append((FindingKind.CHAIN_BROKEN, "total"))
        if good and checkpoint.sealed_at - good.sealed_at > self.policy.overdue_after:
            found.append((FindingKind.SEALING_PAUSED, good.sealed_at.isoformat()))
        return found

    async def _events(self, checkpoint: Checkpoint, place: Place) -> AsyncIterator[Finding]:
        listing = await self.checkpoints.listing(checkpoint.number)
        sealed = read_listing(listing)
        if sealed is None or digest_hex(listing) != checkpoint.listing:
            yield Finding(FindingKind.LISTING_CHANGED, place)
            return
        comparison = RangeComparison(place, sealed, self._late, first_id(self.now - self.policy.forgettable_after))
        serious = False
        after_id = checkpoint.after_id
        while page := await self.log.page(after_id, checkpoint.to_id, self.policy.page):
            self.checked.events += len(page)
            for entry in page:
                if (finding := comparison.see(entry)) is not None:
                    serious = serious or finding.serious
                    yield finding
            after_id = page[-1].id
        await self._see_late(comparison, sealed[checkpoint.count :])
        findings = comparison.close()
        for finding in findings:
            yield finding
        if not serious and not findings and comparison.root() != checkpoint.root:
            yield Finding(FindingKind.EVENTS_DIFFER, place)

    async def _see_late(self, comparison: RangeComparison, late: list[SealedEntry]) -> None:
        for one in late:
            entry = await self.log.entry(one.id)
            if entry is not None:
                comparison.see(entry)

    async def _end(self, before: _Before) -> AsyncIterator[Finding]:
        good, newest = before.good, self.checked.newest
        place = Place(good.number, good.to_id) if good else Place(0)
        unsealed = await self.log.count_after(place.after_id, UNSEALED_COUNTED)
        if good is None and self.checked.checkpoints == 0:
            yield Finding(FindingKind.NEVER_SEALED, place)
        if unsealed:
            yield Finding(FindingKind.EVENTS_UNSEALED, place, detail=str(unsealed))
        if good and self.now - good.sealed_at > self.policy.overdue_after:
            yield Finding(FindingKind.SEALING_OVERDUE, place, detail=good.sealed_at.isoformat())
        # Once a trusted key has signed what follows, the chain says what stood there then.
        if newest and newest.withdrawn:
            yield Finding(FindingKind.KEY_WITHDRAWN, place, detail=newest.kid)

    async def _before(self, first: int) -> _Before:
        links = await self.checkpoints.newest_first(first, 1)
        if not links:
            return _Before(joined=first == 1)
        verified = self.seal.read(links[0].signed)
        # Where the one before is not there or not ours, the first link has nothing to be compared with.
        joined = verified is not None and links[0].number == first - 1
        return _Before(links[0], verified.checkpoint if verified else None, joined)

    async def _read_late(self) -> None:
        number = 0
        while links := await self.checkpoints.in_order(number, _LINKS_AT_ONCE, late_only=True):
            for link in links:
                verified = self.seal.read(link.signed)
                listing = await self.checkpoints.listing(link.number)
                entries = read_listing(listing)
                if verified and entries and digest_hex(listing) == verified.checkpoint.listing:
                    self._late |= {entry.id: entry.mark for entry in entries[verified.checkpoint.count :]}
            number = links[-1].number
