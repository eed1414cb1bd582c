"""Which clients a request knows."""

from typing import Protocol

from msgspec import Struct
from starlette.requests import Request

from clients.ports import ClientLookup


class RequestClients(Protocol):
    """Finds the clients of a request."""

    async def of(self, request: Request) -> ClientLookup:
        """Return the clients of a request."""
        ...


class RegisteredClients(Struct, frozen=True):
    """Every request knows what is registered, and no more."""

    registry: ClientLookup

    async def of(self, request: Request) -> ClientLookup:  # noqa: ARG002 - all requests know the same
        """Return them."""
        return self.registry
