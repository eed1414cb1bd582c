"""Acting for others: principals, the mandates of those who act for them, and the effects on mandates.

One model serves legal representatives, delegates, guardians and helpers. A mandate stands when it was accepted, has
begun, has not ended, is not suspended, and its end has not come. It never holds more than the mandate it was given
under: fewer or the same powers, an end no later; and it ends with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from idp.accounts.model import ProofState, SealedValue
from idp.kernel.effects import Effect

# What each sealed value was sealed as.
ORGANISATION_PLACE, ACTOR_PLACE, ACTING_PLACE = "organisation", "actor", "acting"


class Power(StrEnum):
    """What an actor may do. The catalogue is closed, so that a portal can rely on a name; nobody gives all at once."""

    VIEW = "view"
    FILE = "file"
    SIGN = "sign"
    PAY = "pay"
    # May pass on powers that they hold themselves.
    DELEGATE = "delegate"


ALL_POWERS = frozenset(Power)


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


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation with a subject of its own, never its representative's."""

    id: str
    proof: ProofState
    proved_at: datetime | None
    created_at: datetime
    # Code, name and state, sealed as `ORGANISATION_PLACE`: `OrganisationFacts` as JSON.
    facts_sealed: bytes


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What the enterprise register said of an organisation. `code` is canonical: ten digits, 10-3, or twelve."""

    code: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """The right of one person to act for a principal."""

    id: str
    principal_id: str
    principal_kind: PrincipalKind
    kind: MandateKind
    actor_id: str | None
    # Finds the one it is offered to by the number that the giver wrote; reveals to nobody whether they exist.
    actor_index: bytes
    # The number and name that the giver wrote, so that both sides see the same; sealed as `ACTOR_PLACE`.
    actor_sealed: bytes
    powers: frozenset[Power]
    giver_id: str | None
    given_under: str | None
    offered_at: datetime
    accepted_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    suspended_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    ended_by: str | None = None

    def stands(self, now: datetime) -> bool:
        """Say whether the actor may use it."""
        return (
            self.accepted_at is not None
            and self.ended_at is None
            and self.suspended_at is None
            and self.starts_at <= now < self.ends_at
        )


@dataclass(frozen=True, slots=True)
class MandateView:
    """A mandate with what its principal and its giver are called; of people, profiles sealed as `PROFILE_PLACE`."""

    mandate: Mandate
    principal_sealed: bytes
    giver_sealed: bytes | None
    principal_aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActingView:
    """A standing mandate of the person who is signed in, with what the principal is called."""

    mandate_id: str
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


@dataclass(frozen=True, slots=True)
class KeepOrganisation(Effect):
    """Store an organisation, or what the register now says of one that is known by its code."""

    organisation: Organisation
    code_index: bytes


@dataclass(frozen=True, slots=True)
class KeepWard(Effect):
    """Store a person who has no account, for whom somebody acts; registering later, they are this person.

    Too late if their number leads, or once led, to a person. `place_id` stands where an account's id would.
    """

    person_id: str
    place_id: str
    number: SealedValue
    profile_sealed: bytes
    at: datetime
    claim: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class HoldSide(Effect):
    """Wait for whoever closes the account of one side of a mandate, or lets it go up in another. Too late if it is so.

    Comes before every effect that gives, takes or claims a right: what ends an account ends the mandates that it finds.
    """

    person_id: str
    account_id: str
    claim: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class OfferMandate(Effect):
    """Store a mandate: offered, or accepted at once where a register said it.

    Too late if the mandate it is given under does not stand any more, or does not hold these powers until then; the
    store compares, so that two processes cannot widen rights between them.
    """

    mandate: Mandate
    claim: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class AcceptMandate(Effect):
    """The one it was offered to accepts. Too late if it is answered, ended, or what it was given under fell."""

    principal_id: str
    mandate_id: str
    actor_id: str
    actor_index: bytes
    at: datetime
    claim: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class EndMandate(Effect):
    """End a mandate and all that was given under it, at once and everywhere. Too late if it has ended.

    Grants under any of them are revoked, sessions act for their own person again, and each portal that got a token
    under one of them is told until `gives_up_at`.
    """

    principal_id: str
    mandate_id: str
    at: datetime
    reason: str
    ended_by: str | None
    gives_up_at: datetime
    claim: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class SuspendMandates(Effect):
    """A former representative's mandate and all given under it wait for the new one's word.

    Nobody uses them, nothing is lost yet. Tokens, sessions and portals as with `EndMandate`.
    """

    principal_id: str
    given_under: str
    at: datetime
    gives_up_at: datetime


@dataclass(frozen=True, slots=True)
class ResumeMandates(Effect):
    """The register names a former representative again: their mandate and all under it stand as before.

    Too late if it is not suspended, or has ended.
    """

    principal_id: str
    mandate_id: str
    claim: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class LeaveMandates(Effect):
    """A person closed their account or died: what is for them or held by them ends, with all given under it.

    What they gave as a representative is suspended: it is the organisation's, and waits for whom the register names.
    """

    person_id: str
    at: datetime
    reason: str
    gives_up_at: datetime


@dataclass(frozen=True, slots=True)
class ConfirmMandate(Effect):
    """A representative confirms what a former one gave: it goes on under their own mandate, with all given under it.

    Too late if it has ended or is not suspended, or if the representative's own mandate does not stand.
    """

    principal_id: str
    mandate_id: str
    given_under: str
    confirmed_by: str
    at: datetime
    claim: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ChooseActing(Effect):
    """The person says for whom they act in this session; None is for themself.

    Too late if the session has ended or the mandate does not stand.
    """

    session_id: str
    person_id: str
    mandate_id: str | None
    at: datetime
    claim: ClassVar[bool] = True
