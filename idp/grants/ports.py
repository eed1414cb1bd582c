"""What the rooms above need to read of grants."""

from datetime import datetime
from typing import Protocol

from idp.grants.model import GrantState


class GrantReader(Protocol):
    """Reads grants."""

    async def state(self, grant_id: str, jti: str, now: datetime) -> GrantState | None:
        """Return a grant as it stands, with its family; None if unknown. One round trip; right with an empty cache."""

    async def token_revoked(self, jti: str) -> bool:
        """Say whether one access token without a grant (client credentials) was revoked. One round trip."""
