"""Bounds how much of the short-lived store is taken by requests whose person is not known yet."""

from datetime import timedelta

from msgspec import Struct

from idp.kernel.errors import BusyError
from idp.kernel.ids import AccountId
from idp.kernel.shortlived import ShortLivedStore
from idp.sign_in.networks import network_admits
from idp.sign_in.throttling import NETWORK_WINDOW

_KIB = 1024
# What an entry costs beside its letters: its key, its seal, what the store keeps of it.
_OVERHEAD = 512
# Some eight thousand ordinary requests in half an hour: a carrier's customers behind one address.
NETWORK_KIB = 8 * _KIB
# A person who goes on with a session opens some tabs.
ACCOUNT_KIB = 256


class WaitingRoom(Struct, frozen=True):
    """Bounds what is stored before anybody has shown who they are: for each network, and for the service.

    A window as long as what is stored lives: at no moment is more held than twice a share. People with a live
    session are counted by their account, so that a flood of unrecognised devices does not turn them away.
    """

    store: ShortLivedStore
    service_kib: int
    life: timedelta

    async def admit(self, size: int, address: str, account_id: AccountId = AccountId("")) -> None:
        """Count what is to be stored. Raises `BusyError` where the share is used up."""
        weight = -(-(size + _OVERHEAD) // _KIB)
        if account_id and await self._account_has_room(account_id, weight):
            return
        if not await network_admits(self.store, "waiting", address, NETWORK_KIB, self.life, weight):
            raise BusyError("a network's requests wait", retry_after=NETWORK_WINDOW)
        # After the network: what it was refused takes nothing from anybody.
        if await self.store.count("waiting", self.life, weight) > self.service_kib:
            raise BusyError("too many requests wait for their people", retry_after=NETWORK_WINDOW)

    async def _account_has_room(self, account_id: AccountId, weight: int) -> bool:
        return await self.store.count(f"waiting-of:{account_id}", self.life, weight) <= ACCOUNT_KIB
