"""Whoever changes a client finds it changed at once in the process that served them; the others look by themselves."""

from contextlib import suppress
from dataclasses import dataclass

from clients.ports import ClientStore
from clients.registry import ClientRegistry
from idp.kernel.effects import Effect, Ledger
from idp.kernel.errors import TemporarilyUnavailableError


@dataclass(frozen=True, slots=True)
class KnownAtOnce(Ledger):
    """A ledger that has this process's registry follow each commit."""

    ledger: Ledger
    registry: ClientRegistry
    store: ClientStore

    async def commit(self, *effects: Effect) -> bool:
        """Write all effects, as the ledger beneath does, and then read what became of the clients."""
        written = await self.ledger.commit(*effects)
        # It is written, and that is what was asked; where the store is silent now, the registry looks again soon.
        with suppress(TemporarilyUnavailableError):
            await self.registry.refresh(self.store)
        return written

    def note(self, *effects: Effect) -> None:
        """Write effects soon; none of them is about a client."""
        self.ledger.note(*effects)
