"""Small ports of the web edge: the published keys, and whether everything needed answers."""

from typing import Protocol


class PublicKeys(Protocol):
    """The JWKS, serialised once for each change of the keys."""

    def jwks(self) -> tuple[bytes, str]:
        """Return the document and its ETag as they are now."""


class Readiness(Protocol):
    """Asks the stores whether they answer."""

    async def check(self) -> dict[str, bool]:
        """Return each part's name and whether it answers."""
