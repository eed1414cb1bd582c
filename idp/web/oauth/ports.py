"""Small ports of the web edge: the published keys, and whether everything needed answers."""

from collections.abc import Mapping
from typing import Literal, Protocol

from msgspec import Struct


class PublicKeys(Protocol):
    """The JWKS, serialised once for each change of the keys."""

    def jwks(self) -> tuple[bytes, str]:
        """Return the document and its ETag as they are now."""


class Readiness(Protocol):
    """Looks at what a server needs."""

    async def check(self) -> "ReadinessReport":
        """Return how each part is doing."""


# Without the short-lived store nobody signs in anew; tokens, keys and sign-out need the database alone.
NEEDED_TO_SERVE = frozenset({"database", "clock"})


class ReadinessReport(Struct, frozen=True):
    """Each part's name and whether it works."""

    parts: Mapping[str, bool]

    @property
    def serves(self) -> bool:
        """Return whether a balancer should send requests here."""
        return all(works for part, works in self.parts.items() if part in NEEDED_TO_SERVE)

    @property
    def degraded(self) -> bool:
        """Return whether something is missing without which a part of the service is refused."""
        return self.serves and not all(self.parts.values())

    @property
    def status(self) -> Literal["ready", "degraded", "not_ready"]:
        """Return the state of both in one word."""
        if not self.serves:
            return "not_ready"
        return "degraded" if self.degraded else "ready"
