"""The ledger: commits effects now, or enqueues them to be written soon."""

from idp.adapters.sql.effects import write_of
from idp.adapters.sql.engine.event_queue import EventQueue
from idp.adapters.sql.engine.interface import Engine
from idp.audit.model import RecordEvent
from idp.audit.refusals import AnonymousRefusals
from idp.kernel.effects import Effect
from idp.sign_in.networks import network_of

# The last part of an event's name.
_REFUSED = ":refused"


class SqlLedger:
    """Implements `idp.kernel.effects.Ledger`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue = EventQueue(engine.commit)
        self._refusals = AnonymousRefusals()

    async def commit(self, *effects: Effect) -> bool:
        """Write all effects in one durable transaction, or none if a claim among them is too late."""
        return await self._engine.commit(effects)

    def enqueue(self, *effects: Effect) -> None:
        """Write effects within 50 ms, in a batch.

        Raises TemporarilyUnavailableError when thousands wait already: an answer whose event would be lost must not
        be given. Raises ValueError for a claim, whose answer nobody would hear. Of refusals of people who are nobody
        yet some of each kind are written and the rest counted: an anonymous caller does not fill the log. What an
        administrator was refused is always written: else fifty harmless tries would hide the next.
        """
        for effect in effects:
            write_of(effect)
            if effect.claim:
                raise ValueError(f"{type(effect).__name__} must be committed, not noted")
        written = tuple(effect for effect in effects if self._is_written(effect))
        if written:
            self._queue.add(written)

    def _is_written(self, effect: Effect) -> bool:
        if not isinstance(effect, RecordEvent) or not effect.is_of_nobody or not effect.name.endswith(_REFUSED):
            return True
        whose = effect.client_id or network_of(effect.origin.address).narrow
        return self._refusals.is_written(f"{effect.name}|{effect.reason}", whose, effect.at)

    async def flush(self) -> None:
        """Write all that was enqueued."""
        await self._queue.flush()
