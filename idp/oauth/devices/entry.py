"""How often a code may be typed (RFC 8628 5.1): by account, durably; by network and in the whole service, cheaply."""

from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from clients.ports import ClientLookup
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.errors import BusyError
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import HashKey
from idp.kernel.shortlived import ShortLivedStore
from idp.oauth.devices.approval import FoundDevice
from idp.protocol.device.user_codes import typed_code
from idp.sessions.model import SessionView
from idp.sign_in.counts import CountWithin
from idp.sign_in.networks import network_admits

ACCOUNT_WINDOW, TRIES_OF_ACCOUNT = timedelta(hours=1), 20
# An office behind one address, in the five minutes of a network's window.
TRIES_OF_NETWORK = 100
# Ten minutes, ten thousand open codes and all these tries make a hit once in some four hundred such floods, and
# what is hit is no account: whoever guessed can only give a device their own name, and is written down.
_MINUTE, TRIES_OF_ALL = timedelta(minutes=1), 600


class EntryRefusal(StrEnum):
    """Why a typed code leads nowhere; who guesses learns no more than that."""

    WRONG = "wrong"
    TOO_MANY = "too_many"


class EnteredCode(Struct, frozen=True):
    """A code that waits for somebody, and whose request it is of."""

    code: str
    found: FoundDevice


class WaitingRequests(Protocol):
    """Knows whose request a code is of."""

    async def found(self, clients: ClientLookup, code: str) -> FoundDevice | None:
        """Return the request, if it may be decided."""


class DeviceEntry(Struct, frozen=True):
    """Takes codes from people who are signed in, so that there is somebody to count."""

    requests: WaitingRequests
    ledger: Ledger
    store: ShortLivedStore
    count_hash: HashKey
    clock: Clock

    async def enter(
        self, clients: ClientLookup, view: SessionView, typed: str, origin: Origin
    ) -> EnteredCode | EntryRefusal:
        """Count the try, then look for the request. Raises `BusyError` when the whole service is guessed at."""
        code = typed_code(typed)
        if code is None:
            return EntryRefusal.WRONG
        if not await self._admits(view, origin):
            return EntryRefusal.TOO_MANY
        found = await self.requests.found(clients, code)
        if found is not None:
            return EnteredCode(code, found)
        await self.ledger.commit(self._refused(view, origin))
        return EntryRefusal.WRONG

    async def _admits(self, view: SessionView, origin: Origin) -> bool:
        if not await network_admits(self.store, "device-tries", origin.address, TRIES_OF_NETWORK):
            return False
        counted = CountWithin(
            purpose="device_code",
            value_hash=self.count_hash.digest(f"device_code|{view.account.id}"),
            at=self.clock.now(),
            window=ACCOUNT_WINDOW,
            most=TRIES_OF_ACCOUNT,
        )
        if not await self.ledger.commit(counted):
            return False
        if await self.store.count("device-tries", _MINUTE) > TRIES_OF_ALL:
            raise BusyError("codes of devices are being guessed", retry_after=_MINUTE)
        return True

    def _refused(self, view: SessionView, origin: Origin) -> RecordEvent:
        return RecordEvent(
            id=EventId(new_id()),
            name=EventName.DEVICE_CODE_REFUSED,
            at=self.clock.now(),
            origin=origin,
            person_id=view.session.person_id,
            session_id=view.session.id,
            reason=EntryRefusal.WRONG,
        )
