"""How long sessions live and rest (SP 800-63B-4 2.2.3)."""

from datetime import timedelta

import pytest

from idp.sessions.model import KeepSession
from idp.sessions.policy import IDLE_LIFE, SESSION_LIFE, SHARED_IDLE_LIFE, SHARED_LIFE, idle_life, kept, life
from records.structs import replace
from tests.support.builders.protocol import NOW, SESSION

RESTED = replace(SESSION, idle_until=NOW + timedelta(minutes=30), expires_at=NOW + timedelta(hours=11))


def test_sp_800_63b_2_2_3_the_limits_are_within_those_of_the_second_level() -> None:
    assert timedelta(hours=24) >= SESSION_LIFE
    assert timedelta(hours=1) >= IDLE_LIFE


@pytest.mark.parametrize("shared", [True, False])
def test_a_shared_computer_has_shorter_limits(shared: bool) -> None:
    assert (life(shared=shared), idle_life(shared=shared)) == (
        (SHARED_LIFE, SHARED_IDLE_LIFE) if shared else (SESSION_LIFE, IDLE_LIFE)
    )
    assert SHARED_LIFE < SESSION_LIFE
    assert SHARED_IDLE_LIFE < IDLE_LIFE


def test_a_used_session_may_rest_anew() -> None:
    assert kept(RESTED, NOW) == (
        KeepSession(session_id=RESTED.id, person_id=RESTED.person_id, idle_until=NOW + IDLE_LIFE),
    )


def test_a_session_used_a_moment_ago_costs_no_write() -> None:
    just_used = replace(RESTED, idle_until=NOW + IDLE_LIFE - timedelta(seconds=59))
    assert kept(just_used, NOW) == ()


def test_use_never_slides_past_the_overall_limit() -> None:
    ending = replace(RESTED, idle_until=NOW + timedelta(minutes=5), expires_at=NOW + timedelta(minutes=20))
    assert kept(ending, NOW) == (
        KeepSession(session_id=ending.id, person_id=ending.person_id, idle_until=ending.expires_at),
    )


def test_a_shared_computers_session_rests_its_own_short_time() -> None:
    shared = replace(RESTED, shared_computer=True, idle_until=NOW + timedelta(seconds=10))
    assert kept(shared, NOW) == (
        KeepSession(session_id=shared.id, person_id=shared.person_id, idle_until=NOW + SHARED_IDLE_LIFE),
    )
