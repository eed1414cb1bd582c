"""Rotation: for any history of plans, one signer at a time and no token that fails to verify."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import OnlyActiveKeyError, UnknownKeyError
from keys.model import ALGORITHMS, Algorithm, KeyState, SigningKey, state
from keys.policy import RotationPolicy
from keys.rotation import RotationPlan, plan_first, plan_retire, plan_revocation, plan_rotation
from tests.unit.keys.made_keys import HOUR, NOW, bare_key

POLICY = RotationPolicy()
AT_ONCE = timedelta(0)
TICK = timedelta(microseconds=1)


def carry_out(keys: Sequence[SigningKey], plan: RotationPlan) -> list[SigningKey]:
    """Return the keys after the plan, as a store would have them."""
    after = {key.kid: key for key in (*keys, *plan.changed)}
    for new in plan.added:
        kid = f"{new.algorithm}-{len(after)}"
        after[kid] = bare_key(new, kid)
    return list(after.values())


def first_keys() -> list[SigningKey]:
    return carry_out([], plan_first([], NOW, POLICY))


def of(keys: Sequence[SigningKey], algorithm: Algorithm, wanted: KeyState, now: datetime) -> list[SigningKey]:
    return [key for key in keys if key.algorithm == algorithm and state(key, now) is wanted]


def test_first_start_makes_one_active_key_for_each_algorithm() -> None:
    keys = first_keys()
    assert [key.algorithm for key in keys] == list(ALGORITHMS)
    assert all(state(key, NOW) is KeyState.ACTIVE for key in keys)


def test_first_key_is_active_for_a_machine_whose_clock_is_behind() -> None:
    assert all(state(key, NOW - POLICY.clock_skew) is KeyState.ACTIVE for key in first_keys())


def test_second_start_makes_nothing() -> None:
    assert plan_first(first_keys(), NOW + HOUR, POLICY) == RotationPlan()


def test_start_makes_only_the_algorithm_that_is_missing() -> None:
    only_es256 = [key for key in first_keys() if key.algorithm == "ES256"]
    assert [new.algorithm for new in plan_first(only_es256, NOW, POLICY).added] == ["RS256"]


def test_rotation_publishes_first_and_signs_after_the_lead() -> None:
    keys = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY))
    for algorithm in ALGORITHMS:
        (old,) = of(keys, algorithm, KeyState.ACTIVE, NOW)
        (new,) = of(keys, algorithm, KeyState.PUBLISHED, NOW)
        assert new.activates_at == NOW + POLICY.publish_lead
        assert old.retires_at == new.activates_at
        assert old.expires_at == new.activates_at + POLICY.overlap


def test_emergency_rotation_signs_at_once() -> None:
    keys = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY, lead=AT_ONCE))
    for algorithm in ALGORITHMS:
        (new,) = of(keys, algorithm, KeyState.ACTIVE, NOW)
        assert new.created_at == NOW
        assert len(of(keys, algorithm, KeyState.RETIRED, NOW)) == 1


def test_emergency_rotation_keeps_a_successor_that_is_already_published() -> None:
    pending = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY))
    keys = carry_out(pending, plan_rotation(pending, NOW + TICK, POLICY, lead=AT_ONCE))
    handover = NOW + POLICY.publish_lead
    (before,) = of(keys, "ES256", KeyState.ACTIVE, handover - TICK)
    (after,) = of(keys, "ES256", KeyState.ACTIVE, handover)
    assert before.created_at == NOW + TICK
    assert after.created_at == NOW


def test_two_rotations_in_one_instant_leave_one_signer() -> None:
    once = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY))
    keys = carry_out(once, plan_rotation(once, NOW, POLICY))
    for now in (NOW, NOW + POLICY.publish_lead, NOW + HOUR):
        assert len(of(keys, "ES256", KeyState.ACTIVE, now)) == 1


def test_rotation_of_nothing_makes_the_first_keys() -> None:
    assert plan_rotation([], NOW, POLICY) == plan_first([], NOW, POLICY)


def test_rotation_before_the_first_key_is_active_ends_in_one_line() -> None:
    early = NOW - HOUR
    keys = carry_out(first_keys(), plan_rotation(first_keys(), early, POLICY, lead=AT_ONCE))
    assert len(of(keys, "ES256", KeyState.ACTIVE, early)) == 1
    assert len(of(keys, "ES256", KeyState.ACTIVE, NOW)) == 1


def test_activation_in_the_past_is_refused() -> None:
    with pytest.raises(ValueError, match="past"):
        plan_rotation(first_keys(), NOW, POLICY, lead=-TICK)


def test_retiring_the_only_key_of_an_algorithm_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(OnlyActiveKeyError, match="idp keys rotate --now"):
        plan_retire(first_keys(), "ES256-0", NOW, POLICY)


def test_retiring_an_unknown_key_is_refused() -> None:
    with pytest.raises(UnknownKeyError, match="no-such-key"):
        plan_retire(first_keys(), "no-such-key", NOW, POLICY)


def test_retiring_the_active_key_lets_its_published_successor_sign_at_once() -> None:
    pending = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY))
    (successor,) = of(pending, "ES256", KeyState.PUBLISHED, NOW)
    keys = carry_out(pending, plan_retire(pending, "ES256-0", NOW, POLICY))
    assert [key.kid for key in of(keys, "ES256", KeyState.ACTIVE, NOW)] == [successor.kid]
    (old,) = of(keys, "ES256", KeyState.RETIRED, NOW)
    assert old.expires_at == NOW + POLICY.overlap


def test_compromised_key_leaves_the_key_set_at_once() -> None:
    pending = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY))
    keys = carry_out(pending, plan_retire(pending, "ES256-0", NOW, POLICY, compromised=True))
    (old,) = of(keys, "ES256", KeyState.EXPIRED, NOW)
    assert old.kid == "ES256-0"
    assert old.withdrawn


def test_retiring_a_published_key_leaves_its_predecessor_without_end() -> None:
    pending = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY))
    (successor,) = of(pending, "ES256", KeyState.PUBLISHED, NOW)
    keys = {key.kid: key for key in carry_out(pending, plan_retire(pending, successor.kid, NOW, POLICY))}
    assert keys["ES256-0"].retires_at is None
    assert keys["ES256-0"].expires_at is None
    assert keys[successor.kid].withdrawn


def test_retiring_a_retired_key_changes_nothing() -> None:
    keys = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY, lead=AT_ONCE))
    assert plan_retire(keys, "ES256-0", NOW, POLICY) == RotationPlan()


def test_key_found_compromised_after_it_retired_is_withdrawn_once() -> None:
    rotated = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY, lead=AT_ONCE))
    keys = carry_out(rotated, plan_retire(rotated, "ES256-0", NOW + HOUR, POLICY, compromised=True))
    assert len(of(keys, "ES256", KeyState.EXPIRED, NOW + HOUR)) == 1
    assert plan_retire(keys, "ES256-0", NOW + HOUR, POLICY, compromised=True) == RotationPlan()


# A history: after each pause something happens; what is retired is chosen by its place.
pauses = st.timedeltas(min_value=AT_ONCE, max_value=timedelta(hours=60))
leads = st.sampled_from([None, None, AT_ONCE, timedelta(minutes=3), 2 * HOUR])
events = st.one_of(st.tuples(st.just("rotate"), leads), st.tuples(st.just("retire"), st.integers(0, 30)))
histories = st.lists(st.tuples(pauses, events), max_size=8)


def play(history: list[tuple[timedelta, tuple[str, object]]]) -> list[tuple[datetime, list[SigningKey]]]:
    """Return the keys after each event, with its time; the first entry is the first start."""
    now, keys = NOW, first_keys()
    reported = [(now, keys)]
    for pause, (event, detail) in history:
        now += pause
        if event == "rotate":
            assert detail is None or isinstance(detail, timedelta)
            keys = carry_out(keys, plan_rotation(keys, now, POLICY, lead=detail))
        else:
            assert isinstance(detail, int)
            try:
                keys = carry_out(keys, plan_retire(keys, keys[detail % len(keys)].kid, now, POLICY))
            except OnlyActiveKeyError:
                continue
        reported.append((now, keys))
    return reported


def interesting_times(keys: Sequence[SigningKey], start: datetime) -> list[datetime]:
    ends = [key.activates_at for key in keys] + [key.retires_at for key in keys if key.retires_at]
    return [start, *(time + step for time in ends for step in (-TICK, AT_ONCE, TICK) if time + step >= start)]


@given(histories, pauses)
def test_exactly_one_key_of_each_algorithm_is_active_at_any_time(
    history: list[tuple[timedelta, tuple[str, object]]], later: timedelta
) -> None:
    for start, keys in play(history):
        for now in [*interesting_times(keys, start), start + later]:
            for algorithm in ALGORITHMS:
                assert len(of(keys, algorithm, KeyState.ACTIVE, now)) == 1


@given(histories, pauses, st.floats(0, 1))
def test_token_verifies_against_every_key_set_served_during_the_overlap(
    history: list[tuple[timedelta, tuple[str, object]]], later: timedelta, part: float
) -> None:
    reported = play(history)
    ends = [time for time, _ in reported[1:]] + [reported[-1][0] + later + POLICY.overlap]
    for place, ((start, keys), end) in enumerate(zip(reported, ends, strict=True)):
        signed_at = start + (end - start) * part
        for algorithm in ALGORITHMS:
            (signer,) = of(keys, algorithm, KeyState.ACTIVE, signed_at)
            # Whatever is decided later, the signer stays in the key set until the overlap is over.
            for _, decided in reported[place:]:
                (stored,) = (key for key in decided if key.kid == signer.kid)
                assert state(stored, signed_at + POLICY.overlap - TICK) is not KeyState.EXPIRED


@given(histories)
def test_retired_key_never_signs_again(history: list[tuple[timedelta, tuple[str, object]]]) -> None:
    reported = play(history)
    for (_, before), (start, after) in pairwise(reported):
        gone = {key.kid for key in before if state(key, start) in {KeyState.RETIRED, KeyState.EXPIRED}}
        for key in after:
            if key.kid in gone:
                assert all(state(key, now) is not KeyState.ACTIVE for now in interesting_times(after, start))


@given(st.lists(pauses, max_size=8))
def test_rotation_with_the_usual_lead_publishes_before_signing(gaps: list[timedelta]) -> None:
    history: list[tuple[timedelta, tuple[str, object]]] = [(gap, ("rotate", None)) for gap in gaps]
    _, keys = play(history)[-1]
    for key in keys[len(ALGORITHMS) :]:
        assert key.activates_at - key.created_at >= POLICY.publish_lead


def test_a_leaked_key_without_a_successor_gets_one_that_signs_at_once() -> None:
    keys = first_keys()
    (leaked,) = of(keys, "ES256", KeyState.ACTIVE, NOW)
    now = NOW + HOUR
    after = carry_out(keys, plan_revocation(keys, leaked.kid, now, POLICY))
    (signer,) = of(after, "ES256", KeyState.ACTIVE, now)
    revoked = next(key for key in after if key.kid == leaked.kid)
    assert (revoked.withdrawn, state(revoked, now)) == (True, KeyState.EXPIRED)
    # A machine whose clock is behind signs with the new key too.
    assert of(after, "ES256", KeyState.ACTIVE, now - POLICY.clock_skew) == [signer]
    assert of(after, "RS256", KeyState.ACTIVE, now) == of(keys, "RS256", KeyState.ACTIVE, now)


def test_a_leaked_key_hands_over_to_the_one_that_was_coming() -> None:
    keys = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY, lead=HOUR))
    (leaked,), (coming,) = of(keys, "ES256", KeyState.ACTIVE, NOW), of(keys, "ES256", KeyState.PUBLISHED, NOW)
    plan = plan_revocation(keys, leaked.kid, NOW + TICK, POLICY)
    after = carry_out(keys, plan)
    assert plan.added == ()
    assert [key.kid for key in of(after, "ES256", KeyState.ACTIVE, NOW + TICK - POLICY.clock_skew)] == [coming.kid]


def test_a_retired_key_that_leaked_verifies_no_more_and_nobody_else_changes() -> None:
    keys = carry_out(first_keys(), plan_rotation(first_keys(), NOW, POLICY, lead=AT_ONCE))
    (retired,) = of(keys, "ES256", KeyState.RETIRED, NOW + HOUR)
    plan = plan_revocation(keys, retired.kid, NOW + HOUR, POLICY)
    assert [key.kid for key in plan.changed] == [retired.kid]
    assert plan.changed[0].withdrawn
    assert plan_revocation(carry_out(keys, plan), retired.kid, NOW + HOUR, POLICY) == RotationPlan()


def test_a_leaked_key_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownKeyError):
        plan_revocation(first_keys(), "none", NOW, POLICY)
