"""Sealing stored values anew: under the newest generation, with their rows named, while servers go on."""

from collections.abc import AsyncIterator, Sequence

from msgspec import Struct

from idp.kernel.secrets import SealBrokenError, Sealer
from idp.sealing.columns import SEALED_COLUMNS
from idp.sealing.ports import KeyValue, SealedColumn, SealedRowStore, StaleRow


class ResealingProgress(Struct, frozen=True):
    """How far it has come. What does not open stays as it is: no process could read it before either."""

    resealed: int = 0
    unreadable: int = 0


class Resealing(Struct, frozen=True):
    """Goes through every sealed column; stopped at any time and begun anew, it finds what is left."""

    rows: SealedRowStore
    sealer: Sealer

    async def run(self, batch: int) -> AsyncIterator[ResealingProgress]:
        """Yield after each batch, until a whole round finds nothing to do.

        A value may move from a table that is not done yet into one that is, and a server that heard late of the
        newest generation seals under the one before: so one round is not enough.
        """
        resealed, before = 0, -1
        while resealed != before:
            before, unreadable = resealed, 0
            for column in SEALED_COLUMNS:
                after: tuple[KeyValue, ...] = ()
                while stale := await self.rows.stale(column, after, self.sealer.newest_prefix(), batch):
                    for row in stale:
                        outcome = await self._reseal(column, row)
                        resealed += outcome is True
                        unreadable += outcome is None
                    after = stale[-1].key
                    yield ResealingProgress(resealed, unreadable)
        yield ResealingProgress(resealed, unreadable)

    async def left(self) -> Sequence[str]:
        """Return the columns in which some value is sealed otherwise than today. Reads them whole where none is."""
        prefix = self.sealer.newest_prefix()
        return [one.name for one in SEALED_COLUMNS if await self.rows.stale(one, (), prefix, 1)]

    async def _reseal(self, column: SealedColumn, row: StaleRow) -> bool | None:
        """Say whether a row is sealed anew by this; None where its value does not open."""
        try:
            place = column.place(row.named)
            sealed = self.sealer.seal(self.sealer.open(row.sealed, place), place)
        except SealBrokenError:
            return None
        return await self.rows.exchange(column, row, sealed)
