"""An anonymous caller cannot fill the audit log: refusals of anonymous requests are counted, some of them written."""

from datetime import UTC, datetime, timedelta

import pytest

from idp.audit.refusals import WINDOW, WRITTEN, AnonymousRefusals

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


def written(refusals: AnonymousRefusals, times: int, whose: str = "portal", at: datetime = NOW) -> int:
    return sum(refusals.is_written("refused", whose, at) for _ in range(times))


def test_some_of_each_kind_are_written_and_the_rest_is_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    refusals = AnonymousRefusals()
    assert written(refusals, 1_000) == WRITTEN
    assert written(refusals, 3, "another") == 3
    assert written(refusals, 5, at=NOW + WINDOW) == 5
    said = capsys.readouterr()
    assert f"{1_000 - WRITTEN}" in said.out + said.err


def test_however_many_kinds_there_are_the_memory_has_a_bound() -> None:
    refusals = AnonymousRefusals()
    for number in range(10_000):
        refusals.is_written("refused", str(number), NOW + timedelta(seconds=1))
    assert len(refusals._kinds) == 4096
