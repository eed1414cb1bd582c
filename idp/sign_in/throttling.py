"""How guessing is slowed: by account, durably, and by network, cheaply."""

from datetime import timedelta

# NIST 800-63B-4 3.2.2: at most 100 consecutive failures for an account's password, then recovery.
FAILURE_LIMIT = 100
_FREE_FAILURES = 4
_FIRST_DELAY = timedelta(seconds=5)
_LONGEST_DELAY = timedelta(hours=1)

# One address may be a whole office behind one router; it still is no botnet.
NETWORK_WINDOW = timedelta(minutes=5)
# Codes to the same phone, whoever asks for them: SMS pumping and harassment.
PHONE_WINDOW = timedelta(hours=1)


def delay_after(failures: int) -> timedelta:
    """Return how long the next try must wait after so many consecutive failures: none at first, then doubling."""
    if failures <= _FREE_FAILURES:
        return timedelta(0)
    doublings: int = min(failures - _FREE_FAILURES - 1, 16)
    return min(_FIRST_DELAY * (1 << doublings), _LONGEST_DELAY)
