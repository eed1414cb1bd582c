"""What is said of secrets that end soon, have ended, or are old."""

from datetime import timedelta

import pytest

from clients.model import ClientSecret
from clients.secret_age import reminder, secret_care
from records.structs import replace
from tests.unit.clients.entries import EC_KEY, NOW, client

DAY = timedelta(days=1)


def secret(made: timedelta, ends: timedelta | None = None) -> ClientSecret:
    return ClientSecret(b"h" * 32, NOW - made, None if ends is None else NOW + ends)


@pytest.mark.parametrize(
    ("secrets", "reported"),
    [
        ((), "none_works"),
        ((secret(DAY, -DAY),), "none_works"),
        ((secret(DAY),), None),
        ((secret(DAY), secret(DAY, DAY)), None),
        ((secret(DAY, 31 * DAY),), None),
        ((secret(DAY, 30 * DAY),), "ends_soon"),
        ((secret(DAY, 2 * DAY), secret(DAY, 3 * DAY)), "ends_soon"),
        ((secret(365 * DAY),), "old"),
        ((secret(DAY), secret(365 * DAY)), None),
        ((secret(364 * DAY),), None),
    ],
    ids=["none", "ended", "young", "rotated", "a month", "soon", "both soon", "old", "renewed", "nearly old"],
)
def test_what_is_said_of_secrets(secrets: tuple[ClientSecret, ...], reported: str | None) -> None:
    assert secret_care(replace(client(), secrets=secrets), NOW) == reported


def test_nothing_is_said_where_no_secret_is_used() -> None:
    keyed = client(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [EC_KEY]})
    assert secret_care(keyed, NOW) is None


@pytest.mark.parametrize(
    ("secrets", "reported"),
    [
        ((secret(DAY, 31 * DAY),), None),
        ((secret(DAY, 30 * DAY),), ("ends_soon", 30)),
        ((secret(DAY, 29 * DAY),), None),
        ((secret(DAY, 2 * DAY), secret(DAY, 3 * DAY)), ("ends_soon", 3)),
        ((secret(DAY, timedelta(minutes=1)),), ("ends_soon", 0)),
        ((secret(9 * DAY, -timedelta(minutes=1)),), ("none_works", 0)),
        ((secret(9 * DAY, -2 * DAY),), None),
        ((secret(9 * DAY, -7 * DAY),), ("none_works", 7)),
        ((), None),
        ((secret(364 * DAY),), None),
        ((secret(365 * DAY),), ("old", 365)),
        ((secret(366 * DAY),), None),
        ((secret(395 * DAY),), ("old", 395)),
    ],
    ids=["early", "30", "29", "3", "today", "ended", "2 ago", "7 ago", "none", "young", "old", "a day later", "again"],
)
def test_contacts_are_told_on_some_days(secrets: tuple[ClientSecret, ...], reported: tuple[str, int] | None) -> None:
    assert reminder(replace(client(), secrets=secrets), NOW) == reported


def test_nobody_is_told_of_a_stopped_client() -> None:
    stopped = replace(client(), secrets=(secret(DAY, 7 * DAY),), disabled_at=NOW)
    assert reminder(stopped, NOW) is None
