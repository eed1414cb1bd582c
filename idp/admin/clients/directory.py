"""Use case: administrators list the clients of their agencies; one of them is found by `ClientRegistrations`."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct, field

from clients.model import Client, ClientId
from clients.ports import ClientStore
from clients.registry import ClientRegistry
from idp.admin.actor import Actor
from idp.admin.clients.search import ClientSearch
from idp.admin.errors import NotPermittedError
from idp.admin.permissions import Permission, agencies_of, allows_somewhere
from idp.agencies.ports import AgencyLineages
from idp.officers.roles import NATIONAL


class ClientDirectory(Struct, frozen=True):
    """Lists clients, as far as the actor's roles reach. The registry is in memory: a page costs one small read."""

    registry: ClientRegistry
    store: ClientStore
    lineages: AgencyLineages
    search: ClientSearch = field(default_factory=ClientSearch)

    async def page(self, actor: Actor, after: ClientId, limit: int, day: date, typed: str = "") -> Sequence[Client]:
        """Return up to `limit` clients whose id follows `after`, in order, of those that what was `typed` finds.

        Raises `NotPermittedError`.
        """
        if not allows_somewhere(actor.grants, Permission.CLIENTS_READ):
            raise NotPermittedError(Permission.CLIENTS_READ)
        tops = agencies_of(actor.grants, Permission.CLIENTS_READ)
        within = None if NATIONAL in tops else {code for top in tops for code in await self.lineages.subtree(top, day)}
        await self.registry.refresh(self.store)
        finds = self.search.finder(typed)
        return self.registry.after(
            after, limit, lambda client: (within is None or client.agency in within) and finds(client)
        )
