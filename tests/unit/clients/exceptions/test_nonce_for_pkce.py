"""How long a client may send a nonce in place of PKCE, and who may at all (RFC 9700 2.1.1)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from clients.exceptions.nonce_for_pkce import LONGEST_EXCEPTION, may_send_nonce_alone, nonce_warning
from clients.model import SECURITY_PROFILES, Client
from clients.profiles import PROFILES
from records.structs import replace
from tests.unit.clients.entries import NOW, broken_rules, client, entry

LAST_DAY = "2026-12-31"
# The last day ends in Vietnam seven hours before it does in UTC.
END = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
PASSPORT: dict[str, object] = {
    "security_profile": "interoperable",
    "interoperable_until": LAST_DAY,
    "interoperable_reason": "passport-openidconnect has no PKCE",
}


def passport() -> Client:
    return client(**PASSPORT)


def test_rfc9700_2_1_1_the_last_day_counts_whole_and_is_one_of_vietnam() -> None:
    assert passport().interoperable_until == date(2026, 12, 31)
    assert may_send_nonce_alone(passport(), END - timedelta(microseconds=1))
    assert not may_send_nonce_alone(passport(), END)


def test_rfc9700_2_1_1_no_other_profile_and_no_public_client_has_the_exception() -> None:
    for profile in SECURITY_PROFILES:
        one = replace(passport(), security_profile=profile)
        assert may_send_nonce_alone(one, NOW) is (profile == "interoperable"), profile
    assert not may_send_nonce_alone(replace(passport(), token_endpoint_auth_method="none"), NOW)


def test_a_client_of_the_profile_gains_nothing_else_than_that() -> None:
    """Nothing that `fapi2` or `certification` alone allow."""
    plain, lenient = PROFILES["standard"], PROFILES["interoperable"]
    left = replace(
        lenient,
        nonce_for_pkce=False,
        meaning=plain.meaning,
        authentication_methods=plain.authentication_methods,
    )
    assert left == plain
    assert set(lenient.authentication_methods) == set(plain.authentication_methods) - {"none"}


@pytest.mark.parametrize(
    ("members", "broken"),
    [
        (PASSPORT | {"interoperable_until": None}, {("interoperable_until", "profile-exception")}),
        (PASSPORT | {"interoperable_reason": None}, {("interoperable_until", "profile-exception")}),
        (PASSPORT | {"security_profile": "standard"}, {("interoperable_until", "profile-no-exception")}),
        (
            {"security_profile": "standard", "interoperable_reason": "why not"},
            {("interoperable_until", "profile-no-exception")},
        ),
        (PASSPORT | {"interoperable_reason": "<b>"}, {("interoperable_reason", "no-markup")}),
        (
            PASSPORT | {"token_endpoint_auth_method": "none"},
            {("token_endpoint_auth_method", "profile-authentication")},
        ),
    ],
)
def test_a_label_without_its_end_and_its_reason_is_not_registered(
    members: dict[str, object], broken: set[tuple[str, str]]
) -> None:
    given = {name: value for name, value in members.items() if value is not None}
    assert broken_rules(entry(**given)) == broken


def test_an_exception_is_a_year_long_at_most() -> None:
    latest = (NOW + LONGEST_EXCEPTION).date()
    assert client(**PASSPORT | {"interoperable_until": latest.isoformat()}).interoperable_until == latest
    later = (latest + timedelta(days=1)).isoformat()
    assert broken_rules(entry(**PASSPORT | {"interoperable_until": later})) == {("interoperable_until", "too-far")}


def test_operators_are_told_of_an_end_that_is_near_and_of_one_that_is_over() -> None:
    assert nonce_warning(client(), NOW) is None
    far = replace(passport(), interoperable_until=(NOW + timedelta(days=200)).date())
    assert nonce_warning(far, NOW) is None
    assert nonce_warning(passport(), END - timedelta(days=3)) == (
        f"sign-ins without PKCE are taken until {LAST_DAY} (3 days left)"
    )
    assert nonce_warning(passport(), END) == f"sign-ins without PKCE are refused since {LAST_DAY} is over"
