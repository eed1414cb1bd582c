"""A reader of dynamic registration that knows none: what tests of its neighbours give the administration API."""

from collections.abc import Sequence
from datetime import datetime

from idp.admin.dynamic_registration.model import InitialToken, InitialTokenId, Publisher, RegisteredClient, Registration


class NoRegistrations:
    """Implements `RegistrationReader`."""

    async def token(self, token_hash: bytes) -> InitialToken | None:
        """Return none."""

    async def token_by_id(self, token_id: InitialTokenId) -> InitialToken | None:
        """Return none."""

    async def tokens(
        self, agencies: Sequence[str] | None, ended_after: datetime, after_id: str, limit: int
    ) -> Sequence[InitialToken]:
        """Return none."""
        return ()

    async def registration(self, token_hash: bytes) -> Registration | None:
        """Return none."""

    async def registered_by(self, token_id: InitialTokenId) -> Sequence[RegisteredClient]:
        """Return none."""
        return ()

    async def publishers(self, agencies: Sequence[str] | None, issuer: str = "") -> Sequence[Publisher]:
        """Return none."""
        return ()
