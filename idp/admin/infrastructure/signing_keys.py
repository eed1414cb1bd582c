"""Use case: administrators look at the keys that sign tokens. No private part leaves the store's package."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from idp.admin.actor import Actor
from idp.admin.permissions import Permission
from idp.kernel.clock import Clock
from keys.model import ALGORITHMS, Algorithm, KeyState, SigningKey, state
from keys.policy import RotationPolicy
from keys.ports import KeyStore

# Those that left the key set longer ago verify nothing and interest nobody but the log.
_SHOWN_AFTER_THE_END = timedelta(days=90)


class KeyPhase(StrEnum):
    """Where a key stands, in the words of the console."""

    COMING = "coming"
    SIGNING = "signing"
    RETIRING = "retiring"
    # Given no time to verify: what it signed is worth nothing.
    REVOKED = "revoked"
    GONE = "gone"


_PHASES = {
    KeyState.PUBLISHED: KeyPhase.COMING,
    KeyState.ACTIVE: KeyPhase.SIGNING,
    KeyState.RETIRED: KeyPhase.RETIRING,
    KeyState.EXPIRED: KeyPhase.GONE,
}


_ORDER = (KeyPhase.SIGNING, KeyPhase.COMING, KeyPhase.RETIRING, KeyPhase.REVOKED, KeyPhase.GONE)


class KeySeen(Struct, frozen=True):
    """One key as everybody may know it.

    `tokens_until`: by then the last token that it signed is over; None where it may still sign, or they are worthless.
    """

    kid: str
    algorithm: Algorithm
    phase: KeyPhase
    created_at: datetime
    signs_from: datetime
    signs_until: datetime | None
    published_until: datetime | None
    tokens_until: datetime | None


class KeysSeen(Struct, frozen=True):
    """The keys of one version of the set, those that sign first; and when each algorithm's next key takes over."""

    version: int
    keys: tuple[KeySeen, ...]
    next_rotation: datetime | None
    lead: timedelta


class SigningKeys(Struct, frozen=True):
    """Shows the signing keys to who reads settings of the country."""

    store: KeyStore
    policy: RotationPolicy
    clock: Clock

    async def show(self, actor: Actor) -> KeysSeen:
        """Return the keys. Raises what `demand` raises."""
        actor.demand(Permission.SETTINGS_READ, ())
        stored, now = await self.store.load(), self.clock.now()
        return KeysSeen(
            stored.version, seen_keys(stored.keys, now, self.policy), _next(stored.keys, now), self.policy.publish_lead
        )


def seen_keys(keys: Sequence[SigningKey], now: datetime, policy: RotationPolicy) -> tuple[KeySeen, ...]:
    """Return the keys in the order in which they matter: signing, coming, retiring, then what is over."""
    shown = [key for key in keys if key.expires_at is None or now - key.expires_at < _SHOWN_AFTER_THE_END]
    seen = [_seen(key, now, policy) for key in shown]
    return tuple(
        sorted(seen, key=lambda one: (_ORDER.index(one.phase), ALGORITHMS.index(one.algorithm), one.signs_from))
    )


def phase_of(key: SigningKey, now: datetime) -> KeyPhase:
    """Return where a key stands."""
    over = key.retires_at is not None and now >= key.retires_at
    return KeyPhase.REVOKED if key.withdrawn and over else _PHASES[state(key, now)]


def _seen(key: SigningKey, now: datetime, policy: RotationPolicy) -> KeySeen:
    phase = phase_of(key, now)
    ends = key.retires_at is not None and phase in {KeyPhase.SIGNING, KeyPhase.RETIRING}
    return KeySeen(
        kid=key.kid,
        algorithm=key.algorithm,
        phase=phase,
        created_at=key.created_at,
        signs_from=key.activates_at,
        signs_until=key.retires_at,
        published_until=key.expires_at,
        tokens_until=key.retires_at + policy.longest_token_life if ends and key.retires_at else None,
    )


def _next(keys: Sequence[SigningKey], now: datetime) -> datetime | None:
    return min((key.activates_at for key in keys if phase_of(key, now) is KeyPhase.COMING), default=None)
