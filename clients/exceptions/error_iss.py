"""How long a client may get error responses without `iss`: an exception to RFC 9207 2 for libraries that misread it.

mod_auth_openidc 2.4.12.3 (Debian 12) takes an error with `iss` for a request to sign in (OIDC Core 4), so that whoever
cancels is led straight back to the sign-in page.
"""

from datetime import datetime, timedelta

from clients.local_days import day_ends
from clients.model import Client

# It weakens a defence against mixed-up providers: renewed by a decision, not by being forgotten.
LONGEST_OMISSION = timedelta(days=365)


def omits_error_iss(client: Client, now: datetime) -> bool:
    """Say whether errors go to the client without `iss`: until its last day, in Vietnam, is over."""
    last_day = client.error_iss_omitted_until
    return last_day is not None and now < day_ends(last_day)


def error_iss_warning(client: Client, now: datetime) -> str | None:
    """Return what an operator should know of the exception as long as it is registered, in words."""
    last_day = client.error_iss_omitted_until
    if last_day is None:
        return None
    if not omits_error_iss(client, now):
        return f"error responses have iss again since {last_day} is over"
    return f"error responses lack iss until {last_day}"
