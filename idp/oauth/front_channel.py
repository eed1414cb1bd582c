"""Whom the browser of an ended session still tells: loaded after the end, so that no grant can follow."""

from msgspec import Struct

from clients.ports import ClientLookup
from idp.grants.ports import SessionClients
from idp.protocol.front_channel import FrontChannel, front_channel_of
from idp.protocol.provider import Provider
from idp.sessions.model import Session

# More portals than anybody enters in a day; beyond it the front channel says nothing.
_LOOKED_AT = 200


class FrontChannelLogout(Struct, frozen=True):
    """Finds the frames of a session (OIDC Front-Channel Logout 1.0)."""

    provider: Provider
    reader: SessionClients

    async def of(self, clients: ClientLookup, session: Session) -> FrontChannel:
        """Return what the browser loads now that its session has ended."""
        found = await self.reader.clients_of(session.person_id, session.id, _LOOKED_AT)
        known = [client for client_id in found if (client := clients.get(client_id)) is not None]
        return front_channel_of(self.provider, known, session.id)
