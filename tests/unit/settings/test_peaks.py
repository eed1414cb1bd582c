"""The calendar of peaks: limits are raised within bounds, and never otherwise."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.document import Document
from idp.settings.errors import InvalidSettingError
from idp.settings.limits import BOUNDS, Limit
from idp.settings.live import LiveSettings
from idp.settings.peaks import NO_PEAKS, Effect, Peak, background_rests, expected, raised, read_peaks

# The enrolment of first graders: midnight in Vietnam is 17:00 UTC of the day before.
BEGIN, END = datetime(2027, 6, 30, 17, tzinfo=UTC), datetime(2027, 7, 10, 17, tzinfo=UTC)
DAY = timedelta(days=1)


def peak(**members: object) -> dict[str, object]:
    return {
        "id": "tuyen-sinh",
        "name": {"vi": "Tuyển sinh đầu cấp", "en": "School enrolment"},
        "from": "2027-07-01T00:00:00+07:00",
        "until": "2027-07-11T00:00:00+07:00",
        "percent": 300,
        "effects": ["networks", "background_rests"],
        **members,
    }


def problems_of(document: Document) -> set[tuple[str, str]]:
    with pytest.raises(InvalidSettingError) as refused:
        read_peaks(document)
    return {(one.field, one.rule) for one in refused.value.problems}


def test_there_are_none_by_default() -> None:
    assert read_peaks(NO_PEAKS) == ()


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"percent": 99}, ("peaks.0.percent", "floor")),
        ({"percent": 501}, ("peaks.0.percent", "ceiling")),
        ({"percent": 1.5}, ("peaks.0.percent", "type")),
        ({"effects": []}, ("peaks.0.effects", "required")),
        ({"effects": ["everything"]}, ("peaks.0.effects.0", "choice")),
        ({"until": "2027-08-02T00:00:00+07:00"}, ("peaks.0.until", "too-long")),
        ({"until": "2027-06-01T00:00:00+07:00"}, ("peaks.0.until", "order")),
        ({"name": {"vi": "<b>", "en": "x"}}, ("peaks.0.name.vi", "no-markup")),
        ({"more": 1}, ("peaks.0.more", "unknown")),
    ],
    ids=lambda value: value[0] + "-" + value[1] if isinstance(value, tuple) else None,
)
def test_what_a_peak_may_not_say(members: dict[str, object], problem: tuple[str, str]) -> None:
    assert problem in problems_of({"peaks": [peak(**members)]})


def test_two_peaks_have_two_ids() -> None:
    assert ("peaks", "duplicate") in problems_of({"peaks": [peak(), peak()]})


def test_a_peak_raises_what_it_names_from_its_first_instant_and_before_its_last() -> None:
    peaks = read_peaks({"peaks": [peak()]})
    instants = (BEGIN - timedelta(microseconds=1), BEGIN, END - timedelta(microseconds=1), END)
    assert [raised(Limit.NETWORK_REGISTRATIONS, 60, peaks, at) for at in instants] == [60, 180, 180, 60]
    assert [background_rests(peaks, at) for at in instants] == [False, True, True, False]
    assert raised(Limit.PHONE_CODES, 5, peaks, BEGIN) == 5


def test_the_highest_of_two_counts_and_the_ceiling_holds() -> None:
    peaks = read_peaks({"peaks": [peak(), peak(id="khac", percent=500)]})
    assert raised(Limit.NETWORK_REGISTRATIONS, 60, peaks, BEGIN) == 300
    assert raised(Limit.NETWORK_RECOVERIES, 200, peaks, BEGIN) == BOUNDS[Limit.NETWORK_RECOVERIES].ceiling


def test_what_begins_soon_is_expected() -> None:
    peaks = read_peaks({"peaks": [peak()]})
    shown = [len(expected(peaks, at, 30 * DAY)) for at in (BEGIN - 30 * DAY, BEGIN - 29 * DAY, BEGIN, END)]
    assert shown == [0, 1, 1, 0]


class Still:
    """A clock that stands."""

    def now(self) -> datetime:
        return BEGIN


def test_a_process_raises_its_limits_while_a_peak_runs() -> None:
    live = LiveSettings(Still())
    assert live.limit(Limit.NETWORK_SIGN_INS) == 300
    assert live.peaks.follow({"peaks": [peak()]})
    assert (live.limit(Limit.NETWORK_SIGN_INS), live.background_rests()) == (900, True)


PEAKS = st.builds(
    Peak,
    id=st.just("one"),
    name=st.just({}),
    starts_at=st.datetimes(timezones=st.just(UTC)),
    ends_at=st.datetimes(timezones=st.just(UTC)),
    percent=st.integers(100, 500),
    effects=st.frozensets(st.sampled_from(Effect)),
)


@given(st.sampled_from(Limit), st.data(), st.lists(PEAKS, max_size=5), st.datetimes(timezones=st.just(UTC)))
def test_whatever_the_calendar_a_limit_is_never_lowered_and_never_above_its_ceiling(
    limit: Limit, data: st.DataObject, peaks: list[Peak], now: datetime
) -> None:
    bound = BOUNDS[limit]
    number = data.draw(st.integers(bound.floor, bound.ceiling))
    found = raised(limit, number, peaks, now)
    assert number <= found <= bound.ceiling
    if not any(one.runs(now) for one in peaks):
        assert found == number
