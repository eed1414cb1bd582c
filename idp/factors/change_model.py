"""Changes of what protects an account: they wait, so that its owner can object, and "not me" takes them back.

The contact in force stays in its place until the change has waited; a new factor says until when it waits. What was
removed is set aside for as long as it may have to come back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.account.model import SealedValue
from idp.factors.contacts.model import ContactKind
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, ContactChangeId, MandateId, PersonId

# How long a new contact or factor waits before it counts. A national setting of the process; this is its default.
CHANGE_WAIT = timedelta(hours=72)
# What was replaced or removed comes back for as long as the codes of its notices are good, and a day more.
SET_ASIDE_FOR = timedelta(days=8)


class ContactChange(Struct, frozen=True):
    """A contact on its way: the new one (None: removed), when it was asked for, from when it counts.

    `replaced` and `settled_at` are there once it has taken its place.
    """

    id: ContactChangeId
    person_id: PersonId
    account_id: AccountId
    kind: ContactKind
    contact: SealedValue | None
    since: datetime
    settles_at: datetime
    pending_until: datetime
    replaced: SealedValue | None = None
    settled_at: datetime | None = None


def still_waits(until: datetime | None, now: datetime) -> bool:
    """Say whether a factor does not count yet."""
    return until is not None and now < until


class ChangeReader(Protocol):
    """Reads changes of contacts."""

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Sequence[ContactChange]:
        """Return the changes that wait or may still be taken back, oldest first."""

    async def due(self, now: datetime, limit: int) -> Sequence[ContactChange]:
        """Return up to `limit` changes that have waited long enough."""


class BeginChange(Effect):
    """Something that protects the account changes: what was shown for it before is worth nothing any more.

    Too late if the account is not open, or while somebody waits to recover it: who waits may be the owner.
    """

    person_id: PersonId
    account_id: AccountId
    now: datetime
    claim: ClassVar[bool] = True


class RaiseEpoch(Effect):
    """End all waits and sessions of before where nothing may stand in the way: an alarm, the end of a recovery."""

    person_id: PersonId
    account_id: AccountId


class ProposeContact(Effect):
    """Keep a contact that waits, in the place of another of its kind that waits."""

    change: ContactChange


class WithdrawContact(Effect):
    """Forget a contact that waits. Too late if it does not wait any more."""

    person_id: PersonId
    account_id: AccountId
    change_id: ContactChangeId
    claim: ClassVar[bool] = True


class SettleContact(Effect):
    """The contact has waited: it takes its place, and the one before is set aside.

    Too late if it was taken back, does not wait any more, or still has to.
    """

    person_id: PersonId
    account_id: AccountId
    change_id: ContactChangeId
    at: datetime
    claim: ClassVar[bool] = True


class SetAside(Effect):
    """Keep what the same commit removes. Belongs before the removal; of passkeys one, or with None all."""

    person_id: PersonId
    account_id: AccountId
    at: datetime
    passkeys: bool = False
    credential_id: bytes | None = None
    totp: bool = False
    recovery_codes: bool = False


class RestoreProfile(Effect):
    """Write the restored contacts into the profile. Of two changes at a time this one is the later."""

    person_id: PersonId
    profile_sealed: bytes


class SuspendGiven(Effect):
    """Suspend every mandate that a person gave since an instant, with all given under it.

    Tokens, sessions and portals as with `EndMandate`. Comes after the account is held and before sessions end.
    """

    person_id: PersonId
    since: datetime
    at: datetime
    gives_up_at: datetime


class RestoreEnded(Effect):
    """Give back the mandates, older than an instant, that were ended in a person's name since then.

    What the person gave comes back suspended: at the recovery they keep it or let it go. What others gave them stands;
    what rests on a register's word is asked for again at once. Comes before `SuspendGiven`.
    """

    person_id: PersonId
    since: datetime
    at: datetime


class EndGiven(Effect):
    """End a mandate that its giver does not keep, with all given under it; nothing if it has ended."""

    principal_id: str
    mandate_id: MandateId
    ended_by: str
    at: datetime
    reason: str
    gives_up_at: datetime


class ResumeGiven(Effect):
    """A mandate that "not me" suspended stands again, because its giver keeps it, with what was suspended with it.

    Nothing if what it was given under does not stand.
    """

    principal_id: str
    mandate_id: MandateId


class DropFactor(Effect):
    """Remove a factor that its owner does not keep; nothing if it is gone."""

    person_id: PersonId
    account_id: AccountId
    credential_id: bytes | None = None
    totp: bool = False
    recovery_codes: bool = False


class EndWaits(Effect):
    """Put what was changed until an instant into force now: its person has proved anew who they are.

    Belongs after `BeginChange`, which refuses it while somebody waits to recover the account.
    """

    person_id: PersonId
    account_id: AccountId
    begun_until: datetime
    at: datetime


class UndoChanges(Effect):
    """Take back every change of contacts, factors, links and two steps since an instant, and what waits.

    What they replaced or removed comes back, and questions to other devices end. `alarms`: the codes of all notices
    are used, for some of them may have been read by somebody else.
    """

    person_id: PersonId
    account_id: AccountId
    since: datetime
    at: datetime
    alarms: bool = False
