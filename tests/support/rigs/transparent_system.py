"""A transparency log for tests: events that are published, a publisher with real keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clients.model import ClientId
from idp.app.transparency import ProviderHeadSeal
from idp.audit.model import EventName
from idp.kernel.secrets import HashKey
from idp.transparency.model import SignedHead
from idp.transparency.publishing import Publication, Publisher, PublishingPolicy
from records.structs import replace
from tests.support.rigs.sealed_system import MINUTE, SealedSystem, event_at
from tests.support.running.sql_stores import NOW

ISSUER = "https://idp.example"
# Small, so that a few entries fill a run.
POLICY = PublishingPolicy(links_at_once=3, entries_at_once=4)


@dataclass(slots=True)
class TransparentSystem(SealedSystem):
    """A sealed audit log and the public log of it."""

    async def change_clients(self, start: datetime, *client_ids: ClientId) -> Sequence[str]:
        """Record a change of each client, a millisecond apart, between events that nobody publishes."""
        events = []
        for place, client_id in enumerate(client_ids):
            changed = replace(
                event_at(start, 2 * place),
                name=EventName.CLIENT_CHANGED,
                client_id=client_id,
                reason="changed",
                details={"operator": "root"},
            )
            events += [changed, event_at(start, 2 * place + 1)]
        assert await self.database.ledger.commit(*events)
        return [one.id for one in events[::2]]

    async def head_seal(self, now: datetime) -> ProviderHeadSeal:
        await self.seal(now)
        return ProviderHeadSeal(await self.keys.current(now), await self.keys.lasting_verifier(), ISSUER, now)

    async def publisher(self, now: datetime, policy: PublishingPolicy = POLICY) -> Publisher:
        database = self.database
        return Publisher(
            database.checkpoints,
            await self.seal(now),
            database.published_events,
            database.transparency,
            await self.head_seal(now),
            HashKey(b"k" * 32),
            policy,
        )

    async def published(self, now: datetime) -> Publication:
        """Publish, and return what that did."""
        return await (await self.publisher(now)).publish(now)

    async def grown(self, minutes: int, clients: int) -> None:
        """Live some minutes with so many changes each, sealed and published."""
        for minute in range(minutes):
            start = NOW + minute * MINUTE
            await self.change_clients(start, *(ClientId(f"client-{minute}-{n}") for n in range(clients)))
            await self.sealed(start + 1.5 * MINUTE)
            assert (await self.published(start + 1.6 * MINUTE)).entries == clients

    async def leaves(self) -> list[bytes]:
        """Return every entry of the log; their indices have no gap."""
        found = await self.database.transparency.leaves(0, 10_000)
        assert [index for index, _ in found] == list(range(len(found)))
        return [leaf for _, leaf in found]

    async def head(self, now: datetime) -> SignedHead:
        """Return the newest head; its signature is right."""
        stored = (await self.database.transparency.heads(1))[0]
        signed = (await self.head_seal(now)).read(stored.signed)
        assert signed is not None
        assert signed.head == replace(stored.head, at=signed.head.at)
        return signed
