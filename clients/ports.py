"""Where clients are kept."""

from collections.abc import Sequence
from typing import Protocol

from clients.model import Client, ClientId


class ClientLookup(Protocol):
    """Says which clients a request knows: those of the registry, and in a trial run its trial client."""

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client, disabled or not: `client.active` says which."""
        ...


class ClientStore(Protocol):
    """Keeps clients, each stamped with the value of one counter that every save raises.

    Saves take their stamp and become visible in the same order: whoever has read version N never again finds a
    change stamped N or lower. (On a database this means taking the counter's row lock first.)
    """

    async def load_all(self) -> Sequence[Client]:
        """Return every client, disabled ones too."""
        ...

    async def find(self, client_id: ClientId) -> Client | None:
        """Return one client as it is now, disabled or not."""
        ...

    async def changed_since(self, version: int) -> Sequence[Client]:
        """Return the clients stamped later than `version`."""
        ...

    async def save(self, client: Client, *, expected_version: int | None) -> Client:
        """Write the client and return it with its new version.

        `expected_version` is the version last read, or None for a client that must not exist yet. Raises
        ClientChangedError, with nothing written, if that is not so.
        """
        ...

    async def version(self) -> int:
        """Return the counter: the version of the latest change, 0 before the first."""
        ...
