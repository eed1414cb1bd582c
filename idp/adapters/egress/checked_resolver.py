"""A resolver whose answers are already checked, so that what was checked is what is connected to."""

import socket
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from idp.adapters.egress.allow import EgressAllow
from idp.outbound.http import EgressError


class CheckedResolver(AbstractResolver):
    """Resolves a name and keeps only the addresses that the guard permits.

    The connector connects to what this returns and asks nobody again: a name that changes its mind between check
    and connection (DNS rebinding) gains nothing.
    """

    def __init__(self, allow: EgressAllow, inner: AbstractResolver | None = None) -> None:
        self._allow = allow
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the permitted addresses; raise `EgressError` (refused) when the name has none."""
        found = await self._inner.resolve(host, port, family)
        permitted = [one for one in found if self._allow.permits(host, port, ip_address(one["host"]))]
        if not permitted:
            raise EgressError("refused", f"{host} resolves only to addresses that may not be called")
        return permitted

    async def close(self) -> None:
        """Release the inner resolver."""
        await self._inner.close()
