"""Use case: administrators look at the upstream providers."""

from msgspec import Struct

from idp.admin.actor import Actor
from idp.admin.permissions import Permission
from idp.outbound.health import LineHealth
from idp.outbound.record import LineRecord
from idp.upstream.model import Freshness, UpstreamProvider
from idp.upstream.ports import UpstreamLine
from idp.upstream.service import Federation


class UpstreamSeen(Struct, frozen=True):
    """One provider: who it is, how it is doing, how it did lately, and how old what this process knows of it is."""

    provider: UpstreamProvider
    offered: bool
    health: LineHealth
    record: LineRecord
    freshness: Freshness


class UpstreamLines(Struct, frozen=True):
    """Shows the upstream providers to who reads settings of the country."""

    federation: Federation

    async def show(self, actor: Actor) -> tuple[UpstreamSeen, ...]:
        """Return every provider in the order of the file. Raises what `demand` raises."""
        actor.demand(Permission.SETTINGS_READ, ())
        offers = self.federation.offers
        return tuple([await _seen(line, offered=offers(name)) for name, line in self.federation.lines.items()])


async def _seen(line: UpstreamLine, *, offered: bool) -> UpstreamSeen:
    return UpstreamSeen(line.provider, offered, await line.health(), await line.record(), line.freshness())
