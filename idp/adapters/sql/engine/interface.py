"""What the stores need of a database: the small interface that both back ends fill."""

from collections.abc import Sequence
from typing import Protocol

from idp.adapters.sql.engine.bulk import BulkRows
from idp.adapters.sql.engine.lookups import Key, Lookup
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, Step
from idp.kernel.effects import Effect


class Engine(Protocol):
    """One database. Every method raises `TemporarilyUnavailableError` when it cannot answer."""

    async def look_up(self, lookup: Lookup, key: Key) -> Row | None:
        """Return the row of one key, or None. One round trip, shared with the others of the same loop tick."""

    async def read(self, statement: Statement, parameters: Parameters) -> Sequence[Row]:
        """Return all rows of a select. One round trip."""

    async def apply(self, steps: Sequence[Step]) -> Sequence[Row] | None:
        """Run the steps in one durable transaction; return the rows of the last, or None if a claim was too late."""

    async def commit(self, effects: Sequence[Effect]) -> bool:
        """Write effects as `idp.kernel.effects.Ledger.commit` says."""

    async def look_up_all(self, lookup: Lookup, keys: Sequence[Key]) -> Sequence[Row | None]:
        """Return the row of each key, or None, in their order: one round trip for hundreds of them."""

    async def append(self, claim: Step, rows: Sequence[BulkRows]) -> bool:
        """Insert thousands of rows in one durable transaction whose first step is the claim.

        False, with nothing written, if the claim was too late. Raises `KeyTakenInBulkError` if a row met a unique key.
        """

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
