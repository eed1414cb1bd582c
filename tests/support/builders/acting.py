"""Mandates for the protocol tests: an enterprise, a household business and a child that `PERSON` acts for."""

from datetime import timedelta
from typing import Final

import msgspec

from clients.model import Client
from idp.account.model import PROFILE_PLACE
from idp.delegation.model import ORGANISATION_PLACE, ActingView, MandateKind, OrganisationFacts, Power, PrincipalKind
from idp.kernel.ids import MandateId, OrganisationId, PersonId
from idp.sessions.model import SessionView
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW, PROVIDER, SESSION, VIEW


def organisation(name: str, code: str, *powers: Power) -> ActingView:
    """Return a representative's mandate for an organisation."""
    facts = msgspec.json.encode(OrganisationFacts(code, name, "active"))
    return ActingView(
        mandate_id=MandateId(f"mandate-{code}"),
        kind=MandateKind.REPRESENTATIVE,
        principal_kind=PrincipalKind.ORGANISATION,
        principal_id=f"organisation-{code}",
        powers=frozenset(powers),
        ends_at=NOW + timedelta(days=30),
        principal_sealed=PROVIDER.sealer.seal(facts, ORGANISATION_PLACE.of(f"organisation-{code}")),
    )


ENTERPRISE: Final = organisation("Công ty thử nghiệm", "0100000018", Power.FILE, Power.SIGN)
# A household business bears its owner's personal number.
HOUSEHOLD: Final = organisation("Hộ kinh doanh thử nghiệm", "001899000001", Power.FILE)
CHILD: Final = replace(
    ENTERPRISE,
    mandate_id=MandateId("mandate-child"),
    kind=MandateKind.GUARDIAN,
    principal_kind=PrincipalKind.PERSON,
    principal_id="person-2",
    powers=frozenset({Power.VIEW, Power.FILE}),
    principal_sealed=PROVIDER.sealer.seal(
        msgspec.json.encode({"name": "Trẻ thử nghiệm"}), PROFILE_PLACE.of("person-2")
    ),
)

OPTIONAL: Final = replace(CLIENT, acting="optional")
REQUIRED: Final = replace(CLIENT, acting="required")
SIGNING: Final = replace(REQUIRED, acting_powers=("sign", "pay"))
# Somebody with mandates who has not said yet for whom they act, and somebody who has: for themself.
UNDECIDED: Final = replace(VIEW, holds_mandates=True)
FOR_SELF: Final = replace(UNDECIDED, session=replace(SESSION, acting_chosen_at=NOW - timedelta(minutes=5)))


def acting(mandate: ActingView, view: SessionView = FOR_SELF) -> SessionView:
    """Return a session that acts under a mandate since five minutes."""
    return replace(view, acting=mandate, session=replace(view.session, mandate_id=mandate.mandate_id))


def subject_of(mandate: ActingView, client: Client = OPTIONAL) -> str:
    """Return what a client knows a principal by."""
    if mandate.principal_kind is PrincipalKind.ORGANISATION:
        return PROVIDER.subjects.organisation(OrganisationId(mandate.principal_id), client)
    return PROVIDER.subjects.subject(PersonId(mandate.principal_id), client)
