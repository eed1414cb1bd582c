"""The type of a client's JWT access tokens, and the exception that resource servers with old libraries need.

RFC 9068 2.1 has `at+jwt`; the default decoder of Spring Security takes `JWT` only. Until the last day that is
registered, the client's tokens say so: a claim then tells them from ID tokens (RFC 8725 3.11).
"""

from datetime import datetime, timedelta

from clients.legacy import WARN_BEFORE
from clients.local_days import day_ends
from clients.model import Client

# An exception without a near end is none.
LONGEST_PLAIN_TYPE = timedelta(days=730)


def has_plain_type(client: Client, now: datetime) -> bool:
    """Say whether the client's access tokens have the type `JWT`."""
    last_day = client.access_token_type_jwt_until
    return last_day is not None and now < day_ends(last_day)


def type_warning(client: Client, now: datetime) -> str | None:
    """Return what an operator should know of an exception that ends soon or has ended, in words."""
    last_day = client.access_token_type_jwt_until
    if last_day is None or day_ends(last_day) - now > WARN_BEFORE:
        return None
    if not has_plain_type(client, now):
        return f"access tokens have the type at+jwt again since {last_day}"
    days = (day_ends(last_day) - now) // timedelta(days=1)
    return f"access tokens have the type JWT until {last_day} ({days} days left)"
