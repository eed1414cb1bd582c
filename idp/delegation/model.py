"""Acting for others: principals, and the mandates of those who act for them; what changes them is in `mandate_effects`.

One model serves legal representatives, delegates, guardians and helpers. A mandate stands when it was accepted, has
begun, has not ended, is not suspended, and its end has not come. It never holds more than the mandate it was given
under: fewer or the same powers, an end no later; and it ends with it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from idp.account.model import ProofState
from idp.kernel.ids import MandateId, OrganisationId, PersonId
from idp.kernel.places import Column

# What each sealed value was sealed as.
ORGANISATION_PLACE, ACTOR_PLACE, ACTING_PLACE = Column("organisation"), Column("actor"), "acting"


class Power(StrEnum):
    """What an actor may do. The catalogue is closed, so that a portal can rely on a name; nobody gives all at once."""

    VIEW = "view"
    FILE = "file"
    SIGN = "sign"
    PAY = "pay"
    # May pass on powers that they hold themselves.
    DELEGATE = "delegate"


ALL_POWERS = frozenset(Power)
# How long a first claim waits before it signs and passes on. A setting of the process; this is its default.
CLAIM_WAIT = timedelta(hours=72)
# Why a mandate is suspended, where it is not that a register names somebody else or an account was left: the register
# is silent; or its giver's account was reported, recovered or closed, and only their or a successor's word counts.
SILENCE, GIVER = "silence", "giver"


class PrincipalKind(StrEnum):
    """For whom somebody acts."""

    ORGANISATION = "organisation"
    PERSON = "person"


class MandateKind(StrEnum):
    """What a mandate rests on: a register's word, or somebody's will."""

    REPRESENTATIVE = "representative"
    DELEGATE = "delegate"
    GUARDIAN = "guardian"
    HELPER = "helper"


class Organisation(Struct, frozen=True):
    """An organisation with a subject of its own, never its representative's."""

    id: OrganisationId
    proof: ProofState
    proved_at: datetime | None
    created_at: datetime
    # Code, name and state, sealed as `ORGANISATION_PLACE`: `OrganisationFacts` as JSON.
    facts_sealed: bytes


class OrganisationFacts(Struct, frozen=True):
    """What the enterprise register said of an organisation. `code` is canonical: ten digits, 10-3, or twelve."""

    code: str
    name: str
    status: str


class Mandate(Struct, frozen=True):
    """The right of one person to act for a principal."""

    id: MandateId
    principal_id: str
    principal_kind: PrincipalKind
    kind: MandateKind
    actor_id: PersonId | None
    # Finds the one it is offered to by the number that the giver wrote; reveals to nobody whether they exist.
    actor_index: bytes
    # The number and name that the giver wrote, so that both sides see the same; sealed as `ACTOR_PLACE`.
    actor_sealed: bytes
    powers: frozenset[Power]
    giver_id: PersonId | None
    given_under: MandateId | None
    offered_at: datetime
    accepted_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    suspended_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    ended_by: str | None = None
    # Of a first claim: all its powers, from when on; `powers` is what it lets its actor do meanwhile.
    later_powers: frozenset[Power] = frozenset()
    later_at: datetime | None = None
    # What it held before the register was silent for too long; empty where it holds what it held.
    lowered_from: frozenset[Power] = frozenset()
    suspended_why: str | None = None

    def stands(self, now: datetime) -> bool:
        """Say whether the actor may use it."""
        return (
            self.accepted_at is not None
            and self.ended_at is None
            and self.suspended_at is None
            and self.starts_at <= now < self.ends_at
        )


class MandateView(Struct, frozen=True):
    """A mandate with what its principal and its giver are called; of people, profiles sealed as `PROFILE_PLACE`."""

    mandate: Mandate
    principal_sealed: bytes
    giver_sealed: bytes | None
    principal_aliases: Mapping[str, str] = field(default_factory=dict)


class ActingView(Struct, frozen=True):
    """A standing mandate of the person who is signed in, with what the principal is called."""

    mandate_id: MandateId
    kind: MandateKind
    principal_kind: PrincipalKind
    principal_id: str
    powers: frozenset[Power]
    ends_at: datetime
    # An organisation's facts (`ORGANISATION_PLACE`) or a person's profile (`PROFILE_PLACE`).
    principal_sealed: bytes
    # Of a person who took up another account: the sectors that know them as that other one.
    principal_aliases: Mapping[str, str] = field(default_factory=dict)

    def principal_known_as(self, space: str) -> str:
        """Return the id that the principal's subject is made from for those who share this space of subjects."""
        return self.principal_aliases.get(space, self.principal_id)
