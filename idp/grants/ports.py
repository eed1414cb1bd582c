"""What the packages above need to read of grants."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from clients.model import ClientId
from idp.grants.device_requests import DeviceRequest
from idp.grants.model import GrantLife, GrantState
from idp.kernel.ids import AccountId, GrantId, PersonId, SessionId


class GrantReader(Protocol):
    """Reads grants."""

    async def state(self, grant_id: GrantId, jti: str, now: datetime) -> GrantState | None:
        """Return a grant as it stands, with its family; None if unknown. One round trip; right with an empty cache."""

    async def life(self, grant_id: GrantId, jti: str, now: datetime) -> GrantLife | None:
        """Say whether a grant and one access token of it stand, by the same rules as `state`. One round trip."""

    async def token_revoked(self, jti: str) -> bool:
        """Say whether one access token without a grant (client credentials) was revoked. One round trip."""


class SessionClients(Protocol):
    """Knows which clients got tokens in a session."""

    async def clients_of(self, person_id: PersonId, session_id: SessionId, limit: int) -> Sequence[ClientId]:
        """Return up to `limit` of them, the one that got some last first; of an ended session too. One round trip."""


class DeviceRequestReader(Protocol):
    """Reads what devices have asked for (RFC 8628)."""

    async def by_device_code(self, device_hash: bytes) -> DeviceRequest | None:
        """Return the request of a device code; None if unknown, or forgotten some time after its end."""

    async def open_for(self, account_id: AccountId, now: datetime) -> Sequence[DeviceRequest]:
        """Return what clients ask an account that is not decided, newest first; a bounded number."""

    async def by_user_code(self, user_hash: bytes) -> DeviceRequest | None:
        """Return the request of a user code, likewise."""
