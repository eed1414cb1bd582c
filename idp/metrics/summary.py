"""What the numbers of one client, one hour or everything say together."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from idp.metrics.model import Cause, Counted, Measure, Method, Place
from idp.metrics.steps import StepNumbers, steps_of
from idp.metrics.times import Between, quantile

# An interaction lives half an hour, and each step that is done lets it live on: after this nothing is open.
OPEN_FOR = timedelta(hours=2)
# What fewer people than this did is not told where it could be of somebody.
FEWEST = 10
_ENDS = (Measure.COMPLETION, Measure.REFUSAL)


class Summary(Struct, frozen=True, kw_only=True):
    """Starts are completions + refusals + abandoned + open, but for requests whose start was not kept."""

    starts: int
    completions: int
    refusals: int
    # Neither completed nor refused when nothing could be open any more; `open_now` may still be.
    abandoned: int
    open_now: int
    silent: int
    methods: Mapping[Method, int]
    reached: Mapping[Place, int]
    # Of hours in which nothing can be open.
    steps: Mapping[Place, StepNumbers]
    failures: Mapping[tuple[Place, Cause], int]
    refused_for: Mapping[Cause, int]
    helped: Mapping[Place, int]
    ratings: Mapping[int, int]
    times: Mapping[int, int]
    # How many of a hundred text messages that the service may send in an hour had left, where it came near that.
    messages_percent: int = 0

    @property
    def p50(self) -> Between | None:
        """Return between which bounds the median time to sign in lies."""
        return quantile(self.times, 0.5)

    @property
    def p95(self) -> Between | None:
        """Return between which bounds the time lies that 95 of 100 do not exceed."""
        return quantile(self.times, 0.95)

    @property
    def ended(self) -> int:
        """Starts of which the end is known."""
        return self.completions + self.refusals + self.abandoned

    @property
    def completion_rate(self) -> float | None:
        """The share of ended starts that were completed; None where nothing ended."""
        return self.completions / self.ended if self.ended else None

    @property
    def answers(self) -> int:
        """How many answered "how was it?"."""
        return sum(self.ratings.values())

    @property
    def satisfaction(self) -> float | None:
        """The mean score of one to five; None where nobody answered."""
        total = sum(score * amount for score, amount in self.ratings.items())
        return total / self.answers if self.answers else None


def with_answers_of_many(counted: Iterable[Counted]) -> list[Counted]:
    """Return one client's numbers without the answers of days on which so few answered that one could be told.

    By the day, as ranges of days could be held against each other.
    """
    numbers, answers = list(counted), Counter[datetime]()
    for key, amount in numbers:
        if key.measure is Measure.RATING:
            answers[key.hour_at] += amount
    return [one for one in numbers if one.key.measure is not Measure.RATING or answers[one.key.hour_at] >= FEWEST]


def settled_until(now: datetime) -> datetime:
    """Return the hour before which no start can be open."""
    return (now - OPEN_FOR).replace(minute=0, second=0, microsecond=0)


def summarise(counted: Iterable[Counted], settled: datetime) -> Summary:
    """Add up numbers; hours that begin before `settled` have nothing open."""
    counted = list(counted)
    sums: dict[str, Counter[object]] = {name: Counter() for name in Measure}
    methods, reached, failures = Counter[Method](), Counter[Place](), Counter[tuple[Place, Cause]]()
    refused_for, helped, ratings, times = Counter[Cause](), Counter[Place](), Counter[int](), Counter[int]()
    messages_percent = 0
    for key, amount in counted:
        sums[key.measure][key.hour_at < settled] += amount
        match key.measure:
            case Measure.COMPLETION:
                methods[key.method] += amount
                times[key.slot] += amount
            case Measure.REACHED:
                reached[key.step] += amount
            case Measure.FAILURE:
                failures[key.step, key.cause] += amount
            case Measure.REFUSAL:
                refused_for[key.cause] += amount
            case Measure.HELP:
                helped[key.step] += amount
            case Measure.RATING:
                ratings[key.slot] += amount
            case Measure.CEILING:
                messages_percent = max(messages_percent, key.slot)
    left = {flag: sums[Measure.START][flag] - sum(sums[end][flag] for end in _ENDS) for flag in (True, False)}
    return Summary(
        starts=sums[Measure.START].total(),
        completions=sums[Measure.COMPLETION].total(),
        refusals=sums[Measure.REFUSAL].total(),
        abandoned=max(0, left[True]),
        open_now=max(0, left[False]),
        silent=sums[Measure.SILENT].total(),
        methods=methods,
        reached=reached,
        steps=steps_of(counted, settled),
        failures=failures,
        refused_for=refused_for,
        helped=helped,
        ratings=ratings,
        times=times,
        messages_percent=messages_percent,
    )
