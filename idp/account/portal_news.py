"""Telling portals that subscribed what happened to an account they know (OpenID RISC)."""

from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from msgspec import Struct

from clients.model import Client, ClientId, SecurityEvent
from idp.kernel.effects import Effect
from idp.kernel.ids import PersonId, SecurityEventId, new_id
from idp.kernel.outbox import Enqueue
from idp.proofing.proof_ports import Identities
from idp.protocol.tokens.security_events import AccountEvent

# A portal that is down over the Tết holidays still hears of it.
TELL_EVENTS_FOR = timedelta(days=14)


class ClientFinder(Protocol):
    """Finds registered clients."""

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client, disabled or not."""


class PortalNews(Struct, frozen=True):
    """Writes news for portals: effects for the transaction of what they tell."""

    identities: Identities
    clients: ClientFinder

    async def tell(self, person_id: PersonId, event: SecurityEvent, now: datetime) -> tuple[Effect, ...]:
        """Return the effects that tell every portal which ever got a token about the person and subscribed."""
        known = await self.identities.clients_of(person_id)
        return tuple(
            _news(client, person_id, known_as, event, now)
            for client, known_as in ((self.clients.get(client_id), known_as) for client_id, known_as in known)
            if client is not None and client.active and client.subscribes(event)
        )


def _news(client: Client, person_id: PersonId, known_as: PersonId, event: SecurityEvent, now: datetime) -> Enqueue:
    subject_id = None if known_as == person_id else known_as
    news = AccountEvent(SecurityEventId(new_id()), client.client_id, person_id, event, int(now.timestamp()), subject_id)
    return Enqueue(
        kind="account_event",
        key=news.id,
        payload=msgspec.json.encode(news),
        due_at=now,
        gives_up_at=now + TELL_EVENTS_FOR,
        receiver=client.client_id,
    )
