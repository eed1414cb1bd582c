"""Keys opened for use: private halves unsealed, everything parsed once."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from joserfc.errors import JoseError
from msgspec import Struct

from keys.errors import NoActiveKeyError, SealBrokenError
from keys.generate import PrivateKey, PublicKey, load_private, load_public, thumbprint_of
from keys.model import Algorithm, KeyState, SigningKey, state
from keys.seal import MasterKey, unseal
from records.structs import Unprinted


class OpenedKey(Unprinted, Struct, frozen=True):
    """A key ready to use; `private` is None once the key may no longer sign."""

    record: SigningKey
    public: PublicKey
    private: PrivateKey | None


class KeySet(Struct, frozen=True):
    """All keys of the provider, opened, in the order of their activation. Immutable; a reload makes another."""

    keys: tuple[OpenedKey, ...]

    @classmethod
    def open(
        cls,
        records: Iterable[SigningKey],
        master_key: MasterKey,
        now: datetime,
        opened: Mapping[str, OpenedKey] | None = None,
    ) -> "KeySet":
        """Open `records` as of `now`, taking parsed keys from `opened` (by kid) where it has them."""
        known = opened or {}
        ordered = sorted(records, key=lambda record: (record.activates_at, record.kid))
        return cls(tuple(_open(record, master_key, now, known.get(record.kid)) for record in ordered))

    @classmethod
    def made_here(cls, records: Iterable[SigningKey], master_key: MasterKey) -> "KeySet":
        """Open, to verify only, the keys that this provider made: whose private half opens under the master key.

        Whoever can only write to the database can put a key there, but cannot seal one.
        """
        own = (record for record in records if _is_sealed_here(record, master_key))
        return cls(tuple(OpenedKey(record, load_public(record.algorithm, record.public_jwk), None) for record in own))

    @property
    def records(self) -> tuple[SigningKey, ...]:
        """The stored form of the keys."""
        return tuple(key.record for key in self.keys)

    def active(self, algorithm: Algorithm, now: datetime) -> OpenedKey:
        """Return the one key that signs with `algorithm` at `now`; NoActiveKeyError if there is none."""
        for key in self.keys:
            if key.record.algorithm == algorithm and state(key.record, now) is KeyState.ACTIVE:
                return key
        raise NoActiveKeyError(f"no {algorithm} key is active at {now.isoformat()}")


def _open(record: SigningKey, master_key: MasterKey, now: datetime, known: OpenedKey | None) -> OpenedKey:
    public = known.public if known else load_public(record.algorithm, record.public_jwk)
    if state(record, now) not in {KeyState.PUBLISHED, KeyState.ACTIVE}:
        # What may never sign again is not held in memory.
        return OpenedKey(record, public, private=None)
    if known and known.private:
        return OpenedKey(record, public, known.private)
    private_der = unseal(record.sealed_private, kid=record.kid, master_key=master_key)
    return OpenedKey(record, public, load_private(record.algorithm, private_der))


def _is_sealed_here(record: SigningKey, master_key: MasterKey) -> bool:
    try:
        private_der = unseal(record.sealed_private, kid=record.kid, master_key=master_key)
        public = load_public(record.algorithm, record.public_jwk)
        return record.kid == thumbprint_of(record.algorithm, private_der) == public.thumbprint()
    # A row that somebody wrote by hand may hold no key at all.
    except (SealBrokenError, ValueError, KeyError, TypeError, JoseError):
        return False
