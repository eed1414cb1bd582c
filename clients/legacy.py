"""How long a client may speak today's sign-on: old addresses, old names (docs/flows/legacy-sign-on.md)."""

from datetime import datetime, timedelta

from clients.local_days import day_ends
from clients.model import Client

# An exception without a near end is none: it is renewed by a decision, not by being forgotten.
LONGEST_LEGACY = timedelta(days=730)
# From here on the doctor and the list of clients speak of the end.
WARN_BEFORE = timedelta(days=90)


def legacy_ends_at(client: Client) -> datetime | None:
    """Return the first instant at which the legacy sign-on is refused: the end of the last day. None: it always is."""
    last_day = client.legacy_dialect_until
    if last_day is None:
        return None
    return day_ends(last_day)


def speaks_legacy(client: Client, now: datetime) -> bool:
    """True while the client may use the old face."""
    ends_at = legacy_ends_at(client)
    return ends_at is not None and now < ends_at


def legacy_warning(client: Client, now: datetime) -> str | None:
    """Return what an operator should know of a legacy sign-on that ends soon or has ended, in words."""
    ends_at = legacy_ends_at(client)
    if ends_at is None or ends_at - now > WARN_BEFORE:
        return None
    if now >= ends_at:
        return f"old dialect ended on {client.legacy_dialect_until}"
    days = (ends_at - now) // timedelta(days=1)
    return f"old dialect ends on {client.legacy_dialect_until} ({days} days left)"
