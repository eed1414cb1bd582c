"""When a client's secret should be renewed: before the last one ends, and once it is old."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from clients.model import SECRET_METHODS, Client

SecretCare = Literal["none_works", "ends_soon", "old"]
# Time for a portal team to plan a rotation.
WARN_BEFORE = timedelta(days=30)
# Whoever left the team since then may still have it. It goes on to work: nobody's sign-in ends by the calendar.
OLD_AFTER = timedelta(days=365)
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
    usable = [secret for secret in client.secrets if secret.usable(now)]
    if not usable:
        return "none_works"
    if all(secret.expires_at is not None and secret.expires_at - now <= WARN_BEFORE for secret in usable):
        return "ends_soon"
    return "old" if now - max(secret.created_at for secret in usable) >= OLD_AFTER else None
