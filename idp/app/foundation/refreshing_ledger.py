"""A ledger that refreshes the clients and national settings of its process after each commit.

Every other process reads them by itself, soon.
"""

from contextlib import suppress

from msgspec import Struct

from clients.ports import ClientStore
from clients.registry import ClientRegistry
from idp.kernel.effects import Effect, Ledger
from idp.kernel.errors import TemporarilyUnavailableError
from idp.settings.live import LiveSettings
from idp.settings.model import SettingStore


class RefreshingLedger(Struct, frozen=True):
    """A ledger after whose commits this process reads clients and settings anew."""

    ledger: Ledger
    registry: ClientRegistry
    store: ClientStore
    national_settings: LiveSettings
    settings: SettingStore

    async def commit(self, *effects: Effect) -> bool:
        """Write all effects, as the ledger beneath does, and then read what became of clients and settings."""
        written = await self.ledger.commit(*effects)
        # It is written, and that is what was asked; where the store is silent now, both look again soon.
        with suppress(TemporarilyUnavailableError):
            await self.registry.refresh(self.store)
            await self.national_settings.refresh(self.settings)
        return written

    def enqueue(self, *effects: Effect) -> None:
        """Write effects soon; none of them is about what is kept in memory."""
        self.ledger.enqueue(*effects)
