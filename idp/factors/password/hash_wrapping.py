"""Wraps hashes that were imported before imports wrapped them: batch after batch, while people sign in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from msgspec import Struct

from idp.factors.password.hash_ports import UnwrappedHashStore
from idp.kernel.ids import AccountId, PersonId

# Wraps texts in their order; None for one that is no hash of a known kind.
WrapAll = Callable[[Sequence[str]], Awaitable[Sequence[str | None]]]


class HashWrapper(Protocol):
    """Wraps the hashes of other systems in one of ours; passes between processes."""

    def wrap(self, stored: str) -> str:
        """Return what to store in place of a hash; raise `PasswordHashBrokenError` if it is none."""


class WrappingProgress(Struct, frozen=True):
    """How far it has come. Unreadable hashes stay: nobody could sign in by them before either."""

    wrapped: int = 0
    unreadable: int = 0


async def wrap_stored_hashes(
    store: UnwrappedHashStore, wrap_all: WrapAll, batch: int
) -> AsyncIterator[WrappingProgress]:
    """Wrap all that are left and yield after each batch.

    Stopped at any time and begun anew, it finds what is left. A hash that its owner's sign-in renews meanwhile stays
    renewed; of two processes at once one exchanges each.
    """
    progress, after = WrappingProgress(), (PersonId(""), AccountId(""))
    while stored := await store.after(*after, batch):
        made = await wrap_all([one.hash for one in stored])
        pairs = [(one, text) for one, text in zip(stored, made, strict=True) if text is not None]
        exchanged = await store.exchange([one for one, _ in pairs], [text for _, text in pairs])
        progress = WrappingProgress(progress.wrapped + exchanged, progress.unreadable + len(stored) - len(pairs))
        after = (stored[-1].person_id, stored[-1].account_id)
        yield progress
