"""Signing keys as the object of a change: the rotation of all, or one key that is revoked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from clients.document import Document
from idp.admin.changes.model import By, Change
from idp.admin.changes.subjects import Application, Subject
from idp.admin.errors import ConflictError
from idp.admin.infrastructure.key_effects import key_effects, rotation_details
from idp.admin.infrastructure.signing_keys import KeyPhase, phase_of
from idp.admin.permissions import Permission
from idp.audit.model import EventName
from idp.kernel.clock import Clock
from idp.officers.roles import NATIONAL
from idp.transparency.published import KID
from keys.model import SigningKey
from keys.ports import KeyStore
from keys.service import KeyService

# What stands for all keys, where a kid would stand for one.
ROTATION = "rotation"


class KeyRotation(Struct, frozen=True):
    """The keys that sign now, of which each algorithm gets a new one."""

    keys: KeyService
    signing: tuple[SigningKey, ...]
    agency: str = NATIONAL

    @property
    def document(self) -> Document:
        """Return which key signs with each algorithm."""
        return {"signing": {key.algorithm: key.kid for key in self.signing}}

    async def applied(self, change: Change, after: Document, now: datetime) -> Application:
        """Return new keys, which sign the lead after the approval: what was proposed for a day ago would be late."""
        del change
        prepared = await self.keys.prepare_rotation(now, _lead(after))
        claim, *others = key_effects(prepared)
        return Application(
            claim,
            rotation_details(prepared),
            also=tuple(others),
            happened=(EventName.KEY_ROTATED, "rotated"),
            needs=Permission.SETTINGS_APPROVE,
        )

    async def undone(self, change: Change, by: By, now: datetime) -> Application:
        """Refuse: a published key is not taken back, it is revoked."""
        del change, by, now
        raise ConflictError("a rotation is not undone")


class OneKey(Struct, frozen=True):
    """One key that may be revoked."""

    keys: KeyService
    key: SigningKey
    revoked: bool
    agency: str = NATIONAL

    @property
    def document(self) -> Document:
        """Return whether it is worth anything."""
        return {"kid": self.key.kid, "algorithm": self.key.algorithm, "revoked": self.revoked}

    async def applied(self, change: Change, after: Document, now: datetime) -> Application:
        """Return what makes it worthless. Raises `ConflictError` where it is already."""
        del change, after
        return await revoked(self.keys, self.key.kid, now)

    async def undone(self, change: Change, by: By, now: datetime) -> Application:
        """Refuse: nobody can know that a key that was feared to have leaked has not."""
        del change, by, now
        raise ConflictError("a revoked key does not come back")


class KeySubjects(Struct, frozen=True):
    """The rotation, by its word, and each key by its kid."""

    store: KeyStore
    keys: KeyService
    clock: Clock
    read: Permission = Permission.SETTINGS_READ

    async def find(self, object_id: str) -> Subject | None:
        """Return the rotation, or one key as it is stored now."""
        stored, now = (await self.store.load()).keys, self.clock.now()
        if object_id == ROTATION:
            return KeyRotation(self.keys, signing(stored, now))
        key = next((one for one in stored if one.kid == object_id), None)
        return OneKey(self.keys, key, phase_of(key, now) is KeyPhase.REVOKED) if key else None

    async def of(self, change: Change) -> Subject | None:
        """Return what a change is about."""
        return await self.find(change.object_id)


async def revoked(keys: KeyService, kid: str, now: datetime) -> Application:
    """Return what makes a key worthless, with a successor where there is none. Raises `ConflictError`."""
    prepared = await keys.prepare_revocation(kid, now)
    if prepared.empty:
        raise ConflictError("the key is revoked already")
    claim, *others = key_effects(prepared)
    return Application(
        claim,
        {KID: kid},
        also=tuple(others),
        happened=(EventName.KEY_RETIRED, "compromised"),
        needs=Permission.SETTINGS_APPROVE,
    )


def signing(keys: Sequence[SigningKey], now: datetime) -> tuple[SigningKey, ...]:
    """Return the keys that sign now, by their algorithms."""
    found = (key for key in keys if phase_of(key, now) is KeyPhase.SIGNING)
    return tuple(sorted(found, key=lambda key: key.algorithm))


def with_rotation(document: Document, lead: timedelta) -> Document:
    """Return what a rotation with a lead is proposed as."""
    return {**document, "rotation": {"lead_seconds": int(lead.total_seconds())}}


def _lead(document: Document) -> timedelta:
    rotation = document.get("rotation")
    seconds = rotation.get("lead_seconds") if isinstance(rotation, dict) else None
    if not isinstance(seconds, int):
        raise ConflictError("the proposal names no lead")
    return timedelta(seconds=seconds)
