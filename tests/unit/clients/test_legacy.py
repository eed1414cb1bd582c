"""How long a client may speak the legacy sign-on, and who may at all."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.file import parse_client_file
from clients.legacy import LONGEST_LEGACY, legacy_ends_at, legacy_warning, speaks_legacy
from tests.unit.clients.entries import EC_KEY, NOW, broken_rules, client, entry

LAST_DAY = "2026-12-31"
OLD: dict[str, object] = {"sector": "state", "legacy_dialect_until": LAST_DAY}
# The last day ends in Vietnam seven hours before it does in UTC.
END = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)


def test_a_client_without_a_day_never_speaks_it() -> None:
    assert legacy_ends_at(client()) is None
    assert not speaks_legacy(client(), NOW)


def test_the_last_day_counts_whole_and_is_one_of_vietnam() -> None:
    old = client(**OLD)
    assert legacy_ends_at(old) == END
    assert speaks_legacy(old, END - timedelta(microseconds=1))
    assert not speaks_legacy(old, END)


@given(st.dates(date(2026, 10, 1), date(2028, 9, 1)), st.integers(-48, 48))
def test_an_end_that_has_come_stays(day: date, hours: int) -> None:
    old = client(**OLD | {"legacy_dialect_until": day.isoformat()})
    ends_at = legacy_ends_at(old)
    assert ends_at is not None
    asked = ends_at + timedelta(hours=hours)
    assert speaks_legacy(old, asked) is (hours < 0)


@pytest.mark.parametrize(
    ("before", "reported"),
    [
        (timedelta(days=90, seconds=1), None),
        (timedelta(days=90), f"old dialect ends on {LAST_DAY} (90 days left)"),
        (timedelta(hours=1), f"old dialect ends on {LAST_DAY} (0 days left)"),
        (timedelta(0), f"old dialect ended on {LAST_DAY}"),
    ],
)
def test_operators_are_told_ninety_days_ahead_and_from_then_on(before: timedelta, reported: str | None) -> None:
    assert legacy_warning(client(**OLD), END - before) == reported


@pytest.mark.parametrize("written", [LAST_DAY, f'"{LAST_DAY}"'])
def test_a_yaml_date_and_its_text_are_the_same_day(written: str) -> None:
    members = {name: value for name, value in entry(sector="state").items() if name != "redirect_uris"}
    lines = [f"  {name}: {value}" for name, value in members.items()]
    text = "\n".join(["clients:", "-", *lines, "  redirect_uris: [https://dichvucong.hue.gov.vn/cb]"])
    (read,) = parse_client_file(f"{text}\n  legacy_dialect_until: {written}".encode(), NOW)
    assert read.client.legacy_dialect_until == date(2026, 12, 31)


@pytest.mark.parametrize("written", ["soon", "", "2026-02-30", 20261231, True, None, NOW, ["2026-12-31"]])
def test_what_is_no_day_is_refused(written: object) -> None:
    assert broken_rules(entry(**OLD | {"legacy_dialect_until": written})) == {("legacy_dialect_until", "day")}


def test_an_exception_without_a_near_end_is_refused() -> None:
    latest = (NOW + LONGEST_LEGACY).date()
    assert client(**OLD | {"legacy_dialect_until": latest.isoformat()}).legacy_dialect_until == latest
    later = (latest + timedelta(days=1)).isoformat()
    assert broken_rules(entry(**OLD | {"legacy_dialect_until": later})) == {("legacy_dialect_until", "too-far")}


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({"sector": "other"}, "dialect-of-the-state"),
        ({"token_endpoint_auth_method": "none"}, "dialect-needs-secret"),
        ({"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [EC_KEY]}}, "dialect-needs-secret"),
        ({"security_profile": "certification"}, "dialect-standard-profile"),
        ({"grant_types": ["client_credentials"], "redirect_uris": []}, "dialect-needs-code"),
        ({"account_kinds": ["citizen", "officer"]}, "dialect-without-officers"),
        ({"resource": "https://ho-so.example/api"}, "dialect-without-resource"),
    ],
)
def test_only_a_state_portal_with_a_secret_speaks_it(members: dict[str, object], rule: str) -> None:
    assert broken_rules(entry(**OLD | members)) == {("legacy_dialect_until", rule)}


def test_the_legacy_sign_on_relaxes_no_redirect_uri() -> None:
    """RFC 9700 2.1: one portal is known that registered http beside https; here it cannot."""
    plain = entry(**OLD, redirect_uris=["http://dichvucong.example.gov.vn/callback"])
    assert broken_rules(plain) == {("redirect_uris[0]", "https")}
