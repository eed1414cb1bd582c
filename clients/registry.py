"""All clients in memory, so that looking one up costs no I/O."""

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from clients.model import Client, ClientId
from clients.ports import ClientStore


class ClientRegistry:
    """A cache of the whole registry in one process; `refresh` keeps it young."""

    def __init__(self) -> None:
        self._clients: Mapping[ClientId, Client] = {}
        self._version = -1
        # Their ids in order, made when somebody asks after a change.
        self._in_order: Sequence[str] | None = None
        self._refreshing = asyncio.Lock()

    @property
    def version(self) -> int:
        """Return the store's version that was taken over last; whatever was made of the clients is good as long."""
        return self._version

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client, disabled or not: `client.active` says which."""
        return self._clients.get(client_id)

    def after(self, client_id: ClientId, limit: int, wanted: Callable[[Client], bool]) -> Sequence[Client]:
        """Return up to `limit` of the wanted clients, in the order of their ids, that follow `client_id`."""
        if self._in_order is None:
            self._in_order = sorted(self._clients)
        begin = bisect_right(self._in_order, client_id)
        following = (self._clients[ClientId(one)] for one in islice(self._in_order, begin, None))
        return list(islice((client for client in following if wanted(client)), limit))

    def every(self, wanted: Callable[[Client], bool] = lambda _: True) -> Sequence[Client]:
        """Return all of the wanted clients, in the order of their ids."""
        return self.after(ClientId(""), len(self._clients), wanted)

    async def refresh(self, store: ClientStore) -> bool:
        """Take over what changed since the last time; True if anything did. Costs one read when nothing did."""
        async with self._refreshing:
            version = await store.version()
            if version == self._version:
                return False
            if version < self._version:
                # The store went back in time (a restored backup): nothing remembered can be trusted.
                self._clients = {client.client_id: client for client in await store.load_all()}
            else:
                changed = await store.changed_since(self._version)
                self._clients = {**self._clients, **{client.client_id: client for client in changed}}
            self._in_order = None
            # A save between the two reads may be in already; the next refresh reads it once more and no harm.
            self._version = version
            return True
