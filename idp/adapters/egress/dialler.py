"""Connections for what does not speak HTTP, under the same rule of addresses (security reference SS-1)."""

import asyncio
import socket

from idp.adapters.egress.allow import EgressAllow
from idp.adapters.egress.checked_resolver import CheckedResolver


class GuardedDialler:
    """Implements `Dialler`: public addresses, and those private ones that the allow list names."""

    def __init__(self, allow: EgressAllow) -> None:
        self._allow = allow
        self._resolver = CheckedResolver(allow)

    def names(self, host: str, port: int) -> bool:
        """Answer whether the allow list names this host: only then may it be spoken to without TLS."""
        return self._allow.names(host, port)

    async def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to an address that was checked, so that the name is not asked for again."""
        found = await self._resolver.resolve(host, port)
        family = socket.AF_INET6 if ":" in found[0]["host"] else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.settimeout(0)
        try:
            await asyncio.get_running_loop().sock_connect(opened, (found[0]["host"], port))
        except BaseException:
            opened.close()
            raise
        return opened
