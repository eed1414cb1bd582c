"""Notices: strict on what is written, and shown where and when they say."""

from datetime import UTC, datetime, timedelta

import pytest

from clients.document import Document
from idp.settings.errors import InvalidSettingError
from idp.settings.notices import MOST_NOTICES, NO_NOTICES, NoticePlace, Severity, read_notices, standing
from tests.support.builders.notices import notice, notices

BEGIN = datetime(2026, 12, 1, 15, tzinfo=UTC)


def problems_of(document: Document) -> set[tuple[str, str]]:
    with pytest.raises(InvalidSettingError) as refused:
        read_notices(document)
    return {(one.field, one.rule) for one in refused.value.problems}


def test_a_notice_is_read_as_it_was_written() -> None:
    (one,) = read_notices(notices(notice()))
    assert (one.id, one.severity, one.places) == (
        "bao-tri",
        Severity.WARNING,
        frozenset({NoticePlace.SIGN_IN, NoticePlace.STATUS}),
    )
    assert one.text == {"vi": "Hệ thống bảo trì lúc 22 giờ.", "en": "Maintenance at 22:00."}


def test_there_are_none_by_default() -> None:
    assert read_notices(NO_NOTICES) == ()


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"id": "Bảo trì"}, ("notices.0.id", "identifier")),
        ({"id": 7}, ("notices.0.id", "identifier")),
        ({"severity": "loud"}, ("notices.0.severity", "choice")),
        ({"severity": ["info"]}, ("notices.0.severity", "choice")),
        ({"where": []}, ("notices.0.where", "required")),
        ({"where": ["everywhere"]}, ("notices.0.where.0", "choice")),
        ({"where": "status"}, ("notices.0.where", "type")),
        ({"from": "2026-12-01T22:00:00"}, ("notices.0.from", "moment")),
        ({"from": "2026-12-01"}, ("notices.0.from", "moment")),
        ({"from": "0001-01-01T00:00:00+14:00"}, ("notices.0.from", "moment")),
        ({"until": "9999-12-31T23:59:59-14:00"}, ("notices.0.until", "moment")),
        ({"until": 1_800_000_000}, ("notices.0.until", "moment")),
        ({"until": "2020-01-01T00:00:00+07:00"}, ("notices.0.until", "order")),
        ({"text": {"vi": "Bảo trì", "en": ""}}, ("notices.0.text.en", "required")),
        ({"text": {"vi": "Bảo trì"}}, ("notices.0.text.en", "required")),
        ({"text": {"vi": "<b>Bảo trì</b>", "en": "x"}}, ("notices.0.text.vi", "no-markup")),
        ({"text": {"vi": "Bảo\u202etrì", "en": "x"}}, ("notices.0.text.vi", "visible-text")),
        ({"text": {"vi": "x\ny", "en": "x"}}, ("notices.0.text.vi", "visible-text")),
        ({"text": {"vi": "x" * 301, "en": "x"}}, ("notices.0.text.vi", "length")),
        ({"text": {"vi": "x", "en": "x", "fr": "x"}}, ("notices.0.text.fr", "unknown")),
        ({"text": "Bảo trì"}, ("notices.0.text", "type")),
        ({"link": "https://example.vn"}, ("notices.0.link", "unknown")),
    ],
    ids=lambda value: value[0] + "-" + value[1] if isinstance(value, tuple) else None,
)
def test_what_a_notice_may_not_say(members: dict[str, object], problem: tuple[str, str]) -> None:
    assert problem in problems_of(notices(notice(**members)))


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ({}, ("notices", "type")),
        ({"notices": 7}, ("notices", "type")),
        ({"notices": [7]}, ("notices.0", "type")),
        ({"notices": [], "more": 1}, ("more", "unknown")),
        (notices(notice(), notice()), ("notices", "duplicate")),
        (notices(*(notice(id=f"n{place}") for place in range(MOST_NOTICES + 1))), ("notices", "too-many")),
    ],
    ids=["empty", "no-list", "no-object", "unknown", "duplicate", "too-many"],
)
def test_what_the_document_may_not_say(document: Document, problem: tuple[str, str]) -> None:
    assert problem in problems_of(document)


def test_every_problem_is_told_at_once() -> None:
    assert len(problems_of(notices(notice(id="", severity="", where=[], until=""), notice(id="")))) >= 5


def test_a_notice_stands_from_its_first_instant_and_before_its_last() -> None:
    times = {"from": "2026-12-01T22:00:00+07:00", "until": "2026-12-02T04:00:00+07:00"}
    found = read_notices(notices(notice(**times)))
    hours = (timedelta(microseconds=-1), timedelta(0), timedelta(hours=6, microseconds=-1), timedelta(hours=6))
    shown = [len(standing(found, NoticePlace.STATUS, BEGIN + one)) for one in hours]
    assert shown == [0, 1, 1, 0]
    assert standing(found, NoticePlace.ACCOUNT, BEGIN) == ()


def test_the_loudest_comes_first() -> None:
    found = read_notices(notices(*(notice(id=f"n-{one}", severity=one) for one in Severity)))
    shown = standing(found, NoticePlace.STATUS, BEGIN)
    assert [one.severity for one in shown] == [Severity.URGENT, Severity.WARNING, Severity.INFO]
