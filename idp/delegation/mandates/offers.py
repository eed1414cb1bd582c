"""What may be offered: fewer or the same powers, no longer, never to oneself; and the mandate that comes of it."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from clients.local_days import day_ends
from idp.account.own_identity import OwnIdentity
from idp.delegation.mandates.names import seal_actor
from idp.delegation.mandates.policy import LONGEST_MANDATE
from idp.delegation.model import Mandate, MandateKind, Power, PrincipalKind
from idp.kernel.ids import MandateId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.values.personal_numbers import PersonalNumber
from records.structs import Unprinted


class OfferRefusal(StrEnum):
    """Why a mandate was not offered. None says anything of the one it was meant for."""

    NOT_PROVED = "not_proved"
    TOO_OFTEN = "too_often"
    ONESELF = "oneself"
    NO_POWER = "no_power"
    EXCEEDS = "exceeds"
    TOO_LONG = "too_long"
    TOO_EARLY = "too_early"
    GONE = "gone"


class Giving(Unprinted, Struct, frozen=True):
    """What somebody wants to give: to whom, which powers, until which day; under a mandate, or for themself (None)."""

    under: MandateId | None
    number: PersonalNumber
    name: str
    powers: frozenset[Power]
    until: date


def refused(giver: OwnIdentity, under: Mandate | None, giving: Giving, now: datetime) -> OfferRefusal | None:
    """Return why a person may not give this under a mandate, or of their own (None); None if they may."""
    ends_at = day_ends(giving.until)
    if giving.number.digits == giver.number:
        return OfferRefusal.ONESELF
    if not giving.powers:
        return OfferRefusal.NO_POWER
    if ends_at <= now:
        return OfferRefusal.TOO_EARLY
    if ends_at > now + LONGEST_MANDATE:
        return OfferRefusal.TOO_LONG
    if under is None:
        # Nobody passes on what was entrusted to them by a relative.
        return OfferRefusal.EXCEEDS if Power.DELEGATE in giving.powers else None
    if Power.DELEGATE not in under.powers or not giving.powers <= under.powers:
        return OfferRefusal.EXCEEDS
    return OfferRefusal.TOO_LONG if ends_at > under.ends_at else None


def offered_by(
    giver: OwnIdentity, under: Mandate | None, giving: Giving, number_index: HashKey, sealer: Sealer, now: datetime
) -> Mandate:
    """Return the mandate as it is offered, to whoever has the number and the name."""
    mandate_id = MandateId(new_id())
    return Mandate(
        id=mandate_id,
        principal_id=under.principal_id if under else giver.person_id,
        principal_kind=under.principal_kind if under else PrincipalKind.PERSON,
        kind=MandateKind.DELEGATE if under else MandateKind.HELPER,
        actor_id=None,
        actor_index=number_index.digest(giving.number.digits),
        actor_sealed=seal_actor(sealer, mandate_id, giving.number.digits, giving.name),
        powers=giving.powers,
        giver_id=giver.person_id,
        given_under=under.id if under else None,
        offered_at=now,
        accepted_at=None,
        starts_at=now,
        ends_at=day_ends(giving.until),
    )
