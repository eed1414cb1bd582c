"""When a client's secret should be renewed: before the last one ends, and once it is old."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from clients.client_secret import usable_secrets
from clients.local_days import day_of
from clients.model import SECRET_METHODS, Client

SecretCare = Literal["none_works", "ends_soon", "old"]
# Time for a portal team to plan a rotation.
WARN_BEFORE = timedelta(days=30)
# Whoever left the team since then may still have it. It goes on to work: nobody's sign-in ends by the calendar.
OLD_AFTER = timedelta(days=365)
# On which days contacts are written to: so many before the end, after it, and again while nothing was done.
_BEFORE_THE_END, _AFTER_THE_END = frozenset({30, 14, 7, 3, 1, 0}), frozenset({0, 1, 7})
_OLD_AGAIN_AFTER = 30
# For operators; pages have their own words.
WORDS: Mapping[SecretCare, str] = {
    "none_works": "no client secret works",
    "ends_soon": "the last client secret ends within thirty days",
    "old": "the client secret is older than a year",
}


def secret_care(client: Client, now: datetime) -> SecretCare | None:
    """Return why somebody should look after a client's secrets; None where all is well."""
    if client.token_endpoint_auth_method not in SECRET_METHODS:
        return None
    usable = usable_secrets(client, now)
    if not usable:
        return "none_works"
    if all(secret.expires_at is not None and secret.expires_at - now <= WARN_BEFORE for secret in usable):
        return "ends_soon"
    return "old" if now - max(secret.created_at for secret in usable) >= OLD_AFTER else None


def reminder(client: Client, now: datetime) -> tuple[SecretCare, int] | None:
    """Return what a client's contacts are told today and the days that it is about: until the end, since it, of age.

    None where nothing is due. Days are those of Vietnam, so that whoever asks twice in a day is told the same.
    """
    care = secret_care(client, now)
    if care is None or not client.active or not client.secrets:
        return None
    if care == "old":
        days = _days(max(secret.created_at for secret in client.secrets), now)
        due = (days - OLD_AFTER.days) % _OLD_AGAIN_AFTER == 0
    else:
        end = max(secret.expires_at for secret in client.secrets if secret.expires_at is not None)
        days = abs(_days(end, now))
        due = days in (_BEFORE_THE_END if care == "ends_soon" else _AFTER_THE_END)
    return (care, days) if due else None


def _days(since: datetime, now: datetime) -> int:
    return (day_of(now) - day_of(since)).days
