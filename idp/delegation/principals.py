"""What the principal of a mandate is called."""

import msgspec
from msgspec import Struct

from idp.account.model import PROFILE_PLACE
from idp.delegation.model import ORGANISATION_PLACE, ActingView, OrganisationFacts, PrincipalKind
from idp.kernel.secrets import Sealer

_FACTS = msgspec.json.Decoder(OrganisationFacts)
_PROFILE = msgspec.json.Decoder(dict[str, object])


class Principal(Struct, frozen=True):
    """A principal by name; only an organisation has a code."""

    name: str
    code: str | None


def principal_of(sealer: Sealer, view: ActingView) -> Principal:
    """Open what a mandate's principal is called."""
    return opened(sealer, view.principal_kind, view.principal_id, view.principal_sealed)


def opened(sealer: Sealer, kind: PrincipalKind, principal_id: str, sealed: bytes) -> Principal:
    """Open an organisation's facts or a person's profile."""
    if kind is PrincipalKind.ORGANISATION:
        facts = _FACTS.decode(sealer.open(sealed, ORGANISATION_PLACE.of(principal_id)))
        return Principal(facts.name, facts.code)
    profile = _PROFILE.decode(sealer.open(sealed, PROFILE_PLACE.of(principal_id)))
    return Principal(str(profile.get("name", "")), None)
