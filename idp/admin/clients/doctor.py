"""Use case: whether a client's servers work today, what failed lately, and trying them now."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from clients.model import Client, ClientId
from idp.admin.actor import Actor
from idp.admin.clients.checking import ClientChecking
from idp.admin.clients.failures import NEWEST, OutcomeReader, Outcomes, gathered, uncounted, with_counted
from idp.admin.clients.health import Target, is_watched, targets_of
from idp.admin.clients.health_ports import ClientChecks, KeptCheck
from idp.admin.clients.registrations import ClientRegistrations
from idp.admin.errors import ConflictError
from idp.admin.permissions import Permission
from idp.audit.client_refusals import RefusalReader
from idp.audit.model import EventName
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger

_PURPOSE = "client_check"
# Once in so long somebody may have a client tried: its servers are others', and a try is an outbound call.
_PAUSE = timedelta(minutes=1)
_MOST_FAILING = 1000


class Health(Struct, frozen=True):
    """How a client is. Of each target the last check, None where it was never tried."""

    client: Client
    checks: tuple[tuple[Target, KeptCheck | None], ...]
    outcomes: Outcomes
    # Tried without anybody asking.
    watched: bool
    at: datetime


class ClientDoctor(Struct, frozen=True):
    """Shows administrators how their clients are."""

    registrations: ClientRegistrations
    checking: ClientChecking
    checks: ClientChecks
    outcomes: OutcomeReader
    refusals: RefusalReader
    ledger: Ledger
    clock: Clock

    async def health(self, actor: Actor, client_id: ClientId) -> Health:
        """Return how a client of the actor's is. Raises `NotFoundError` and what `demand` raises. Four reads."""
        return await self._health(await self.registrations.find(actor, client_id))

    async def check_now(self, actor: Actor, client_id: ClientId) -> Health:
        """Try everything of a client and return how it is then. Raises `ConflictError` within a minute of the last."""
        client = await self.registrations.find(actor, client_id, Permission.CLIENTS_CHANGE)
        now = self.clock.now()
        minute = int(now.timestamp()) // int(_PAUSE.total_seconds())
        mark = sha256(f"{client_id}|{minute}".encode()).digest()
        once = ClaimOnce(purpose=_PURPOSE, value_hash=mark, expires_at=now + 2 * _PAUSE)
        event = actor.event(EventName.CLIENT_CHECKED, now, client_id=client_id)
        if not await self.ledger.commit(once, event):
            raise ConflictError("the client was tried less than a minute ago")
        await self.checking.check_now(client)
        return await self._health(client)

    async def failing(self, clients: Iterable[Client]) -> frozenset[str]:
        """Return which of clients that the actor is shown have a server that fails. One read for all of them."""
        known = {client.client_id: client for client in clients}
        found = await self.checks.failing(list(known), _MOST_FAILING)
        return frozenset(one.client_id for one in found if one.target in targets_of(known[one.client_id]))

    async def _health(self, client: Client) -> Health:
        kept = {one.result.target: one for one in await self.checks.of_client(client.client_id)}
        events = await self.outcomes.outcomes(client.client_id, NEWEST)
        checks = tuple((target, kept.get(target)) for target in targets_of(client))
        counted = await self.refusals.refusals(client.client_id)
        outcomes = with_counted(gathered(uncounted(events)), counted)
        return Health(client, checks, outcomes, is_watched(client), self.clock.now())
