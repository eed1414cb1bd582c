"""The circuit breaker: closed, open, and one probe at a time."""

from datetime import UTC, datetime, timedelta

from idp.outbound.breaker import CircuitBreaker, Permit, State

REST = timedelta(seconds=10)


class HandClock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 10, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


def admitted(breaker: CircuitBreaker) -> Permit:
    permit = breaker.admit()
    assert permit is not None
    return permit


def opened() -> tuple[CircuitBreaker, HandClock]:
    clock = HandClock()
    breaker = CircuitBreaker(clock, failures_to_open=3, open_for=REST)
    for _ in range(3):
        breaker.record(admitted(breaker), healthy=False)
    return breaker, clock


def test_failures_in_a_row_open_it() -> None:
    breaker, _ = opened()
    assert (breaker.state, breaker.refuses(), breaker.admit()) == (State.OPEN, True, None)


def test_a_success_between_failures_starts_the_count_again() -> None:
    breaker = CircuitBreaker(HandClock(), failures_to_open=2, open_for=REST)
    for healthy in (False, True, False):
        breaker.record(admitted(breaker), healthy=healthy)
    assert breaker.state is State.CLOSED


def test_it_stays_open_until_the_rest_is_over() -> None:
    breaker, clock = opened()
    clock.time += REST - timedelta(microseconds=1)
    assert breaker.admit() is None


def test_after_the_rest_one_probe_and_only_one_is_let_through() -> None:
    breaker, clock = opened()
    clock.time += REST
    assert [breaker.admit() is not None for _ in range(3)] == [True, False, False]
    assert (breaker.state, breaker.refuses()) == (State.HALF_OPEN, True)


def test_a_healthy_probe_closes_it() -> None:
    breaker, clock = opened()
    clock.time += REST
    breaker.record(admitted(breaker), healthy=True)
    assert (breaker.state, breaker.refuses()) == (State.CLOSED, False)


def test_a_failed_probe_opens_it_for_a_whole_rest_again() -> None:
    breaker, clock = opened()
    clock.time += REST
    breaker.record(admitted(breaker), healthy=False)
    clock.time += REST - timedelta(seconds=1)
    assert (breaker.state, breaker.admit()) == (State.OPEN, None)


def test_an_abandoned_probe_lets_the_next_caller_probe_at_once() -> None:
    breaker, clock = opened()
    clock.time += REST
    breaker.abandon(admitted(breaker))
    assert breaker.admit() is not None


def test_abandoning_an_ordinary_call_changes_nothing() -> None:
    breaker = CircuitBreaker(HandClock())
    breaker.abandon(admitted(breaker))
    assert breaker.state is State.CLOSED


def test_a_late_success_from_before_does_not_close_it() -> None:
    clock = HandClock()
    breaker = CircuitBreaker(clock, failures_to_open=1, open_for=REST)
    late = admitted(breaker)
    breaker.record(admitted(breaker), healthy=False)
    breaker.record(late, healthy=True)
    assert breaker.state is State.OPEN


def test_a_late_failure_from_before_does_not_decide_the_probe() -> None:
    clock = HandClock()
    breaker = CircuitBreaker(clock, failures_to_open=1, open_for=REST)
    late = admitted(breaker)
    breaker.record(admitted(breaker), healthy=False)
    clock.time += REST
    probe = admitted(breaker)
    breaker.record(late, healthy=False)
    breaker.record(probe, healthy=True)
    assert breaker.state is State.CLOSED


def test_failures_before_a_recovery_do_not_count_after_it() -> None:
    breaker, clock = opened()
    clock.time += REST
    breaker.record(admitted(breaker), healthy=True)
    for _ in range(2):
        breaker.record(admitted(breaker), healthy=False)
    assert breaker.state is State.CLOSED


def test_a_clock_that_was_set_back_does_not_keep_it_open() -> None:
    breaker, clock = opened()
    clock.time -= timedelta(hours=3)
    assert breaker.admit() is not None
