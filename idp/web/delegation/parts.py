"""What the pages of organisations and mandates are given."""

from msgspec import Struct

from idp.delegation.guardians.service import Guardianships
from idp.delegation.mandates.service import Mandates
from idp.delegation.organisations.claim_contacts import ClaimObjections
from idp.delegation.organisations.service import Organisations
from idp.delegation.people import ActingPeople


class MandateParts(Struct, frozen=True):
    """Claiming organisations, giving and taking the right to act; `organisations` is None without a register."""

    organisations: Organisations | None
    guardianships: Guardianships
    mandates: Mandates
    people: ActingPeople
    objections: ClaimObjections
