"""What the pages of organisations and mandates are given."""

from msgspec import Struct

from idp.delegation.choices import ActingChoices
from idp.delegation.guardians.service import Guardianships
from idp.delegation.mandates.service import Mandates
from idp.delegation.organisations.service import Organisations
from idp.delegation.people import ActingPeople
from idp.oauth.authorize import AuthorizeEndpoint
from idp.proofing.proof_ports import Receipts
from idp.web.http.dependencies import WebDependencies


class ActForDependencies(Struct, frozen=True):
    """Choosing for whom a person acts, in a client's request or without one."""

    web: WebDependencies
    acting: ActingChoices
    authorize: AuthorizeEndpoint


class DelegationDependencies(Struct, frozen=True):
    """Claiming organisations, giving and taking the right to act; `organisations` is None without a register."""

    web: WebDependencies
    organisations: Organisations | None
    guardianships: Guardianships
    mandates: Mandates
    people: ActingPeople
    receipts: Receipts
