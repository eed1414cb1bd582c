"""What the sides of a mandate are called, opened from where it is sealed."""

import msgspec
from msgspec import Struct

from idp.account.model import PROFILE_PLACE
from idp.delegation.model import ACTOR_PLACE, ORGANISATION_PLACE, Mandate, MandateView, OrganisationFacts, PrincipalKind
from idp.kernel.ids import MandateId, OrganisationId, PersonId
from idp.kernel.secrets import Sealer
from idp.proofing.values.personal_numbers import masked_number
from records.structs import Unprinted


class ActorWords(Struct, frozen=True):
    """Whom a mandate is offered to, as the giver wrote it."""

    number: str
    name: str


class NamedMandate(Unprinted, Struct, frozen=True):
    """A mandate in words; nothing of them shows in `repr`."""

    mandate: Mandate
    principal_name: str
    # Only an organisation has one.
    principal_code: str
    actor_name: str
    actor_number: str
    giver_name: str
    # What the register said of an organisation's life; empty for a person.
    principal_status: str = ""

    @property
    def masked_actor_number(self) -> str:
        """Return what a page may show of the number."""
        return masked_number(self.actor_number)


def seal_actor(sealer: Sealer, mandate_id: MandateId, number: str, name: str) -> bytes:
    """Return the sealed words of whom a mandate is offered to."""
    return sealer.seal(msgspec.json.encode(ActorWords(number, name)), ACTOR_PLACE.of(mandate_id))


def open_actor(sealer: Sealer, mandate: Mandate) -> ActorWords:
    """Return whom a mandate was offered to."""
    return msgspec.json.decode(sealer.open(mandate.actor_sealed, ACTOR_PLACE.of(mandate.id)), type=ActorWords)


def seal_facts(sealer: Sealer, organisation_id: OrganisationId, facts: OrganisationFacts) -> bytes:
    """Return an organisation's sealed facts."""
    return sealer.seal(msgspec.json.encode(facts), ORGANISATION_PLACE.of(organisation_id))


def open_facts(sealer: Sealer, organisation_id: OrganisationId, sealed: bytes) -> OrganisationFacts:
    """Return an organisation's facts."""
    return msgspec.json.decode(sealer.open(sealed, ORGANISATION_PLACE.of(organisation_id)), type=OrganisationFacts)


def open_name(sealer: Sealer, person_id: PersonId, profile_sealed: bytes) -> str:
    """Return the name in a person's profile."""
    profile = msgspec.json.decode(sealer.open(profile_sealed, PROFILE_PLACE.of(person_id)), type=dict[str, object])
    return str(profile.get("name", ""))


def named(sealer: Sealer, view: MandateView) -> NamedMandate:
    """Return a mandate in words."""
    actor, code, status = open_actor(sealer, view.mandate), "", ""
    if view.mandate.principal_kind is PrincipalKind.ORGANISATION:
        facts = open_facts(sealer, OrganisationId(view.mandate.principal_id), view.principal_sealed)
        principal, code, status = facts.name, facts.code, facts.status
    else:
        principal = open_name(sealer, PersonId(view.mandate.principal_id), view.principal_sealed)
    giver_id, giver = view.mandate.giver_id, ""
    if giver_id is not None and view.giver_sealed is not None:
        giver = open_name(sealer, giver_id, view.giver_sealed)
    return NamedMandate(view.mandate, principal, code, actor.name, actor.number, giver, status)
