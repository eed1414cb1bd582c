"""Use case: administrators look at the upstream providers."""

from msgspec import Struct

from idp.admin.actor import Actor
from idp.admin.permissions import Permission
from idp.outbound.health import ServiceHealth
from idp.outbound.record import ServiceRecord
from idp.upstream.model import Freshness, UpstreamProvider
from idp.upstream.ports import UpstreamService
from idp.upstream.service import Federation


class UpstreamSeen(Struct, frozen=True):
    """One provider: who it is, how it is doing, how it did lately, and how old what this process knows of it is."""

    provider: UpstreamProvider
    offered: bool
    health: ServiceHealth
    record: ServiceRecord
    freshness: Freshness


class UpstreamOverview(Struct, frozen=True):
    """Shows the upstream providers to who reads settings of the country."""

    federation: Federation

    async def show(self, actor: Actor) -> tuple[UpstreamSeen, ...]:
        """Return every provider in the order of the file. Raises what `demand` raises."""
        actor.demand(Permission.SETTINGS_READ, ())
        offers = self.federation.offers
        return tuple(
            [await _seen(upstream, offered=offers(name)) for name, upstream in self.federation.services.items()]
        )


async def _seen(upstream: UpstreamService, *, offered: bool) -> UpstreamSeen:
    return UpstreamSeen(
        upstream.provider, offered, await upstream.health(), await upstream.record(), upstream.freshness()
    )
