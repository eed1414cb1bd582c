"""What a registration may name of this provider: its levels, its scopes."""

from collections.abc import Iterator
from difflib import get_close_matches

from clients.errors import Problem
from clients.model import Client
from idp.protocol.policy import SCOPES
from idp.sign_in.levels import acr_values, unknown_levels

# As near as one letter left out, added or exchanged in a name of five.
_NEAR = 0.8


def provider_problems(client: Client) -> Iterator[Problem]:
    """Yield what a registration names and nobody here knows; every door of registrations asks."""
    for level in unknown_levels(client):
        field = "minimum_acr" if level == client.minimum_acr else "default_acr_values"
        remedy = f"choose among {', '.join(acr_values())}"
        yield Problem(field, "unknown-level", f"nobody reaches the level {level}: it is in no table", remedy)
    yield from _unknown_scopes(client)
    for scope in client.service_scopes:
        if scope in SCOPES:
            reason = f"the scope {scope} is the provider's own"
            yield Problem("service_scopes", "providers-scope", reason, "choose a name of the API's own")


def _unknown_scopes(client: Client) -> Iterator[Problem]:
    """Yield the scopes that nobody knows (OIDC Core 3.1.2.1 would pass over them in silence).

    Who acts alone (RFC 6749 4.4) may have scopes that only its resource server knows, but no misspelt one of ours.
    """
    own = "client_credentials" in client.grant_types
    for scope in client.scope:
        near = get_close_matches(scope, SCOPES, n=1, cutoff=_NEAR if own else 0.0)
        if scope not in SCOPES and near:
            yield Problem("scope", "unknown-scope", f"nobody knows the scope {scope}", f"did you mean {near[0]}?")
