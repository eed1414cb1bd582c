"""A plain client store in memory."""

from collections.abc import Sequence

from clients.errors import ClientChangedError
from clients.model import Client, ClientId
from records.structs import replace


class MemoryClientStore:
    """Keeps clients in a dictionary, stamps them from one counter, and counts the reads."""

    def __init__(self) -> None:
        self._clients: dict[ClientId, Client] = {}
        self._version = 0
        self.reads: list[str] = []

    async def load_all(self) -> Sequence[Client]:
        """Return every client."""
        self.reads.append("load_all")
        return tuple(self._clients.values())

    async def find(self, client_id: ClientId) -> Client | None:
        """Return one client."""
        self.reads.append("find")
        return self._clients.get(client_id)

    async def changed_since(self, version: int) -> Sequence[Client]:
        """Return the clients stamped later."""
        self.reads.append("changed_since")
        return tuple(client for client in self._clients.values() if client.version > version)

    async def save(self, client: Client, *, expected_version: int | None) -> Client:
        """Write the client if it is as expected."""
        known = self._clients.get(client.client_id)
        if (known.version if known else None) != expected_version:
            raise ClientChangedError(client.client_id)
        self._version += 1
        saved = replace(client, version=self._version)
        self._clients[client.client_id] = saved
        return saved

    async def version(self) -> int:
        """Return the counter."""
        self.reads.append("version")
        return self._version
