"""Generations of sealing keys: every process opens a new one before any seals under it; old ones end with their rows.

    published --(every process has it)--> seals --(a newer one seals)--> only opens --(no row has it)--> retired

The first generation is the root key itself, which is never deleted: retired, it seals and opens nothing more, and
goes on to be the parent of the index keys and the pepper.
"""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from idp.kernel.data_keys import DataKeyStore, Rewrapped, WrappedKey
from idp.kernel.errors import IdpError
from idp.kernel.ids import new_id
from idp.kernel.root_key import RootKey, sealing_key
from idp.kernel.secrets import SealBrokenError, Sealer, SealingKeys, derive_key
from records.structs import Unprinted

# A process that cannot read the store for so long cannot read a row either. Servers look every 0.4 s.
NEXT_AFTER = timedelta(minutes=1)
# What browsers and the short-lived store carry under the one before is over by then.
RETIRED_AFTER = timedelta(days=2)


class GenerationError(IdpError):
    """What was asked of a generation cannot be yet; the detail is one line that says why."""


class DataKeyLockedError(SealBrokenError):
    """The master keys of this process do not open a data key: they are another database's."""


class Generations:
    """The data keys as one process knows them. `masters`: the one that wraps, then those that still open."""

    def __init__(self, store: DataKeyStore, masters: Sequence[bytes]) -> None:
        self._store = store
        self._wrappers = [Sealer({"master": derive_key(one, "wrap-data-keys")}, "master") for one in masters]
        # By id: a process that runs needs no master key for what it has opened.
        self._opened: dict[str, _Opened] = {}
        self._root: RootKey | None = None

    async def open(self, now: datetime) -> RootKey:
        """Return the root key, made if there is none; of two processes that start at once, one makes it."""
        known = await self._store.load()
        if not known:
            made = new_id()
            wrapped = self._wrap(made, os.urandom(32))
            await self._store.add_first(WrappedKey(made, wrapped, now, seals_since=now))
            known = await self._store.load()
        self._root = RootKey(known[0].id, self._open(known[0]).key)
        self._root.follow(self._keys(known))
        return self._root

    async def refresh(self) -> None:
        """Take over what other processes changed."""
        if self._root is not None:
            self._root.follow(self._keys(await self._store.load()))

    async def begin(self, now: datetime) -> WrappedKey:
        """Return the generation that waits to seal, made if there is none."""
        while True:
            known = await self._store.load()
            if known[-1].seals_since is None:
                return known[-1]
            made = new_id()
            await self._store.add_next(WrappedKey(made, self._wrap(made, os.urandom(32)), now), len(known))

    async def let_seal(self, key_id: str, now: datetime, lead: timedelta) -> None:
        """Make a generation the one that seals, `lead` after it was made; raise `GenerationError` before that."""
        known = await self._named(key_id)
        if now < known.created_at + lead:
            raise GenerationError(f"generation {key_id} is too young: not every process may have it yet")
        await self._store.let_seal(key_id, now)

    async def retire(self, key_id: str, now: datetime, *, left: Sequence[str]) -> None:
        """End a generation; `left` names where rows have it still. Raises `GenerationError` where that cannot be."""
        known, all_known = await self._named(key_id), await self._store.load()
        newest = _newest(all_known)
        if left:
            raise GenerationError(f"rows are not sealed anew yet: {', '.join(left)}; run `idp keys rewrap`")
        if known == newest or known.seals_since is None:
            raise GenerationError(f"generation {key_id} seals, or will: only an older one can be retired")
        if newest.seals_since is None or now < newest.seals_since + RETIRED_AFTER:
            raise GenerationError("the newest has sealed for less than two days: pages that are open need the old one")
        if known.retired_at is None:
            wrapped = self._wrap(key_id, self._open(known).key, retired=True)
            if not await self._store.retire(Rewrapped(key_id, known.wrapped, wrapped), now):
                raise GenerationError("the data keys changed meanwhile; nothing was written, run the command again")

    async def under_older_masters(self) -> int:
        """Return how many data keys the first of the master keys does not open."""
        return sum([_opened_by(self._wrappers[0], one) is None for one in await self._store.load()])

    async def rewrap(self) -> int:
        """Wrap under the first master key what another one wraps; return how many keys that were."""
        known = [one for one in await self._store.load() if _opened_by(self._wrappers[0], one) is None]
        changed = [Rewrapped(one.id, one.wrapped, self._wrapped_anew(self._unwrap(one), one.id)) for one in known]
        if changed and not await self._store.rewrap(changed):
            raise GenerationError("the data keys changed meanwhile; nothing was written, run the command again")
        return len(changed)

    async def _named(self, key_id: str) -> WrappedKey:
        found = [one for one in await self._store.load() if one.id == key_id]
        if not found:
            raise GenerationError(f"there is no generation {key_id}; `idp keys generations` lists them")
        return found[0]

    def _keys(self, known: Sequence[WrappedKey]) -> SealingKeys:
        opened = {one.id: self._open(one) for one in known}
        used = [one for one in known if one.retired_at is None and not opened[one.id].retired]
        keys = {one.id: sealing_key(opened[one.id].key) for one in used}
        return SealingKeys(keys, _newest(used).id, frozenset({known[0].id} & keys.keys()))

    def _open(self, known: WrappedKey) -> "_Opened":
        before = self._opened.get(known.id)
        if before is None or before.wrapped != known.wrapped:
            try:
                self._opened[known.id] = self._unwrap(known)
            except SealBrokenError:
                # Under a master key that this process does not know: what it has goes on.
                if before is None:
                    raise
        return self._opened[known.id]

    def _wrap(self, key_id: str, key: bytes, *, retired: bool = False) -> bytes:
        return self._wrappers[0].seal(key, _place(key_id, retired=retired))

    def _wrapped_anew(self, opened: "_Opened", key_id: str) -> bytes:
        return self._wrap(key_id, opened.key, retired=opened.retired)

    def _unwrap(self, known: WrappedKey) -> "_Opened":
        for wrapper in self._wrappers:
            opened = _opened_by(wrapper, known)
            if opened is not None:
                return opened
        raise DataKeyLockedError(f"data key {known.id} does not open under this master key")


class _Opened(Unprinted, Struct, frozen=True):
    """A data key, as it was wrapped. That it is retired stands in the seal: a column could be written by others."""

    wrapped: bytes
    key: bytes
    retired: bool


async def open_root_key(store: DataKeyStore, master_key: bytes, now: datetime) -> RootKey:
    """Return the root key with all generations as they are now: for who does not stay."""
    return await Generations(store, (master_key,)).open(now)


def _newest(known: Sequence[WrappedKey]) -> WrappedKey:
    return next(one for one in reversed(known) if one.seals_since is not None and one.retired_at is None)


def _opened_by(wrapper: Sealer, known: WrappedKey) -> _Opened | None:
    for retired in (False, True):
        try:
            return _Opened(known.wrapped, wrapper.open(known.wrapped, _place(known.id, retired=retired)), retired)
        except SealBrokenError:
            continue
    return None


def _place(key_id: str, *, retired: bool) -> str:
    return f"data_keys:{key_id}:retired" if retired else f"data_keys:{key_id}"
