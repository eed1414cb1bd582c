"""Steps of a request: who came has passed, said no, turned back or left, and nobody is counted below nothing."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from clients.model import ClientId
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import Counted, CountKey, Measure, Place
from idp.metrics.steps import STEPS, StepNumbers, steps_of, together
from idp.metrics.summary import settled_until
from idp.protocol.authorize.interaction import Step
from tests.support.builders.protocol import CLIENT, NOW
from tests.support.rigs.proof import HandClock

HOUR = NOW.replace(minute=0, second=0, microsecond=0)
LATER = HOUR + timedelta(days=1)
_COUNTS = st.lists(
    st.builds(
        lambda hours, measure, step, amount: Counted(
            CountKey(HOUR + timedelta(hours=hours), measure, ClientId("portal"), step=step), amount
        ),
        st.integers(0, 4),
        st.sampled_from(list(Measure)),
        st.sampled_from(list(Place)),
        st.integers(1, 50),
    ),
    max_size=40,
)
# What becomes of one person at one step.
_FATES = st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(["passed", "no", "back", "left"])), max_size=60)


@given(_COUNTS, st.integers(0, 5))
def test_no_number_is_below_nothing_and_open_hours_count_for_none(counted: list[Counted], settled: int) -> None:
    until = HOUR + timedelta(hours=settled)
    found = steps_of(counted, until)
    for step, numbers in found.items():
        assert min(numbers.came, numbers.passed, numbers.failed, numbers.left, numbers.tries) >= 0
        came = [one.amount for one in counted if one.key.measure is Measure.REACHED and one.key.step is step]
        assert numbers.came <= sum(came)
        assert numbers.left <= numbers.came
    assert found == steps_of([one for one in counted if one.key.hour_at < until], LATER)
    assert list(found) == [step for step in STEPS if step in found]


@given(_COUNTS)
def test_hours_together_are_what_they_are_in_one(counted: list[Counted]) -> None:
    hours = {one.key.hour_at for one in counted}
    each = [steps_of([one for one in counted if one.key.hour_at == hour], LATER) for hour in hours]
    assert together(each) == steps_of(counted, LATER)


@given(_FATES)
def test_whoever_came_has_passed_failed_or_left(fates: list[tuple[Place, str]]) -> None:
    clock, expected = HandClock(), Counter[tuple[Place, str]]()
    counter = MetricsCounter(clock)
    for step, fate in fates:
        counter.reached(CLIENT, step, NOW)
        match fate:
            case "passed":
                counter.passed(CLIENT, step, NOW)
            case "no":
                counter.refused(CLIENT, "access_denied", NOW, step)
                if step is Place.SECOND_STEP:
                    # That person came to sign in as well, and has ended it too.
                    counter.reached(CLIENT, Place.SIGN_IN, NOW)
                    expected[Place.SIGN_IN, "no"] += 1
            case "back":
                counter.turned_back(CLIENT, step, NOW)
        expected[step, fate] += 1
    found = steps_of(counter.take(), settled_until(NOW + timedelta(days=1)))
    for step in STEPS:
        numbers = found.get(step, StepNumbers())
        assert numbers.came == numbers.passed + numbers.failed + numbers.left
        assert numbers.passed == expected[step, "passed"]
        assert numbers.failed == expected[step, "no"] + expected[step, "back"]
        assert numbers.left == expected[step, "left"]


def test_more_who_passed_than_came_leave_nobody() -> None:
    """Two tabs at one request, or a step whose coming a killed process took with it."""
    counter = MetricsCounter(HandClock())
    for _ in range(2):
        counter.passed(CLIENT, Place.CONSENT, NOW)
    assert steps_of(counter.take(), LATER)[Place.CONSENT].left == 0


def test_wrong_tries_end_nothing() -> None:
    counter = MetricsCounter(HandClock())
    counter.reached(CLIENT, Place.SIGN_IN, NOW)
    for _ in range(3):
        counter.failed(CLIENT, Place.SIGN_IN, "wrong_credentials")
    counter.passed(CLIENT, Place.SIGN_IN, NOW)
    assert steps_of(counter.take(), LATER) == {Place.SIGN_IN: StepNumbers(came=1, passed=1, tries=3)}


def test_every_page_of_a_request_is_a_step() -> None:
    assert {step.value for step in Step} <= {step.value for step in STEPS}
