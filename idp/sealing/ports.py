"""The port of the sweep that seals stored values anew: where they are, and how one is exchanged."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from idp.kernel.places import Place
from records.structs import Unprinted

KeyValue = str | int | bytes


class SealedColumn(Struct, frozen=True):
    """A column of sealed values: the primary key, what else names the place, and the place of a row.

    `kinds` limits it to rows of these kinds: others hold something else there.
    """

    table: str
    column: str
    keys: tuple[str, ...]
    place: Callable[[Mapping[str, object]], Place | str]
    besides: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return table and column."""
        return f"{self.table}.{self.column}"


class StaleRow(Unprinted, Struct, frozen=True):
    """A row whose value is sealed otherwise than today; `named` has its key and what else names the place."""

    key: tuple[KeyValue, ...]
    named: Mapping[str, object]
    sealed: bytes


class SealedRowStore(Protocol):
    """Finds and exchanges sealed values while servers go on."""

    async def stale(
        self, column: SealedColumn, after: tuple[KeyValue, ...], prefix: bytes, limit: int
    ) -> Sequence[StaleRow]:
        """Return up to `limit` rows whose value does not begin with `prefix` and whose key follows `after` (or ())."""

    async def exchange(self, column: SealedColumn, row: StaleRow, sealed: bytes) -> bool:
        """Put another envelope in the place of the one that was read; False where that one is gone."""
