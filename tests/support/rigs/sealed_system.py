"""A sealed audit log for tests: events of chosen times, a sealer and a verification with real keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from idp.adapters.sql.database import Database
from idp.app.audit import ProviderSeal
from idp.audit.checkpoints import SealingPolicy
from idp.audit.findings import Finding, FindingKind
from idp.audit.model import RecordEvent
from idp.audit.sealing import Sealer
from idp.audit.verifying import Verification
from idp.kernel.ids import EventId, first_id
from keys.model import SigningKey
from keys.policy import RotationPolicy
from keys.seal import MasterKey
from keys.service import KeyService
from keys.signer import Signer
from records.structs import replace
from tests.support.running.sql_stores import HOUR, NOW, event

MASTER_KEY = MasterKey(bytes(range(32)))
MINUTE = timedelta(minutes=1)
# Small, so that a few events fill a checkpoint and a page.
POLICY = SealingPolicy(events_at_once=10, page=3)
Reported = list[tuple[FindingKind, int, str]]
_FIRST_KEYS: list[SigningKey] = []


def event_at(instant: datetime, place: int = 0) -> RecordEvent:
    """Return an event made then; `place` sets events of one moment apart."""
    return replace(event(), id=EventId(first_id(instant + place * timedelta(milliseconds=1))), at=instant)


@dataclass(slots=True)
class SealedSystem:
    """The log of one database, its keys and its sealer."""

    database: Database
    policy: SealingPolicy = POLICY
    keys: KeyService = field(init=False)

    def __post_init__(self) -> None:
        # One for the running provider, as it opens each key only once, and that takes long.
        self.keys = KeyService(self.database.keys, MASTER_KEY, RotationPolicy())

    async def seal(self, now: datetime) -> ProviderSeal:
        """Return the keys as they are then."""
        await self._found_keys()
        return ProviderSeal(
            Signer(await self.keys.current(now)), await self.keys.lasting_verifier(), "https://idp.example"
        )

    async def _found_keys(self) -> None:
        # The keys of the first town of a run are those of every other: making them takes longer than a test.
        if not _FIRST_KEYS:
            await self.keys.ensure_first(NOW - 24 * HOUR)
            _FIRST_KEYS.extend((await self.database.keys.load()).keys)
        elif not (await self.database.keys.load()).keys:
            await self.database.keys.apply(_FIRST_KEYS, [], expected_version=0)

    async def sealer(self, now: datetime) -> Sealer:
        return Sealer(self.database.sealed_log, self.database.checkpoints, await self.seal(now), self.policy)

    async def record(self, start: datetime, count: int) -> Sequence[str]:
        """Record events, a millisecond apart, and return their ids."""
        events = [event_at(start, place) for place in range(count)]
        assert await self.database.ledger.commit(*events)
        return [one.id for one in events]

    async def sealed(self, now: datetime) -> list[int]:
        """Seal, and return the numbers of the checkpoints that were written."""
        return [one.number for one in (await (await self.sealer(now)).seal_now(now)).made]

    async def lived(self, minutes: int, events: int) -> list[Sequence[str]]:
        """Live some minutes with so many events each, each sealed a minute later; return the ids."""
        ids = []
        for minute in range(minutes):
            ids.append(await self.record(NOW + minute * MINUTE, events))
            assert await self.sealed(NOW + (minute + 1.5) * MINUTE) == [minute + 1]
        return ids

    async def verification(self, now: datetime) -> Verification:
        seal = await self.seal(now)
        return Verification(self.database.sealed_log, self.database.checkpoints, seal, self.policy, now)

    async def findings(self, now: datetime, first: int = 1) -> list[Finding]:
        return [one async for one in (await self.verification(now)).findings(first)]

    async def reported(self, now: datetime, first: int = 1) -> Reported:
        """Return what a verification finds then: what, in which checkpoint, which event."""
        return [(one.kind, one.place.number, one.event_id) for one in await self.findings(now, first)]
