"""Delivery of one ping to one client (CIBA 10.2)."""

from datetime import datetime, timedelta
from typing import Protocol

import orjson
from msgspec import Struct

from clients.model import Client, ClientId
from idp.kernel.outbox import EXPIRED, Backoff, Message, Outcome
from idp.kernel.secrets import SealBrokenError
from idp.oauth.gone_clients import gone
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest
from idp.protocol.device.pings import Ping, read_ping
from idp.protocol.provider import Provider

_DEADLINE = timedelta(seconds=5)
_BACKOFF = Backoff(timedelta(seconds=2), timedelta(minutes=1))


class ClientFinder(Protocol):
    """Finds registered clients."""

    def get(self, client_id: ClientId) -> Client | None:
        """Return the client, disabled or not."""


class CibaPings(Struct, frozen=True):
    """Tells clients that their person has decided. A client that is not told asks by itself: it may."""

    provider: Provider
    registry: ClientFinder
    caller: HttpCaller

    async def deliver(self, message: Message, now: datetime) -> Outcome:
        """Tell one client and return how it went. Failures are an outcome, never an exception."""
        try:
            ping = read_ping(self.provider, message.payload)
        except SealBrokenError:
            return Outcome(delivered=False, result="unreadable", retry_at=None)
        client = self.registry.get(ping.client_id)
        endpoint = client.backchannel_client_notification_endpoint if client and client.active else None
        if endpoint is None:
            return gone(message, _BACKOFF, now)
        result, delivered = await self._tell(endpoint, ping)
        return Outcome(delivered, result, None if delivered else _BACKOFF.next_try(message, now))

    def give_up(self) -> Outcome:
        """Close a ping whose request is over."""
        return EXPIRED

    async def _tell(self, endpoint: str, ping: Ping) -> tuple[str, bool]:
        """Send the request by the guarded client, which follows no redirect; a body of the answer is not read."""
        headers = {"Authorization": f"Bearer {ping.token}", "Content-Type": "application/json"}
        body = orjson.dumps({"auth_req_id": ping.auth_req_id})
        try:
            response = await self.caller.call(OutboundRequest("POST", endpoint, _DEADLINE, body, headers))
        except EgressError as error:
            return error.reason, False
        return str(response.status), response.status in {200, 204}
