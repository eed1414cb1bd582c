"""What the token endpoint loads for a device code or an `auth_req_id`, and how fast a device asks."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec import Struct

from clients.model import CIBA, DEVICE_CODE
from idp.grants.ports import DeviceRequestReader
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.shortlived import ShortLivedStore
from idp.oauth.persons import PersonReader
from idp.protocol.answers import Answer
from idp.protocol.device.pace import Pace, asked_again
from idp.protocol.errors import AUTHORIZATION_PENDING, SLOW_DOWN
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.token.device_code import DeviceFacts
from idp.protocol.tokens.identity_claims import NOBODY
from records.structs import replace

# Where each grant has the code that a device asks with.
PARAMETERS: Mapping[str, str] = {DEVICE_CODE: "device_code", CIBA: "auth_req_id"}


class DeviceLoader(Struct, frozen=True):
    """The request of a presented device code."""

    provider: Provider
    requests: DeviceRequestReader
    persons: PersonReader
    parameter: str = PARAMETERS[DEVICE_CODE]

    async def load(self, form: Form, now: datetime) -> DeviceFacts:
        """Return the request by the hash of its code."""
        code = form.get(self.parameter)
        if not code:
            return DeviceFacts(b"", None)
        device_hash = self.provider.token_hash.digest(code)
        found = await self.requests.by_device_code(device_hash)
        approved = found.approved if found else None
        person = await self.persons.of_code(approved, now) if approved else NOBODY
        return DeviceFacts(device_hash, approved, person, request=found)


class PollPace(Struct, frozen=True):
    """Measures how fast the client of a request asks (RFC 8628 3.5): what it was not told yet is no poll.

    Only a proven client hears that its request waits, so nobody else who has the code can slow it down.
    """

    provider: Provider
    store: ShortLivedStore

    async def measured(self, form: Form, answer: Answer, now: datetime) -> Answer:
        """Return the answer, or `slow_down` in place of `authorization_pending` for who asks too soon."""
        if answer.error != AUTHORIZATION_PENDING.code:
            return answer
        code = form.get(PARAMETERS.get(form.get("grant_type") or "", "")) or ""
        if not await self._came_too_soon(self.provider.token_hash.digest(code), now):
            return answer
        return replace(SLOW_DOWN.answer(), headers=answer.headers)

    async def _came_too_soon(self, device_hash: bytes, now: datetime) -> bool:
        """Note a poll. Without the store nobody is slowed down."""
        key, policy = f"device-pace:{device_hash.hex()}", self.provider.policy
        try:
            kept = await self.store.get(key)
            before = msgspec.msgpack.decode(kept, type=Pace) if kept is not None else None
            pace, too_soon = asked_again(before, now, policy)
            await self.store.put(key, msgspec.msgpack.encode(pace), policy.device_code_life)
        except TemporarilyUnavailableError:
            return False
        return too_soon
