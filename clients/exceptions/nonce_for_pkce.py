"""The profile `interoperable`: how long a client that cannot do PKCE may send a nonce instead (RFC 9700 2.1.1).

A nonce keeps a stolen code from being used at its own client, if that client compares it; unlike a code challenge,
nothing here sees whether it does.
"""

from datetime import datetime, timedelta

from clients.legacy import WARN_BEFORE
from clients.local_days import day_ends
from clients.model import Client
from clients.profiles import profile_of

# Renewed by a decision, not by being forgotten.
LONGEST_EXCEPTION = timedelta(days=365)


def may_send_nonce_alone(client: Client, now: datetime) -> bool:
    """Say whether a nonce serves in place of a code challenge: until the client's last day, in Vietnam, is over."""
    last_day = client.interoperable_until
    stands = last_day is not None and now < day_ends(last_day)
    return stands and profile_of(client).nonce_for_pkce and client.confidential


def nonce_warning(client: Client, now: datetime) -> str | None:
    """Return what an operator should know of an exception that ends soon or has ended, in words."""
    last_day = client.interoperable_until
    if last_day is None or day_ends(last_day) - now > WARN_BEFORE:
        return None
    if not may_send_nonce_alone(client, now):
        return f"sign-ins without PKCE are refused since {last_day} is over"
    days = (day_ends(last_day) - now) // timedelta(days=1)
    return f"sign-ins without PKCE are taken until {last_day} ({days} days left)"
