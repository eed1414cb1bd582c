"""Numbers and choices of the registry."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from clients.model import RESPONSE_TYPES, Client, GrantType, ResponseType
from clients.profiles import profile_of

# How long both secrets work after a rotation: time for a portal team to deploy over a weekend.
SECRET_OVERLAP = timedelta(days=3)


# What leaves the authorization endpoint itself instead of a code (OAuth 2.0 Multiple Response Types 3).
TOKEN_WORDS = frozenset({"id_token", "token"})
_BY_WORDS = {frozenset(one.split(" ")): one for one in RESPONSE_TYPES}


def known_response_type(text: str) -> ResponseType | None:
    """Return the response type of some words as it is registered, whatever their order (RFC 6749 3.1.1), else None."""
    words = text.split(" ")
    return _BY_WORDS.get(frozenset(words)) if len(set(words)) == len(words) else None


def words_of(types: Iterable[ResponseType]) -> frozenset[str]:
    """Return everything that may leave by some response types."""
    return frozenset(word for one in types for word in one.split(" "))


def sends_code(response_type: ResponseType) -> bool:
    """Say whether a code leaves by a response type."""
    return "code" in words_of((response_type,))


def sends_tokens(types: Iterable[ResponseType]) -> bool:
    """Say whether tokens leave by some response types: then they belong to the grant `implicit`."""
    return not TOKEN_WORDS.isdisjoint(words_of(types))


def default_responses(grant_types: Collection[GrantType]) -> tuple[ResponseType, ...]:
    """Return the response types that go with the grants (RFC 7591 2.1)."""
    return ("code",) if "authorization_code" in grant_types else ()


def must_push(client: Client) -> bool:
    """True of a client whose requests come from its server alone (RFC 9126 6)."""
    return client.require_pushed_authorization_requests or profile_of(client).pushed_requests_only


def must_date_requests(client: Client) -> bool:
    """True of a client whose signed requests begin and end (FAPI 2.0 Message Signing 5.3.1)."""
    return client.require_signed_request_object or profile_of(client).dated_request_objects


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
