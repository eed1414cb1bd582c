"""The root data key: made once, kept wrapped under the master key, the parent of every purpose's key."""

import os
from datetime import datetime

from idp.kernel.data_keys import DataKeyStore, WrappedKey
from idp.kernel.ids import new_id
from idp.kernel.secrets import HashKey, Sealer, derive_key

_PLACE = "data_keys"


class RootKey:
    """Derives keys. A new master key only wraps the root anew; nothing that was stored changes."""

    def __init__(self, key_id: str, key: bytes) -> None:
        """Take the root and its id, which travels in every envelope."""
        self._id = key_id
        self._key = key

    def hash_key(self, purpose: str) -> HashKey:
        """Return the keyed hash of one purpose."""
        return HashKey(derive_key(self._key, f"hash:{purpose}"))

    def raw(self, purpose: str) -> bytes:
        """Return the 32-byte key of one purpose."""
        return derive_key(self._key, f"raw:{purpose}")

    def sealer(self) -> Sealer:
        """Return the sealer of stored values."""
        return Sealer({self._id: derive_key(self._key, "seal")}, self._id)


async def open_root_key(store: DataKeyStore, master_key: bytes, now: datetime) -> RootKey:
    """Return the root key, made if there is none; of two processes that start at once, one makes it."""
    wrapper = Sealer({"master": derive_key(master_key, "wrap-data-keys")}, "master")
    known = await store.load()
    if not known:
        made = new_id()
        await store.add_first(WrappedKey(made, wrapper.seal(os.urandom(32), f"{_PLACE}:{made}"), now))
        known = await store.load()
    first = known[0]
    return RootKey(first.id, wrapper.open(first.wrapped, f"{_PLACE}:{first.id}"))
