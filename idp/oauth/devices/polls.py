"""What the token endpoint loads for a device code or an `auth_req_id`, and how fast a device asks."""

from datetime import datetime

import msgspec
from msgspec import Struct

from idp.grants.ports import DeviceRequestReader
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.shortlived import ShortLivedStore
from idp.oauth.persons import PersonReader
from idp.protocol.device.pace import Pace, asked_again
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.token.device_code import DeviceFacts
from idp.protocol.tokens.identity_claims import NOBODY


class DeviceLoader(Struct, frozen=True):
    """The request of a presented device code, and the pace of the polls while it waits."""

    provider: Provider
    requests: DeviceRequestReader
    store: ShortLivedStore
    persons: PersonReader
    parameter: str = "device_code"

    async def load(self, form: Form, now: datetime) -> DeviceFacts:
        """Return the request by the hash of its code."""
        code = form.get(self.parameter)
        if not code:
            return DeviceFacts(b"", None)
        device_hash = self.provider.token_hash.digest(code)
        found = await self.requests.by_device_code(device_hash)
        too_soon = found is not None and found.waits(now) and await self._came_too_soon(device_hash, now)
        approved = found.approved if found else None
        person = await self.persons.of_code(approved, now) if approved else NOBODY
        return DeviceFacts(device_hash, approved, person, request=found, too_soon=too_soon)

    async def _came_too_soon(self, device_hash: bytes, now: datetime) -> bool:
        """Note a poll. Without the store nobody is slowed down, and nobody who has decided is kept waiting."""
        key, policy = f"device-pace:{device_hash.hex()}", self.provider.policy
        try:
            kept = await self.store.get(key)
            before = msgspec.msgpack.decode(kept, type=Pace) if kept is not None else None
            pace, too_soon = asked_again(before, now, policy)
            await self.store.put(key, msgspec.msgpack.encode(pace), policy.device_code_life)
        except TemporarilyUnavailableError:
            return False
        return too_soon
