"""The readable copy and the clock that pages tell."""

from datetime import UTC, datetime

import pytest

from idp.kernel.locales import Locale
from idp.web.account.download import ROWS_SHOWN, sections_of
from idp.web.http.local_time import local_day, local_time

AT = datetime(2026, 11, 24, 20, 5, 59, tzinfo=UTC)


@pytest.mark.parametrize(("locale", "reported"), [("vi", "03:05, 25/11/2026"), ("en", "03:05, 25 Nov 2026")])
def test_times_are_those_of_viet_nam_to_the_minute(locale: Locale, reported: str) -> None:
    assert local_time(AT, locale) == reported


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [("1990-05-17", "17/05/1990", "17 May 1990"), ("1950", "1950", "1950"), ("0000-05-17", "0000-05-17", "0000-05-17")],
)
def test_oidc_core_5_1_a_birth_date_known_by_its_year_stays_a_year(day: str, vi: str, en: str) -> None:
    assert (local_day(day, "vi"), local_day(day, "en")) == (vi, en)


def values(row: dict[str, object]) -> list[tuple[str, str]]:
    (section,) = sections_of({"accounts": [row]}, "vi")
    return [(one.field, one.value) for one in section.rows[0]]


@pytest.mark.parametrize(
    ("value", "reported"),
    [(True, "✓"), (False, "–"), (0, "0"), ("vi", "vi"), (AT, "03:05, 25/11/2026"), (["a", "b"], "a, b")],
)
def test_a_value_is_told_as_people_read_it(value: object, reported: str) -> None:
    assert values({"status": value}) == [("status", reported)]


@pytest.mark.parametrize("value", [None, "", "{}"])
def test_what_is_empty_is_left_out(value: object) -> None:
    assert values({"status": "open", "proved_at": value}) == [("status", "open")]


def test_a_profile_is_told_claim_by_claim_and_only_in_claims_that_have_a_text() -> None:
    address = {"locality": "Hà Nội", "country": "VN"}
    reported = values({"profile": {"name": "Hoà", "email_verified": True, "invented": "x", "address": address}})
    assert reported == [("name", "Hoà"), ("email_verified", "✓"), ("address", "Hà Nội, VN")]


def test_oidc_core_5_1_updated_at_is_told_as_a_time() -> None:
    assert values({"profile": {"updated_at": int(AT.timestamp())}}) == [("updated_at", "03:05, 25/11/2026")]


def test_the_page_shows_the_newest_rows_and_says_how_many_more_the_file_holds() -> None:
    (section,) = sections_of({"sessions": [{"acr": str(n)} for n in range(ROWS_SHOWN + 3)]}, "vi")
    assert (len(section.rows), section.left_out) == (ROWS_SHOWN, 3)


def test_kinds_without_rows_and_those_with_a_page_of_their_own_are_left_out() -> None:
    assert sections_of({"devices": [], "audit_events": [{"event": "x"}]}, "vi") == ()
