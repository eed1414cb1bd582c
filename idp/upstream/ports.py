"""The client of one provider: it answers within its deadline or raises `UpstreamRefusedError`."""

from typing import Protocol

from idp.outbound.health import ServiceHealth
from idp.outbound.record import ServiceRecord
from idp.sessions.upstream import UpstreamSession
from idp.upstream.model import Freshness, Jwks, UpstreamMetadata, UpstreamProvider
from idp.upstream.tokens import TokenRequest


class UpstreamService(Protocol):
    """Speaks to one provider."""

    @property
    def provider(self) -> UpstreamProvider:
        """Return whose line it is."""

    async def metadata(self) -> UpstreamMetadata:
        """Return its discovery document, remembered for a while."""

    async def keys(self, *, anew: bool = False) -> Jwks:
        """Return its keys, remembered for a while; `anew` after a rollover, at most once in a few seconds."""

    async def redeem(self, request: TokenRequest) -> str:
        """Return the ID token for a code."""

    async def log_out(self, session: UpstreamSession) -> bool:
        """End its session, as far as it lets us; say whether it said yes."""

    async def health(self) -> ServiceHealth:
        """Return how it is doing; it never raises."""

    async def record(self) -> ServiceRecord:
        """Return how it did lately; it never raises."""

    def freshness(self) -> Freshness:
        """Return when this process last fetched its documents."""
