"""Numbers and choices of the registry."""

from collections.abc import Collection
from datetime import timedelta

from clients.model import Client, GrantType, ResponseType, SecurityProfile

# How long both secrets work after a rotation: time for a portal team to deploy over a weekend.
SECRET_OVERLAP = timedelta(days=3)


# Said wherever such a client is shown or applied.
CERTIFICATION = "the certification profile allows sign-ins without PKCE; it is for the suite alone"


def warnings_of(profile: SecurityProfile) -> tuple[str, ...]:
    """Return what whoever looks at a client of a profile is to be warned of."""
    return (CERTIFICATION,) if profile == "certification" else ()


def default_scope(profile: SecurityProfile) -> tuple[str, ...]:
    """Return the scopes of a client that registers none: the least, so that more must be asked for.

    The certification suite registers without a scope and then asks for all the standard ones.
    """
    if profile == "certification":
        return ("openid", "profile", "email", "address", "phone", "offline_access")
    return ("openid",)


def default_responses(grant_types: Collection[GrantType]) -> tuple[ResponseType, ...]:
    """Return the response types that go with the grants (RFC 7591 2.1)."""
    return ("code",) if "authorization_code" in grant_types else ()


def requires_pkce(client: Client) -> bool:
    """True unless the client may authorize without a code challenge (RFC 9700 2.1.1).

    Only certification needs that, and only a client that authenticates is protected without it.
    """
    return not (client.security_profile == "certification" and client.confidential)
