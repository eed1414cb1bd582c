"""Organisations and mandates as the tests of their stores need them: persons are told apart by their numbers."""

from datetime import datetime, timedelta

from idp.account.model import ProofState
from idp.adapters.sql.database import Database
from idp.delegation.effects import AcceptMandate, EndMandate, KeepOrganisation, OfferMandate
from idp.delegation.model import ALL_POWERS, Mandate, MandateKind, Organisation, Power, PrincipalKind
from idp.kernel.ids import MandateId, OrganisationId, PersonId, new_id
from records.structs import replace
from tests.support.running.sql_stores import HOUR, NOW, digest, sealed

YEAR = timedelta(days=365)
FOR_EVER = datetime.max.replace(tzinfo=NOW.tzinfo, microsecond=0)


def organisation(name: str = "0100047516") -> KeepOrganisation:
    """Return the effect that stores an organisation of this code."""
    kept = Organisation(OrganisationId(new_id()), ProofState.PROVED, NOW, NOW, sealed(name))
    return KeepOrganisation(organisation=kept, code_index=digest(name))


def representing(organisation_id: OrganisationId, person_id: PersonId) -> Mandate:
    """Return a legal representative's mandate: all powers, without end."""
    return Mandate(
        id=MandateId(new_id()),
        principal_id=organisation_id,
        principal_kind=PrincipalKind.ORGANISATION,
        kind=MandateKind.REPRESENTATIVE,
        actor_id=person_id,
        actor_index=digest(person_id),
        actor_sealed=sealed(person_id),
        powers=ALL_POWERS,
        giver_id=None,
        given_under=None,
        offered_at=NOW,
        accepted_at=NOW,
        starts_at=NOW,
        ends_at=FOR_EVER,
    )


def delegating(
    under: Mandate,
    to_person: str,
    powers: frozenset[Power] = frozenset({Power.FILE}),
    *,
    ends_at: datetime = NOW + YEAR,
    offered_at: datetime = NOW,
) -> Mandate:
    """Return what the holder of a mandate offers to somebody."""
    return replace(
        under,
        id=MandateId(new_id()),
        kind=MandateKind.DELEGATE,
        actor_id=None,
        actor_index=digest(to_person),
        actor_sealed=sealed(to_person),
        powers=powers,
        giver_id=under.actor_id,
        given_under=under.id,
        offered_at=offered_at,
        accepted_at=None,
        starts_at=offered_at,
        ends_at=ends_at,
    )


def helping(giver_id: PersonId, to_person: str) -> Mandate:
    """Return what a person offers to a helper of theirs."""
    under = replace(representing(OrganisationId(giver_id), giver_id), principal_kind=PrincipalKind.PERSON)
    return replace(delegating(under, to_person), kind=MandateKind.HELPER, given_under=None)


def accepting(mandate: Mandate, person_id: PersonId, at: datetime = NOW) -> AcceptMandate:
    """Return the acceptance by a person whose number is their id."""
    return AcceptMandate(
        principal_id=mandate.principal_id,
        mandate_id=mandate.id,
        actor_id=person_id,
        actor_index=digest(person_id),
        at=at,
    )


def ending(mandate: Mandate, at: datetime = NOW, reason: str = "revoked") -> EndMandate:
    """Return the end of a mandate by its giver."""
    return EndMandate(
        principal_id=mandate.principal_id,
        mandate_id=mandate.id,
        at=at,
        reason=reason,
        ended_by=mandate.giver_id,
        gives_up_at=at + HOUR,
    )


async def represented(database: Database, person_id: PersonId) -> Mandate:
    """Store an organisation that a person represents; return that mandate."""
    kept = organisation(f"code {new_id()}")
    mandate = representing(kept.organisation.id, person_id)
    assert await database.ledger.commit(kept, OfferMandate(mandate=mandate))
    return mandate


async def accepted(database: Database, mandate: Mandate, person_id: PersonId, at: datetime = NOW) -> Mandate:
    """Offer a mandate and let a person accept it."""
    assert await database.ledger.commit(OfferMandate(mandate=mandate))
    assert await database.ledger.commit(accepting(mandate, person_id, at))
    return replace(mandate, actor_id=person_id, accepted_at=at)
