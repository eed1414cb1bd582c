"""What the packages above need to read of sessions."""

from datetime import datetime
from typing import Protocol

from clients.model import ClientId
from idp.sessions.model import SessionView


class SessionReader(Protocol):
    """Reads sessions."""

    async def live(
        self, secret_hash: bytes, client_id: ClientId, now: datetime, sector: str = ""
    ) -> SessionView | None:
        """Return the live session of a cookie with its account and the consent for the client, or None.

        The client's sector says whom it knows the person as (`SessionView.known_as`).
        None when unknown, ended or expired, or when the account may not sign in. One round trip.
        """
