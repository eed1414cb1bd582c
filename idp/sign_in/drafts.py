"""Half-finished work of a browser: sealed, short-lived, and readable for that browser alone."""

from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct

from idp.kernel.clock import Clock
from idp.kernel.errors import IdpError
from idp.kernel.ids import ID_LENGTH
from idp.kernel.secrets import SealBrokenError, Sealer, new_secret
from idp.kernel.shortlived import ShortLivedStore

T = TypeVar("T")
MOST_SPENT = 5


class Aged(Protocol):
    """A draft that knows when it began."""

    @property
    def began_at(self) -> datetime:
        """Return when its first step was taken."""


A = TypeVar("A", bound=Aged)
_KEY_LENGTH = ID_LENGTH


class DraftSpentError(IdpError):
    """The draft has caused as much work as one may; its matter begins anew."""

    code = "request_expired"


class DraftStore(Struct, Generic[T], frozen=True):
    """Keeps drafts of one kind. The browser's secret is part of the seal: nobody else's cookie opens it (SE-7)."""

    store: ShortLivedStore
    sealer: Sealer
    kind: str
    draft_type: type[T]
    life: timedelta

    async def start(self, draft: T, browser: str) -> str:
        """Keep a new draft and return its unguessable name."""
        name = new_secret()[:_KEY_LENGTH]
        await self.save(name, draft, browser)
        return name

    async def save(self, name: str, draft: T, browser: str) -> None:
        """Keep a draft under its name; its time starts anew."""
        sealed = self.sealer.seal(msgspec.msgpack.encode(draft), self._place(name, browser))
        await self.store.put(self._key(name), sealed, self.life)

    async def load(self, name: str, browser: str) -> T | None:
        """Return the draft; None if unknown, too old, lost with the store, or another browser's."""
        if len(name) != _KEY_LENGTH or not name.isascii():
            return None
        sealed = await self.store.get(self._key(name))
        if sealed is None:
            return None
        try:
            raw = self.sealer.open(sealed, self._place(name, browser))
        except SealBrokenError:
            return None
        return msgspec.msgpack.decode(raw, type=self.draft_type)

    async def spend(self, name: str) -> None:
        """Count dear work that a draft is about to cause: hashing, a question to a register.

        Raises `DraftSpentError`, and ends the draft, after `MOST_SPENT`. Whoever goes on begins anew, where networks
        are counted.
        """
        if await self.store.count(f"{self.kind}-spent:{name}", self.life) > MOST_SPENT:
            await self.drop(name)
            raise DraftSpentError

    async def drop(self, name: str) -> None:
        """Forget a draft."""
        await self.store.delete(self._key(name))

    def _key(self, name: str) -> str:
        return f"{self.kind}:{name}"

    def _place(self, name: str, browser: str) -> str:
        return f"{self.kind}:{name}:{browser}"


class AgeingDrafts(DraftStore[A], frozen=True):
    """Keeps drafts that end `life` after they began, whatever is done in them: what they hold is evidence."""

    clock: Clock

    async def load(self, name: str, browser: str) -> A | None:
        """Return the draft; None also where its time is over."""
        draft = await DraftStore.load(self, name, browser)
        return draft if draft is not None and self.clock.now() - draft.began_at < self.life else None
