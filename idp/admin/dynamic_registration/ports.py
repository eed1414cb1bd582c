"""What is read of tokens, registrations and publishers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from idp.admin.dynamic_registration.model import InitialToken, InitialTokenId, Publisher, RegisteredClient, Registration


class RegistrationReader(Protocol):
    """Reads them."""

    async def token(self, token_hash: bytes) -> InitialToken | None:
        """Return the initial access token with this hash, whether it can be used or not."""

    async def token_by_id(self, token_id: InitialTokenId) -> InitialToken | None:
        """Return one initial access token."""

    async def tokens(
        self, agencies: Sequence[str] | None, ended_after: datetime, after_id: str, limit: int
    ) -> Sequence[InitialToken]:
        """Return tokens of some agencies (None: of all) that end later than that, in the order of their ids."""

    async def registration(self, token_hash: bytes) -> Registration | None:
        """Return what the registration access token with this hash manages."""

    async def registered_by(self, token_id: InitialTokenId) -> Sequence[RegisteredClient]:
        """Return what came of an initial access token, oldest first; what was deleted since is not among them."""

    async def publishers(self, agencies: Sequence[str] | None, issuer: str = "") -> Sequence[Publisher]:
        """Return the publishers that some agencies trust (None: all do), of one issuer where it is named."""
