"""How long error responses may go without `iss`, and to whom (RFC 9207 2)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clients.exceptions.error_iss import LONGEST_OMISSION, error_iss_warning, omits_error_iss
from clients.model import Client
from tests.unit.clients.entries import NOW, broken_rules, client, entry

LAST_DAY = "2026-12-31"
# The last day ends in Vietnam seven hours before it does in UTC.
END = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
OLD: dict[str, object] = {"error_iss_omitted_until": LAST_DAY}


def old() -> Client:
    return client(**OLD)


def test_rfc9207_2_without_a_day_every_response_has_it() -> None:
    assert not omits_error_iss(client(), NOW)
    assert error_iss_warning(client(), NOW) is None


def test_the_last_day_counts_whole_and_is_one_of_vietnam() -> None:
    assert old().error_iss_omitted_until == date(2026, 12, 31)
    assert omits_error_iss(old(), END - timedelta(microseconds=1))
    assert not omits_error_iss(old(), END)


def test_operators_are_told_of_it_all_the_time() -> None:
    assert error_iss_warning(old(), NOW) == f"error responses lack iss until {LAST_DAY}"
    assert error_iss_warning(old(), END) == f"error responses have iss again since {LAST_DAY} is over"


def test_an_exception_of_more_than_a_year_is_refused() -> None:
    latest = (NOW + LONGEST_OMISSION).date()
    assert client(error_iss_omitted_until=latest.isoformat()).error_iss_omitted_until == latest
    later = (latest + timedelta(days=1)).isoformat()
    assert broken_rules(entry(error_iss_omitted_until=later)) == {("error_iss_omitted_until", "too-far")}


@pytest.mark.parametrize("written", ["soon", "", 20261231, True, NOW])
def test_what_is_no_day_is_refused(written: object) -> None:
    assert broken_rules(entry(error_iss_omitted_until=written)) == {("error_iss_omitted_until", "day")}


def test_a_profile_that_does_not_name_it_keeps_iss_always() -> None:
    broken = broken_rules(entry(security_profile="certification", **OLD))
    assert broken == {("error_iss_omitted_until", "profile-error-iss")}
