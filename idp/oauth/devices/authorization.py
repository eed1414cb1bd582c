"""The device authorization endpoint (RFC 8628 3.1): one decision, one commit, and a bound on what waits."""

from datetime import datetime, timedelta

from msgspec import Struct

from clients.model import Client
from idp.audit.client_refusals import RefusedAt
from idp.kernel.errors import TooManyError
from idp.kernel.shortlived import ShortLivedStore
from idp.oauth.back_channel import BackChannel, BackChannelRequest
from idp.protocol.answers import Answer, Decision
from idp.protocol.decider import ClientFacts
from idp.protocol.device.authorization import DeviceSnapshot, decide_device_authorization
from idp.sign_in.networks import network_admits

# Within the life of a code. Whoever knows a public client's id can ask in its name: the devices of one house are few.
OPEN_OF_PUBLIC = 60
# The server of a client that proves itself asks for all its devices from one address.
OPEN_OF_SERVER = 2_000
# Of one client, wherever its devices are.
OPEN_OF_CLIENT = 10_000


class DeviceRoom(Struct, frozen=True):
    """Bounds how many codes a client and an address can have open: each is a row for ten minutes, and a day more."""

    store: ShortLivedStore
    life: timedelta

    async def admit(self, client: Client, address: str) -> None:
        """Count one more request. Raises `TooManyError` where a share is used up."""
        most = OPEN_OF_SERVER if client.confidential else OPEN_OF_PUBLIC
        matter = f"device-codes:{client.client_id}" if client.confidential else "device-codes"
        if not await network_admits(self.store, matter, address, most, self.life):
            raise TooManyError("an address has too many device codes open", retry_after=self.life)
        # After the network: what it was refused takes nothing from the other devices of the client.
        if await self.store.count(f"device-codes-of:{client.client_id}", self.life) > OPEN_OF_CLIENT:
            raise TooManyError("a client has too many device codes open", retry_after=self.life)


class DeviceAuthorizationEndpoint(Struct, frozen=True):
    """Answers device authorization requests."""

    channel: BackChannel
    room: DeviceRoom

    async def answer(self, request: BackChannelRequest) -> Answer:
        """Return two codes or an error; nothing leaves before it is committed."""

        async def decide(facts: ClientFacts, now: datetime) -> Decision:
            snapshot = DeviceSnapshot(request.form, facts, request.origin, now)
            decision = decide_device_authorization(self.channel.provider, snapshot)
            if decision.answer.error is None and facts.client is not None:
                await self.room.admit(facts.client, request.origin.address)
            return decision

        return await self.channel.answer(request, decide, RefusedAt.DEVICE)
