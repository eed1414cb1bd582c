"""What the pages of organisations and mandates are given."""

from msgspec import Struct

from idp.selfservice.acting_people import ActingPeople
from idp.selfservice.claim_contacts import ClaimObjections
from idp.selfservice.guardianships import Guardianships
from idp.selfservice.mandates import Mandates
from idp.selfservice.organisations import Organisations


class MandateParts(Struct, frozen=True):
    """Claiming organisations, giving and taking the right to act; `organisations` is None without a register."""

    organisations: Organisations | None
    guardianships: Guardianships
    mandates: Mandates
    people: ActingPeople
    objections: ClaimObjections
