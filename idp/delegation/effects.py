"""What changes mandates: given, taken, ended, suspended, confirmed, chosen; the model is in `acting`."""

from datetime import datetime
from typing import ClassVar

from idp.account.model import SealedValue
from idp.delegation.model import Mandate, Organisation
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, MandateId, PersonId, SessionId


class KeepOrganisation(Effect):
    """Store an organisation, or what the register now says of one that is known by its code."""

    organisation: Organisation
    code_index: bytes


class KeepWard(Effect):
    """Store a person who has no account, for whom somebody acts; registering later, they are this person.

    Too late if their number leads, or once led, to a person. `place_id` stands where an account's id would.
    """

    person_id: PersonId
    place_id: str
    number: SealedValue
    profile_sealed: bytes
    at: datetime
    claim: ClassVar[bool] = True


class HoldSide(Effect):
    """Wait for whoever closes the account of one side of a mandate, or lets it go up in another. Too late if it is so.

    Comes before every effect that gives, takes or claims a right: what ends an account ends the mandates that it finds.
    """

    person_id: PersonId
    account_id: AccountId
    claim: ClassVar[bool] = True


class OfferMandate(Effect):
    """Store a mandate: offered, or accepted at once where a register said it.

    Too late if the mandate it is given under does not stand any more, or does not hold these powers until then; the
    store compares, so that two processes cannot widen rights between them.
    """

    mandate: Mandate
    # The code, as a keyed hash, by which somebody without an account may end a claim that waits.
    objection_hash: bytes | None = None
    claim: ClassVar[bool] = True


class BeginPowers(Effect):
    """The wait of a first claim is over: its actor holds all that the register's word gives.

    Too late if it has ended, is suspended, does not wait, or has not waited until `at`.
    """

    principal_id: str
    mandate_id: MandateId
    at: datetime
    claim: ClassVar[bool] = True


class AcceptMandate(Effect):
    """The one it was offered to accepts. Too late if it is answered, ended, or what it was given under fell."""

    principal_id: str
    mandate_id: MandateId
    actor_id: PersonId
    actor_index: bytes
    at: datetime
    claim: ClassVar[bool] = True


class EndMandate(Effect):
    """End a mandate and all that was given under it, at once and everywhere. Too late if it has ended.

    Grants under any of them are revoked, sessions act for their own person again, and each portal that got a token
    under one of them is told until `gives_up_at`.
    """

    principal_id: str
    mandate_id: MandateId
    at: datetime
    reason: str
    ended_by: str | None
    gives_up_at: datetime
    claim: ClassVar[bool] = True


class SuspendMandates(Effect):
    """A former representative's mandate and all given under it wait for the new one's word.

    Nobody uses them, nothing is lost yet. Tokens, sessions and portals as with `EndMandate`.
    """

    principal_id: str
    given_under: MandateId
    at: datetime
    gives_up_at: datetime


class ResumeMandates(Effect):
    """The register names a former representative again: their mandate and all under it stand as before.

    Too late if it is not suspended, has ended, or was given by somebody: that stands only with the one it is under.
    """

    principal_id: str
    mandate_id: MandateId
    claim: ClassVar[bool] = True


class LeaveMandates(Effect):
    """A person closed their account or died: what is for them or held by them ends, with all given under it.

    What they gave as a representative is suspended: it is the organisation's, and waits for whom the register names.
    """

    person_id: PersonId
    at: datetime
    reason: str
    gives_up_at: datetime


class ConfirmMandate(Effect):
    """A representative confirms what a former one gave: it goes on under their own mandate, with all given under it.

    Too late if it has ended or is not suspended, or if the representative's own mandate does not stand.
    """

    principal_id: str
    mandate_id: MandateId
    given_under: MandateId
    confirmed_by: str
    at: datetime
    claim: ClassVar[bool] = True


class ChooseActing(Effect):
    """The person says for whom they act in this session; None is for themself.

    Too late if the session has ended or the mandate does not stand.
    """

    session_id: SessionId
    person_id: PersonId
    mandate_id: MandateId | None
    at: datetime
    claim: ClassVar[bool] = True
