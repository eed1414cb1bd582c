"""Making, rotating, retiring and opening the provider's signing keys."""

import asyncio
from datetime import datetime, timedelta

from msgspec import Struct

from keys.errors import KeysChangedError
from keys.generate import generate
from keys.key_set import KeySet, OpenedKey
from keys.model import SigningKey
from keys.policy import RotationPolicy
from keys.ports import KeyStore, StoredKeys
from keys.rotation import NewKey, RotationPlan, plan_first, plan_retire, plan_revocation, plan_rotation
from keys.seal import MasterKey, is_sealed_under, seal, unseal
from keys.verifier import Verifier
from records.structs import replace


class PreparedKeys(Struct, frozen=True):
    """Keys to be written together, as long as the stored set is of the version that they were planned on."""

    version: int
    added: tuple[SigningKey, ...]
    changed: tuple[SigningKey, ...]

    @property
    def empty(self) -> bool:
        """Say whether there is nothing to write."""
        return not self.added and not self.changed


class KeyService:
    """The use cases of signing keys over one store."""

    def __init__(self, store: KeyStore, master_key: MasterKey, policy: RotationPolicy) -> None:
        self._store = store
        self._master_key = master_key
        self._policy = policy
        self._opened: dict[str, OpenedKey] = {}

    @property
    def policy(self) -> RotationPolicy:
        """Return the times of a key's life."""
        return self._policy

    async def ensure_first(self, now: datetime) -> None:
        """Make the first keys if the store has none; processes that start together end with the same keys."""
        while True:
            stored = await self._store.load()
            plan = plan_first(stored.keys, now, self._policy)
            # Only a lost race leads round again, and then the winner's keys are there.
            if plan == RotationPlan() or await self._carry_out(stored, plan) is not None:
                return

    async def prepare_rotation(self, now: datetime, lead: timedelta | None = None) -> PreparedKeys:
        """Make a new key for each algorithm, to sign after `lead` (the policy's if None). Nothing is written."""
        stored = await self._store.load()
        return await self._prepared(stored, plan_rotation(stored.keys, now, self._policy, lead=lead))

    async def prepare_retirement(self, kid: str, now: datetime) -> PreparedKeys:
        """Return what it takes that a key stops signing at once. Raises UnknownKeyError, OnlyActiveKeyError."""
        stored = await self._store.load()
        return await self._prepared(stored, plan_retire(stored.keys, kid, now, self._policy))

    async def prepare_revocation(self, kid: str, now: datetime) -> PreparedKeys:
        """Return what it takes that a key is worth nothing, its successor included. Raises UnknownKeyError."""
        stored = await self._store.load()
        return await self._prepared(stored, plan_revocation(stored.keys, kid, now, self._policy))

    async def rotate(self, now: datetime, lead: timedelta | None = None) -> tuple[SigningKey, ...]:
        """Publish a new key for each algorithm, to sign after `lead` (the policy's if None), and return them.

        Raises KeysChangedError, with nothing written, if somebody else changed the keys meanwhile.
        """
        stored = await self._store.load()
        plan = plan_rotation(stored.keys, now, self._policy, lead=lead)
        return _or_lost(await self._carry_out(stored, plan))

    async def retire(self, kid: str, now: datetime, *, compromised: bool = False) -> None:
        """Stop the key `kid` from signing at once; a compromised one stops verifying too.

        Other processes follow when they reload. Raises UnknownKeyError, OnlyActiveKeyError, KeysChangedError.
        """
        stored = await self._store.load()
        plan = plan_retire(stored.keys, kid, now, self._policy, compromised=compromised)
        if plan != RotationPlan():
            _or_lost(await self._carry_out(stored, plan))

    async def rewrap(self) -> int:
        """Seal under the master key what an older one sealed; return how many keys that were.

        Raises SealBrokenError for a key that none of them opens, KeysChangedError with nothing written.
        """
        stored = await self._store.load()
        changed = [
            self._resealed(key) for key in stored.keys if not is_sealed_under(key.sealed_private, self._master_key)
        ]
        if changed and not await self._store.apply([], changed, expected_version=stored.version):
            _or_lost(None)
        return len(changed)

    def _resealed(self, key: SigningKey) -> SigningKey:
        private = unseal(key.sealed_private, kid=key.kid, master_key=self._master_key)
        return replace(key, sealed_private=seal(private, kid=key.kid, master_key=self._master_key))

    async def current(self, now: datetime) -> KeySet:
        """Load and open the keys; those already parsed are not parsed again."""
        stored = await self._store.load()
        keys = KeySet.open(stored.keys, self._master_key, now, self._opened)
        self._opened = {key.record.kid: key for key in keys.keys}
        return keys

    async def lasting_verifier(self) -> Verifier:
        """Return a verifier with every ES256 key that this provider ever made, expired and withdrawn ones too."""
        records = [key for key in (await self._store.load()).keys if key.algorithm == "ES256"]
        return Verifier(KeySet.made_here(records, self._master_key), withdrawn_too=True)

    async def _prepared(self, stored: StoredKeys, plan: RotationPlan) -> PreparedKeys:
        added = [await asyncio.to_thread(self._make, new) for new in plan.added]
        return PreparedKeys(stored.version, tuple(added), plan.changed)

    async def _carry_out(self, stored: StoredKeys, plan: RotationPlan) -> tuple[SigningKey, ...] | None:
        added = [await asyncio.to_thread(self._make, new) for new in plan.added]
        applied = await self._store.apply(added, plan.changed, expected_version=stored.version)
        return tuple(added) if applied else None

    def _make(self, new: NewKey) -> SigningKey:
        pair = generate(new.algorithm, rsa_bits=self._policy.rsa_bits)
        return SigningKey(
            kid=pair.kid,
            algorithm=new.algorithm,
            sealed_private=seal(pair.private_der, kid=pair.kid, master_key=self._master_key),
            public_jwk=pair.public_jwk,
            created_at=new.created_at,
            activates_at=new.activates_at,
            retires_at=new.retires_at,
            expires_at=new.expires_at,
        )


def _or_lost(added: tuple[SigningKey, ...] | None) -> tuple[SigningKey, ...]:
    if added is None:
        raise KeysChangedError("the keys changed meanwhile; nothing was written, look at `idp keys list` again")
    return added
