"""Planning of rotations: which keys to make, and when each old one stops. Pure; nothing is made here.

The keys of one algorithm that have not retired form a line in the order of their activation. Each signs until
the next one starts, so exactly one is active at any time; every plan changes the line and then closes its gaps.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from keys.errors import OnlyActiveKeyError, UnknownKeyError
from keys.model import ALGORITHMS, Algorithm, KeyState, SigningKey, state
from keys.policy import RotationPolicy
from records.structs import replace


class NewKey(Struct, frozen=True):
    """A key to be made, with the times of its life."""

    algorithm: Algorithm
    created_at: datetime
    activates_at: datetime
    retires_at: datetime | None = None
    expires_at: datetime | None = None


class RotationPlan(Struct, frozen=True):
    """What to insert and what to overwrite, together or not at all."""

    added: tuple[NewKey, ...] = ()
    changed: tuple[SigningKey, ...] = ()


def plan_first(existing: Sequence[SigningKey], now: datetime, policy: RotationPolicy) -> RotationPlan:
    """Plan one key for each algorithm that has none to sign with; nothing if all have one."""
    # Another machine whose clock is behind must find the key active too, hence the earlier activation.
    activates_at = now - policy.clock_skew
    missing = [algorithm for algorithm in ALGORITHMS if not _line(existing, algorithm, now)]
    return RotationPlan(added=tuple(NewKey(algorithm, now, activates_at) for algorithm in missing))


def plan_rotation(
    existing: Sequence[SigningKey], now: datetime, policy: RotationPolicy, *, lead: timedelta | None = None
) -> RotationPlan:
    """Plan a new key for every algorithm, active `lead` from now (the policy's publish_lead if None).

    A lead shorter than the policy's is for emergencies: relying parties whose cached JWKS lacks the new key must
    fetch again. Raises ValueError for a negative lead.
    """
    lead = policy.publish_lead if lead is None else lead
    if lead < timedelta(0):
        raise ValueError("a key cannot become active in the past")
    plans = [
        _insert(line, NewKey(algorithm, now, now + lead), policy)
        for algorithm in ALGORITHMS
        if (line := _line(existing, algorithm, now))
    ]
    plans.append(plan_first(existing, now, policy))
    return RotationPlan(
        added=tuple(new for plan in plans for new in plan.added),
        changed=tuple(old for plan in plans for old in plan.changed),
    )


def plan_retire(
    existing: Sequence[SigningKey],
    kid: str,
    now: datetime,
    policy: RotationPolicy,
    *,
    compromised: bool = False,
) -> RotationPlan:
    """Plan that the key `kid` never signs again from now on; its published successor takes over at once.

    A compromised key leaves the JWKS at once as well, so the tokens it signed stop verifying. Raises
    UnknownKeyError, and OnlyActiveKeyError when no successor has been published.
    """
    target = next((key for key in existing if key.kid == kid), None)
    if target is None:
        raise UnknownKeyError(f"no key has the kid {kid}; `idp keys list` shows them")
    if state(target, now) in {KeyState.RETIRED, KeyState.EXPIRED}:
        return _withdraw(target) if compromised else RotationPlan()
    line = _line(existing, target.algorithm, now)
    rest = [key for key in line if key.kid != kid]
    if not rest:
        raise OnlyActiveKeyError(
            f"{kid} is the only {target.algorithm} key; run `idp keys rotate --now` first, then retire it"
        )
    first, *others = rest
    if first.activates_at > now:
        first = replace(first, activates_at=now)
    never_signed = state(target, now) is KeyState.PUBLISHED
    expires_at = now if compromised or never_signed else now + policy.overlap
    retired = replace(target, retires_at=now, expires_at=expires_at)
    wanted = [retired, *_close_gaps([first, *others], policy)]
    return RotationPlan(changed=_differing(existing, wanted))


def plan_revocation(existing: Sequence[SigningKey], kid: str, now: datetime, policy: RotationPolicy) -> RotationPlan:
    """Plan that a leaked key is worth nothing from now on: its successor signs at once, a new key where there is none.

    It ends earlier by the clocks' difference, so that a machine whose clock is behind does not sign with it either.
    Raises UnknownKeyError; nothing is planned for a key that was revoked before.
    """
    at = now - policy.clock_skew
    try:
        plan = plan_retire(existing, kid, now, policy, compromised=True)
    except OnlyActiveKeyError:
        leaked = next(key for key in existing if key.kid == kid)
        return RotationPlan((NewKey(leaked.algorithm, now, at),), (replace(leaked, retires_at=at, expires_at=at),))
    return RotationPlan(changed=tuple(_from(key, kid, at) for key in plan.changed))


def _from(key: SigningKey, leaked: str, at: datetime) -> SigningKey:
    """Return a key of a plan, dated back: the leaked one ends at `at`, the one that steps in for it begins then."""
    if key.kid == leaked and key.retires_at is not None and key.retires_at > at:
        return replace(key, retires_at=at, expires_at=at)
    return replace(key, activates_at=at) if key.kid != leaked and key.activates_at > at else key


def _line(keys: Iterable[SigningKey], algorithm: Algorithm, now: datetime) -> list[SigningKey]:
    living = {KeyState.PUBLISHED, KeyState.ACTIVE}
    line = [key for key in keys if key.algorithm == algorithm and state(key, now) in living]
    return sorted(line, key=lambda key: (key.activates_at, key.created_at, key.kid))


def _insert(line: Sequence[SigningKey], new: NewKey, policy: RotationPolicy) -> RotationPlan:
    before = [key for key in line if key.activates_at <= new.activates_at]
    after = [key for key in line if key.activates_at > new.activates_at]
    if after:
        end = after[0].activates_at
        new = replace(new, retires_at=end, expires_at=end + policy.overlap)
    end = new.activates_at
    changed = [replace(key, retires_at=end, expires_at=end + policy.overlap) for key in before[-1:]]
    return RotationPlan(added=(new,), changed=tuple(changed))


def _close_gaps(line: Sequence[SigningKey], policy: RotationPolicy) -> list[SigningKey]:
    ends = [*(key.activates_at for key in line[1:]), None]
    return [
        replace(key, retires_at=end, expires_at=None if end is None else end + policy.overlap)
        for key, end in zip(line, ends, strict=True)
    ]


def _withdraw(key: SigningKey) -> RotationPlan:
    withdrawn = replace(key, expires_at=key.retires_at)
    return RotationPlan(changed=() if withdrawn == key else (withdrawn,))


def _differing(existing: Iterable[SigningKey], wanted: Iterable[SigningKey]) -> tuple[SigningKey, ...]:
    stored = {key.kid: key for key in existing}
    return tuple(key for key in wanted if stored[key.kid] != key)
