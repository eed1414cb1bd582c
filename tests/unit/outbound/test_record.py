"""What a line remembers: times by rank, causes with the latest first, and no more than it may."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.outbound.record import Fault, FaultKind, Pace, ServiceMemory, ServiceRecord, read, written

AT = datetime(2026, 10, 1, tzinfo=UTC)


def ms(amount: int) -> timedelta:
    return timedelta(milliseconds=amount)


def test_nothing_was_asked() -> None:
    assert ServiceMemory().record() == ServiceRecord()


@pytest.mark.parametrize(
    ("took", "p50", "p95"),
    [
        ([7], 7, 7),
        ([1, 2], 1, 2),
        (list(range(1, 101)), 50, 95),
        ([10] * 19 + [900], 10, 10),
        ([10] * 18 + [9, 900], 10, 10),
    ],
)
def test_ranks(took: list[int], p50: int, p95: int) -> None:
    memory = ServiceMemory()
    for one in reversed(took):
        memory.note("", ms(one), AT)
    assert memory.record().pace == Pace(ms(p50), ms(p95), len(took))


def test_the_last_two_hundred_count() -> None:
    memory = ServiceMemory()
    for _ in range(10):
        memory.note("", ms(9000), AT)
    for _ in range(200):
        memory.note("", ms(5), AT)
    assert memory.record().pace == Pace(ms(5), ms(5), 200)


def test_failures_have_no_time_and_the_latest_stands_first() -> None:
    memory = ServiceMemory()
    for place, cause in enumerate(("timeout", "http_503", "timeout")):
        memory.note(cause, ms(6000), AT + timedelta(minutes=place))
    assert memory.record() == ServiceRecord(
        None,
        (Fault("timeout", 2, AT + timedelta(minutes=2)), Fault("http_503", 1, AT + timedelta(minutes=1))),
    )


def test_the_cause_not_met_for_longest_makes_room() -> None:
    memory = ServiceMemory()
    for status in range(500, 512):
        memory.note(f"http_{status}", ms(1), AT)
    memory.note("http_500", ms(1), AT)
    memory.note("timeout", ms(1), AT)
    causes = [fault.cause for fault in memory.record().faults]
    assert causes[:2] == ["timeout", "http_500"]
    assert "http_501" not in causes
    assert len(causes) == 12


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        ("timeout", FaultKind.TIMEOUT),
        ("connection", FaultKind.CONNECTION),
        ("certificate", FaultKind.CERTIFICATE),
        ("refused", FaultKind.GUARD),
        ("http_401", FaultKind.CREDENTIALS),
        ("http_403", FaultKind.CREDENTIALS),
        ("http_503", FaultKind.ITS_TROUBLE),
        ("fault", FaultKind.ITS_TROUBLE),
        ("http_404", FaultKind.ANSWER),
        ("not_json", FaultKind.ANSWER),
    ],
)
def test_each_cause_means_something(cause: str, kind: FaultKind) -> None:
    assert Fault(cause, 1, AT).kind is kind


def test_a_record_is_read_as_it_was_written() -> None:
    record = ServiceRecord(Pace(ms(3), ms(7), 9), (Fault("timeout", 2, AT),))
    shared = dict(written(record)) | {"faults": [["timeout", 2, AT.isoformat()]]}
    assert read(shared) == record
    assert read(None) == ServiceRecord()


@pytest.mark.parametrize("noted", [{"pace": 7}, {"pace": [1]}, {"faults": [1]}, {"faults": [["x", 1, None]]}])
def test_what_is_no_record_is_refused(noted: object) -> None:
    with pytest.raises(ValueError, match="not a record"):
        read(noted)
