"""The ledger: effects committed now, or noted to be written soon."""

from idp.adapters.sql.effects import write_of
from idp.adapters.sql.engine import Engine
from idp.adapters.sql.notes import NoteQueue
from idp.kernel.effects import Effect


class SqlLedger:
    """Implements `idp.kernel.effects.Ledger`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._notes = NoteQueue(engine.commit)

    async def commit(self, *effects: Effect) -> bool:
        """Write all effects in one durable transaction, or none if a claim among them is too late."""
        return await self._engine.commit(effects)

    def note(self, *effects: Effect) -> None:
        """Write effects within 50 ms, in a batch.

        Raises TemporarilyUnavailableError when thousands wait already: an answer whose event would be lost must not
        be given. Raises ValueError for a claim, whose answer nobody would hear.
        """
        for effect in effects:
            write_of(effect)
            if effect.claim:
                raise ValueError(f"{type(effect).__name__} must be committed, not noted")
        if effects:
            self._notes.add(effects)

    async def flush(self) -> None:
        """Write all that was noted."""
        await self._notes.flush()
