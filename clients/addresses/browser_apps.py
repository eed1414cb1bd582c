"""Origins of browser apps: whose scripts may read what the endpoints of programs answer (decision 86)."""

from clients.addresses.uri import origin_of
from clients.errors import RuleBrokenError
from clients.model import Client
from clients.registry import ClientRegistry


def is_browser_app(client: Client) -> bool:
    """True of an active client that can keep no secret and is no app of a device: it runs in pages (RFC 6749 2.1)."""
    return client.active and not client.confidential and client.application_type == "web"


def app_origins(client: Client) -> frozenset[str]:
    """Return the origins of the pages that a browser app is led back to; no other client has any."""
    if not is_browser_app(client):
        return frozenset()
    return frozenset(origin for uri in client.redirect_uris if (origin := _origin(uri)) is not None)


def _origin(uri: str) -> str | None:
    """Return the origin of a registered address. One that breaks a rule of today costs its client its origin alone."""
    try:
        return origin_of(uri)
    except RuleBrokenError:
        return None


class BrowserAppOrigins:
    """The origins of all browser apps, as the registry in memory has them now."""

    def __init__(self, registry: ClientRegistry) -> None:
        self._registry = registry
        self._made_of: int | None = None
        self._origins: frozenset[str] = frozenset()

    def __contains__(self, origin: str) -> bool:
        """Say whether an origin is registered, byte for byte as browsers write it (RFC 6454 6.2)."""
        if self._made_of != self._registry.version:
            self._made_of = self._registry.version
            self._origins = frozenset().union(*map(app_origins, self._registry.every(is_browser_app)))
        return origin in self._origins
