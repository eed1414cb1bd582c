"""Which claims of a person leave the house for which scope (OIDC Core 5.4)."""

from collections.abc import Iterable, Mapping

from idp.protocol.policy import SCOPES


def claims_for(scope: Iterable[str], profile: Mapping[str, object]) -> dict[str, object]:
    """Return the claims of the granted scopes that the person has; a missing one is left out, never null."""
    released: dict[str, object] = {}
    for name in scope:
        for claim in SCOPES.get(name, ()):
            value = profile.get(claim)
            if value is not None and value != "":
                released[claim] = value
    return released
