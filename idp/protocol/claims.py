"""Which claims of a person are released for which scope (OIDC Core 5.4)."""

from collections.abc import Iterable, Mapping

from idp.account.own_claims import OWN_CLAIMS, fault_of
from idp.protocol.policy import ROLE_CLAIMS, SCOPES

_DAY = 24 * 60 * 60


def claims_for(scope: Iterable[str], profile: Mapping[str, object]) -> dict[str, object]:
    """Return the claims of the granted scopes that the person has; a missing one is left out, never null."""
    released: dict[str, object] = {}
    for name in scope:
        for claim in SCOPES.get(name, ()):
            value = profile.get(claim)
            # Roles are read, and never a word of the profile.
            if claim in ROLE_CLAIMS:
                continue
            if value is not None and value != "" and not _is_faulty(claim, value):
                released[claim] = _coarse(claim, value)
    return released


def _is_faulty(claim: str, value: object) -> bool:
    """Say whether people gave themselves what no page takes today: a name from before the rule is not told."""
    return claim in OWN_CLAIMS and isinstance(value, str) and fault_of(claim, value) is not None


def _coarse(claim: str, value: object) -> object:
    """Return the day of `updated_at`: its second, the same at every portal, would join whom pairwise subjects part."""
    return value - value % _DAY if claim == "updated_at" and isinstance(value, int) else value
