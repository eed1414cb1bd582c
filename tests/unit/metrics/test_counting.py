"""Counting in memory: by closed words, in the hour of the start, nothing lost between taking and storing."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import Client, ClientId
from idp.account.rating_effects import Occasion
from idp.factors.answers import Why
from idp.factors.passkey.service import PasskeyRefusal
from idp.grants.model import ClaimOnce
from idp.kernel.effects import Effect
from idp.kernel.errors import TemporarilyUnavailableError
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import AddCounts, Cause, Counted, CountKey, Measure, Method, Place
from idp.metrics.summary import FEWEST, settled_until, summarise, with_answers_of_many
from idp.metrics.times import BOUNDS, SLOTS, quantile, slot_of
from idp.protocol.authorize.interaction import NEEDS, Step
from idp.sign_in.password import SignInRefusal
from idp.upstream.errors import Why as UpstreamWhy
from idp.web.http.error_page import ErrorCode
from idp.worker.metrics_flush import Flusher
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW
from tests.support.every import for_each
from tests.support.rigs.proof import HandClock

OTHER = replace(CLIENT, client_id=ClientId("another"), service_class="payment")
HOUR = NOW.replace(minute=0, second=0, microsecond=0)


def counted(counter: MetricsCounter) -> dict[CountKey, int]:
    return dict(counter.take(ends=True))


def test_an_end_is_counted_in_the_hour_of_its_start() -> None:
    clock = HandClock()
    counter, began_at = MetricsCounter(clock), HOUR - timedelta(minutes=1)
    counter.started(CLIENT, Place.SIGN_IN, began_at)
    counter.completed(CLIENT, Method.PASSKEY, began_at, signed_in=True)
    counter.refused(CLIENT, "access_denied", began_at)
    counter.reached(CLIENT, Place.SIGN_IN, began_at)
    counter.passed(CLIENT, Place.SIGN_IN, began_at)
    counter.turned_back(CLIENT, Place.UPSTREAM, began_at)
    assert {key.hour_at for key in counted(counter)} == {HOUR - timedelta(hours=1)}


@pytest.mark.parametrize(("client", "client_id"), [(CLIENT, CLIENT.client_id), (None, "")])
def test_help_is_of_the_portal_where_one_is_known(client: Client | None, client_id: ClientId) -> None:
    counter = MetricsCounter(HandClock())
    counter.helped(client, Place.ERROR_PAGE, "invalid_redirect_uri")
    ((key, amount),) = counted(counter).items()
    assert (key.client_id, key.measure, key.step, amount) == (client_id, Measure.HELP, Place.ERROR_PAGE, 1)
    assert key.cause is Cause.INVALID_REDIRECT_URI


def test_only_who_signed_in_for_the_request_is_timed() -> None:
    clock = HandClock()
    counter = MetricsCounter(clock)
    counter.completed(CLIENT, Method.PASSKEY, clock.now() - timedelta(seconds=4), signed_in=True)
    counter.completed(CLIENT, Method.PASSKEY, clock.now() - timedelta(seconds=4), signed_in=False)
    assert Counter(key.slot for key in counted(counter)) == {0: 1, slot_of(timedelta(seconds=4)): 1}


@pytest.mark.parametrize(("client", "client_id"), [(None, ""), (CLIENT, CLIENT.client_id)])
def test_an_answer_to_the_question_is_of_a_day_in_vietnam_not_of_an_hour(
    client: Client | None, client_id: ClientId
) -> None:
    clock = HandClock()
    counter = MetricsCounter(clock)
    counter.rated(client, Place.SIGN_IN, Method.PASSWORD, 5)
    (key,) = counted(counter)
    assert (key.hour_at.astimezone(UTC).hour, key.slot, key.client_id) == (17, 5, client_id)
    assert timedelta(0) <= clock.now() - key.hour_at < timedelta(days=1)


def test_answers_are_taken_together_when_their_day_is_over() -> None:
    """Whoever reads the database again and again would see whose sign-in an answer followed."""
    clock = HandClock()
    counter = MetricsCounter(clock)
    for score in (5, 1, 4):
        counter.rated(CLIENT, Place.SIGN_IN, Method.PASSWORD, score)
        counter.silent(CLIENT, Method.PASSWORD)
        assert [key.measure for key, _ in counter.take()] == [Measure.SILENT]
    clock.pass_by(timedelta(days=1))
    assert [(key.measure, key.slot) for key, _ in counter.take()] == [(Measure.RATING, score) for score in (1, 4, 5)]
    assert counter.take(ends=True) == ()


def test_answers_of_a_process_that_ends_are_not_lost() -> None:
    counter = MetricsCounter(HandClock())
    counter.rated(CLIENT, Place.SIGN_IN, Method.PASSWORD, 3)
    assert [key.slot for key, _ in counter.take(ends=True)] == [3]


@for_each(lambda: ((word,) for word in [*SignInRefusal, *Why, *PasskeyRefusal, *UpstreamWhy]), str)
def test_every_refusal_has_its_cause(word: str) -> None:
    if word != Why.APPROVAL_WAITING:
        assert Cause.of(word) == word


@for_each(lambda: ((code,) for code in sorted({need.error.code for need in NEEDS} | set(get_args(ErrorCode)))), str)
def test_every_error_code_has_its_cause(code: str) -> None:
    assert Cause.of(code) == code


@pytest.mark.parametrize("text", ["", "Nguyễn Văn A", "001899000001", "<script>"])
def test_what_has_no_word_is_other(text: str) -> None:
    assert Cause.of(text) is Cause.OTHER


def test_every_page_and_occasion_is_a_place() -> None:
    assert {*Step, *Occasion} <= {place.value for place in Place}


class LosingLedger:
    """Stores counts once for each mark, and loses answers, or what was sent, as told."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.stored: Counter[CountKey] = Counter()
        self._marks: set[bytes] = set()
        self._faults = list(faults)

    async def commit(self, *effects: Effect) -> bool:
        fault = self._faults.pop(0) if self._faults else ""
        if fault == "lost":
            raise TemporarilyUnavailableError("nothing arrived")
        claim, adding = effects
        assert isinstance(claim, ClaimOnce)
        assert isinstance(adding, AddCounts)
        first = claim.value_hash not in self._marks
        if first:
            self._marks.add(claim.value_hash)
            for key, amount in adding.counted:
                self.stored[key] += amount
        if fault == "unanswered":
            raise TemporarilyUnavailableError("the answer was lost")
        return first

    def enqueue(self, *effects: Effect) -> None:
        raise AssertionError(effects)


_ACTS = st.lists(st.tuples(st.sampled_from(["count", "flush"]), st.integers(0, 3)), max_size=30)


@given(_ACTS, st.lists(st.sampled_from(["", "lost", "unanswered"]), max_size=12))
async def test_what_is_stored_and_what_is_in_memory_is_what_was_counted(
    acts: list[tuple[str, int]], faults: list[str]
) -> None:
    clock, expected = HandClock(), Counter[Place]()
    counter, ledger = MetricsCounter(clock), LosingLedger(faults)
    flusher = Flusher(counter, ledger, clock)
    places = list(Place)
    for act, which in acts:
        if act == "count":
            counter.reached(CLIENT if which % 2 else OTHER, places[which], NOW)
            expected[places[which]] += 1
            continue
        with suppress(TemporarilyUnavailableError):
            await flusher.flush()
    while True:
        try:
            await flusher.flush()
        except TemporarilyUnavailableError:
            continue
        break
    found: Counter[Place] = Counter()
    for key, amount in ledger.stored.items():
        found[key.step] += amount
    assert found == expected
    assert counter.take() == ()


@given(st.lists(st.integers(0, 4_000_000), min_size=1, max_size=200), st.sampled_from([0.5, 0.9, 0.95, 1.0]))
def test_a_quantile_of_the_histogram_brackets_the_true_one(millis: list[int], share: float) -> None:
    times = sorted(timedelta(milliseconds=one) for one in millis)
    # The smallest time that at least this share of all do not exceed.
    true = next(time for place, time in enumerate(times, 1) if place >= share * len(times))
    found = quantile(Counter(slot_of(time) for time in times), share)
    assert found is not None
    assert found.over <= true
    assert found.upto is None or true <= found.upto


def test_the_slots_cover_every_time_and_untimed_codes_are_in_none() -> None:
    assert [slot_of(bound) for bound in BOUNDS] == list(range(1, SLOTS))
    assert slot_of(timedelta(days=1)) == SLOTS
    assert slot_of(timedelta(seconds=-1)) == 1
    assert quantile({0: 5}, 0.5) is None


def test_a_start_is_abandoned_once_it_can_no_longer_be_open() -> None:
    counter = MetricsCounter(HandClock())
    for minutes in (1, 2, 3, 4):
        counter.started(CLIENT, Place.SIGN_IN, HOUR + timedelta(minutes=minutes))
    counter.completed(CLIENT, Method.PASSWORD, HOUR + timedelta(minutes=1), signed_in=True)
    counter.refused(CLIENT, "access_denied", HOUR + timedelta(minutes=2))
    taken = counter.take()
    early = summarise(taken, settled_until(HOUR + timedelta(hours=2)))
    assert (early.abandoned, early.open_now, early.completion_rate) == (0, 2, 0.5)
    late = summarise(taken, settled_until(HOUR + timedelta(hours=3)))
    assert (late.abandoned, late.open_now, late.completion_rate) == (2, 0, 0.25)
    assert (late.starts, late.completions, late.refusals) == (4, 1, 1)


def test_more_ends_than_starts_abandon_nobody() -> None:
    counter = MetricsCounter(HandClock())
    counter.completed(CLIENT, Method.PASSWORD, HOUR, signed_in=True)
    found = summarise(counter.take(), settled_until(HOUR + timedelta(days=1)))
    assert (found.abandoned, found.open_now) == (0, 0)


def test_the_mean_of_the_answers() -> None:
    counter = MetricsCounter(HandClock())
    for score in (5, 4, 3):
        counter.rated(CLIENT, Place.SIGN_IN, Method.PASSWORD, score)
    assert summarise(counter.take(ends=True), HOUR).satisfaction == 4
    assert summarise((), HOUR).satisfaction is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.integers(1, 12)), max_size=12))
def test_answers_of_a_day_with_few_are_told_to_nobody_and_no_other_number_is_lost(
    given_on: list[tuple[int, int, int]],
) -> None:
    numbers = [
        Counted(CountKey(HOUR + timedelta(days=day), Measure.RATING, ClientId("portal"), slot=score), amount)
        for day, score, amount in given_on
    ]
    start = Counted(CountKey(HOUR, Measure.START, ClientId("portal")), 3)
    answers = Counter[int]()
    for day, _, amount in given_on:
        answers[day] += amount
    found = summarise(with_answers_of_many([*numbers, start]), HOUR)
    assert found.starts == 3
    assert found.answers == sum(amount for amount in answers.values() if amount >= FEWEST)
