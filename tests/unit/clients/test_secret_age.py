"""What is said of secrets that end soon, have ended, or are old."""

from dataclasses import replace
from datetime import timedelta

import pytest

from clients.model import ClientSecret
from clients.secret_age import secret_care
from tests.unit.clients.entries import EC_KEY, NOW, client

DAY = timedelta(days=1)


def secret(made: timedelta, ends: timedelta | None = None) -> ClientSecret:
    return ClientSecret(b"h" * 32, NOW - made, None if ends is None else NOW + ends)


@pytest.mark.parametrize(
    ("secrets", "told"),
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
def test_what_is_said_of_secrets(secrets: tuple[ClientSecret, ...], told: str | None) -> None:
    assert secret_care(replace(client(), secrets=secrets), NOW) == told


def test_nothing_is_said_where_no_secret_is_used() -> None:
    keyed = client(token_endpoint_auth_method="private_key_jwt", jwks={"keys": [EC_KEY]})
    assert secret_care(keyed, NOW) is None
