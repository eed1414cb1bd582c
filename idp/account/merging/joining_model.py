"""Accounts of one human that are not one yet: which of two has the number, and what keeps the other for its owner."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.account.model import AccountStatus, SignInRecord
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, JoiningId, PersonId

# Why an account is locked whose number went to one that outranks it, until its owner joins the two.
SET_ASIDE = "set_aside"
# Of how many accounts that were set aside under one number a password is tried: each costs a hash.
MOST_ASIDE = 3


class JoiningEnd(StrEnum):
    """What became of a request to join two accounts."""

    DONE = "done"
    # By its owner, in a session of either account.
    WITHDRAWN = "withdrawn"
    # What protects one of them changed, "not me" was said, or one is not open any more.
    CHANGED = "changed"
    # They cannot be one: the names differ by now, or the one that stays is proved no more.
    REFUSED = "refused"


class Joining(Struct, frozen=True, kw_only=True):
    """Two accounts whose owner has shown both: the other goes up in the first when the wait is over.

    `other_epoch` is the other's at the moment when its password was shown.
    """

    id: JoiningId
    person_id: PersonId
    account_id: AccountId
    other_person_id: PersonId
    other_account_id: AccountId
    other_epoch: int
    asked_at: datetime
    due_at: datetime


class DueJoining(Struct, frozen=True, kw_only=True):
    """A joining that has waited; `stands` unless either account changed since."""

    joining: Joining
    stands: bool


class SetAccountAside(Effect, kw_only=True):
    """Lock an account and take its number, so that another may have it; what it holds stays for its owner to join.

    Its sessions and grants end, its portals are told until `gives_up_at`. Too late if it is closed, somebody has shown
    evidence for it meanwhile, or another system proved it or gave it a TechID.
    """

    person_id: PersonId
    account_id: AccountId
    at: datetime
    gives_up_at: datetime
    claim: ClassVar[bool] = True


def gives_way(holder: SignInRecord, *, known_to_portals: bool) -> bool:
    """Say whether an account lets go of its number when somebody else proves to be the person of it.

    Never one that portals know a person by (a TechID): who is that person recovers it.
    """
    account = holder.account
    return account.never_proved and account.status is not AccountStatus.CLOSED and not known_to_portals


def is_kept(holder: SignInRecord, now: datetime) -> bool:
    """Say whether an account that gives way is set aside and not erased, for its owner to join by a factor of it.

    It came with contacts that another system had confirmed, or it has a factor that only its owner shows. The phone
    that registered it here is none: nobody else's proof would ever end an account if it were.
    """
    return holder.imported or holder.protected_at(now)


class AskToJoin(Effect, kw_only=True):
    """Make two accounts wait to be joined. Belongs after the `BeginChange` of the one that stays.

    Too late if either is in another joining, the other's epoch has changed, or somebody waits to recover the other.
    """

    joining: Joining
    claim: ClassVar[bool] = True


class FinishJoining(Effect, kw_only=True):
    """The wait is over, in the commit that merges. Too late unless both accounts are as they were shown."""

    person_id: PersonId
    joining_id: JoiningId
    at: datetime
    claim: ClassVar[bool] = True


class EndJoining(Effect, kw_only=True):
    """End a joining that is not to happen. Too late if it has ended."""

    person_id: PersonId
    joining_id: JoiningId
    at: datetime
    result: JoiningEnd
    claim: ClassVar[bool] = True


class JoiningReader(Protocol):
    """Reads accounts that wait to become one."""

    async def open_of(self, account_id: AccountId) -> Joining | None:
        """Return what an account is part of, on either side."""

    async def due(self, now: datetime, limit: int) -> Sequence[DueJoining]:
        """Return up to `limit` that have waited long enough."""

    async def aside(self, number_index: bytes) -> Sequence[tuple[PersonId, AccountId]]:
        """Return person and account of up to `MOST_ASIDE` that wait without their number, newest first."""

    async def may_join(self, person_id: PersonId, account_id: AccountId) -> bool:
        """Say whether an account is open, or locked only because it waits to be joined."""
