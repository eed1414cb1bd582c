"""For whom the person acts: what a portal checks in `act` and `acting_for` before it believes them."""

from collections.abc import Mapping
from dataclasses import dataclass

from portals.relying_party.errors import TokenRefusedError

_TYPES = frozenset({"organisation", "person"})


@dataclass(frozen=True, slots=True)
class Principal:
    """For whom, by our own pairwise subject; what the person may do for them."""

    subject: str
    type: str
    name: str
    code: str | None
    powers: frozenset[str]

    def allows(self, power: str) -> bool:
        """Say whether a power is among them; a portal looks before each act, not once at sign-in."""
        return power in self.powers


def principal_of(claims: Mapping[str, object]) -> Principal | None:
    """Return the principal, None for a person who acts for themself; TokenRefusedError for anything half said."""
    said = claims.get("acting_for")
    if said is None:
        return None
    if not isinstance(said, dict):
        raise TokenRefusedError("acting_for is no object")
    subject, kind, name, powers = said.get("sub"), said.get("type"), said.get("name"), said.get("powers")
    if not (isinstance(subject, str) and subject and isinstance(name, str) and kind in _TYPES):
        raise TokenRefusedError("acting_for names nobody")
    if not isinstance(powers, list) or not all(isinstance(power, str) for power in powers):
        raise TokenRefusedError("acting_for has no list of powers")
    actor = claims.get("act")
    if not isinstance(actor, dict) or not isinstance(actor.get("sub"), str):
        # RFC 8693 4.1: whoever acts for somebody is named.
        raise TokenRefusedError("act is missing beside acting_for")
    code = said.get("code")
    return Principal(subject, str(kind), name, code if isinstance(code, str) else None, frozenset(powers))


def check_same_principal(id_claims: Mapping[str, object], userinfo: Mapping[str, object]) -> None:
    """Refuse a userinfo answer, or a refreshed token, that speaks of another principal than the sign-in did."""
    if principal_of(id_claims) != principal_of(userinfo):
        raise TokenRefusedError("acting_for is another principal")
