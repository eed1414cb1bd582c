"""The states of a key follow from its times."""

from datetime import datetime, timedelta

import pytest

from keys.model import KeyState, state
from tests.unit.keys.made_keys import HOUR, NOW, signing_key

KEY = signing_key(activates_at=NOW, retires_at=NOW + HOUR, expires_at=NOW + 2 * HOUR)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW - TICK, KeyState.PUBLISHED),
        (NOW, KeyState.ACTIVE),
        (NOW + HOUR - TICK, KeyState.ACTIVE),
        (NOW + HOUR, KeyState.RETIRED),
        (NOW + 2 * HOUR - TICK, KeyState.RETIRED),
        (NOW + 2 * HOUR, KeyState.EXPIRED),
    ],
)
def test_each_state_begins_at_its_instant(now: datetime, expected: KeyState) -> None:
    assert state(KEY, now) is expected


def test_key_without_planned_end_stays_active() -> None:
    assert state(signing_key(activates_at=NOW), NOW + 10_000 * HOUR) is KeyState.ACTIVE


def test_key_retired_before_its_activation_never_signs() -> None:
    key = signing_key(activates_at=NOW + HOUR, retires_at=NOW, expires_at=NOW + 3 * HOUR)
    assert state(key, NOW + 2 * HOUR) is KeyState.RETIRED


def test_key_without_time_to_verify_is_withdrawn() -> None:
    assert signing_key(retires_at=NOW, expires_at=NOW).withdrawn
    assert not KEY.withdrawn
    assert not signing_key().withdrawn


def test_sealed_private_half_is_not_printed() -> None:
    assert "sealed_private" not in repr(KEY)
