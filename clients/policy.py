"""Numbers and choices of the registry."""

from collections.abc import Collection
from datetime import timedelta

from clients.model import Client, GrantType, ResponseType
from clients.profiles import profile_of

# How long both secrets work after a rotation: time for a portal team to deploy over a weekend.
SECRET_OVERLAP = timedelta(days=3)


def default_responses(grant_types: Collection[GrantType]) -> tuple[ResponseType, ...]:
    """Return the response types that go with the grants (RFC 7591 2.1)."""
    return ("code",) if "authorization_code" in grant_types else ()


def must_push(client: Client) -> bool:
    """True of a client whose requests come from its server alone (RFC 9126 6)."""
    return client.require_pushed_authorization_requests or profile_of(client).pushed_requests_only


def must_bind_tokens(client: Client) -> bool:
    """True of a client that is given no token which anybody may show (RFC 9449 5.2, FAPI 2.0 5.3.2.1)."""
    return client.dpop_bound_access_tokens or profile_of(client).bound_tokens_only


def must_show_nonce(client: Client) -> bool:
    """True of a client whose DPoP proofs carry a nonce of ours (RFC 9449 8)."""
    return profile_of(client).dpop_nonces


def requires_pkce(client: Client) -> bool:
    """True unless the client may authorize without a code challenge (RFC 9700 2.1.1).

    Only a client that authenticates is protected without it, so no profile lets another go without.
    """
    return not (profile_of(client).pkce_for_public_clients_only and client.confidential)
