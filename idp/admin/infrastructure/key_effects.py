"""Writing signing keys in the same transaction as the change that wants it."""

from typing import ClassVar

from idp.kernel.effects import Effect
from idp.transparency.published import KIDS
from keys.model import SigningKey
from keys.service import PreparedKeys


class ClaimKeys(Effect):
    """Raise the version of the key set. Too late if it is no longer the one that was read."""

    expected_version: int
    claim: ClassVar[bool] = True


class AddKey(Effect):
    """Keep a new key."""

    key: SigningKey


class EndKey(Effect):
    """Keep other times of a key that is there."""

    key: SigningKey


def key_effects(prepared: PreparedKeys) -> tuple[Effect, ...]:
    """Return what writes prepared keys; the claim comes first."""
    added, changed = (AddKey(key=key) for key in prepared.added), (EndKey(key=key) for key in prepared.changed)
    return ClaimKeys(expected_version=prepared.version), *added, *changed


def rotation_details(prepared: PreparedKeys) -> dict[str, str]:
    """Return what the event of a rotation says."""
    kids = " ".join(key.kid for key in prepared.added)
    return {KIDS: kids, "signs_from": min(key.activates_at for key in prepared.added).isoformat()}
