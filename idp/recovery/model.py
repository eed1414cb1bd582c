"""Recovery of an account: what is kept of one on its way, and what its end changes."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import ClassVar

from msgspec import Struct

from idp.account.model import SealedValue
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, ContactChangeId, NoticeId, PersonId, RecoveryId

# Why an account was locked: by a notice's code. Only such a lock is lifted by recovery; an operator's stays.
NOT_ME = "not_me"


class RecoveryMethod(StrEnum):
    """What a recovery stands on beside the register's proof."""

    FACTOR = "factor"
    # A code to the account's phone and nothing else.
    PHONE = "phone"
    WAITING = "waiting"
    # An officer checked the card at the desk and began it for the person.
    ASSISTED = "assisted"


# Those that give a phone which the account did not have, and therefore let its owner object first.
WAITING_METHODS = frozenset({RecoveryMethod.WAITING, RecoveryMethod.ASSISTED})


class Standing(IntEnum):
    """What who waits has shown beside public data and a new phone: more takes the place of less, never of as much."""

    NOTHING = 0
    # One factor of the account, where two are asked for. A code by e-mail is none (SP 800-63B-4 3.1.3.1).
    FACTOR = 1
    # The person's card, to an officer.
    CARD = 2


class Recovery(Struct, frozen=True):
    """A recovery whose identity the register has proved: from `ready_at` until `ends_at` it may set a password.

    `phone` is the new one of a person who waits. The ids may be of nobody: a number without an account gets the same.
    """

    id: RecoveryId
    person_id: PersonId
    account_id: AccountId
    way: RecoveryMethod
    reference_hash: bytes
    phone: SealedValue | None
    started_at: datetime
    ready_at: datetime
    ends_at: datetime
    cancelled_at: datetime | None = None
    finished_at: datetime | None = None
    # The account of the officer, where one began it.
    assisted_by: str | None = None
    # The account's epoch when its first evidence was shown: what has changed since makes the evidence worthless.
    epoch: int = 0
    standing: Standing = Standing.NOTHING
    # Nobody of the account can be told: it ends only after a second officer, whose account stands here, saw the card.
    second_needed: bool = False
    seconded_by: str | None = None
    # Since when somebody waited before it: whoever comes behind a wait comes that much later than what they come for.
    behind_since: datetime | None = None

    @property
    def trouble_since(self) -> datetime:
        """Return when the first recovery began of those that took each other's place, this one among them."""
        return self.behind_since or self.started_at

    @property
    def waits_for_second(self) -> bool:
        """Say whether a second officer has yet to look at the card."""
        return self.second_needed and self.seconded_by is None

    @property
    def at_once(self) -> bool:
        """Say whether it did not wait: the phone that it stands on was the account's."""
        return self.ready_at <= self.started_at

    def open_at(self, now: datetime) -> bool:
        """Say whether it was neither cancelled nor finished and has not run out."""
        return self.cancelled_at is None and self.finished_at is None and now < self.ends_at

    def ready_by(self, now: datetime) -> bool:
        """Say whether its waiting time is over while it is open."""
        return self.open_at(now) and self.ready_at <= now and not self.waits_for_second

    def gives_way_to(self, other: "Recovery") -> bool:
        """Say whether another one of its account takes its place: one that does not wait, or who has shown more."""
        return self.way in WAITING_METHODS and (other.way not in WAITING_METHODS or self.standing < other.standing)

    def has_phone_of(self, other: "Recovery") -> bool:
        """Say whether both are to give the account the same phone: then one person has begun them."""
        if self.phone is None or other.phone is None:
            return False
        return self.phone.blind_index == other.phone.blind_index


class HoldRecoveries(Effect):
    """Claim an account's recoveries: other commits that change them wait until this one is written."""

    person_id: PersonId
    account_id: AccountId


class StartRecovery(Effect):
    """Begin a recovery. Too late while another one of the account is open, or if its epoch is over.

    Belongs after `HoldRecoveries`. While somebody waits, what waits to count for the account waits too.
    """

    recovery: Recovery
    claim: ClassVar[bool] = True


class RenewReference(Effect):
    """Give the person who waits with the same phone a new reference. Too late if that recovery is not open."""

    person_id: PersonId
    recovery_id: RecoveryId
    reference_hash: bytes
    now: datetime
    claim: ClassVar[bool] = True


class CancelRecoveries(Effect):
    """End every open recovery of an account.

    With `notice_id`, a notice of that id is kept for its person where there was one that waited. `begun_until` spares
    those that began later: what was shown before somebody began to wait says nothing of them.
    """

    person_id: PersonId
    account_id: AccountId
    at: datetime
    notice_id: NoticeId | None = None
    begun_until: datetime | None = None


class DisplaceRecovery(Effect):
    """End a recovery that waits, because who has shown more takes its place in the same commit. Too late if it is over.

    Belongs after `HoldRecoveries`. What waits to count waits on, unlike with `CancelRecoveries`: it may be of who gave
    way, and the recovery that begins takes it back.
    """

    person_id: PersonId
    recovery_id: RecoveryId
    standing: Standing
    at: datetime
    claim: ClassVar[bool] = True


class SecondRecovery(Effect):
    """A second officer has seen the card. Too late if the recovery is over, needs none, or has one, or began with them.

    The person gets a new reference in the place of the first.
    """

    person_id: PersonId
    recovery_id: RecoveryId
    officer_id: str
    reference_hash: bytes
    now: datetime
    claim: ClassVar[bool] = True


class FinishRecovery(Effect):
    """Use a recovery. Too late if it was used or cancelled, is not ready, lacks its second officer, or has run out.

    One that did not wait is too late as well if the account's epoch is another than when its evidence was shown.
    """

    person_id: PersonId
    recovery_id: RecoveryId
    now: datetime
    claim: ClassVar[bool] = True


class RecoverPassword(Effect):
    """Replace a password that nobody remembers; wrong tries of every factor are forgotten with it."""

    person_id: PersonId
    account_id: AccountId
    password_hash: str


class RecoverPhone(Effect):
    """Replace a lost phone by the one that the recovery has confirmed; `profile_sealed` names it too.

    The lost one is set aside under `change_id`, so that "not me" can bring it back.
    """

    person_id: PersonId
    account_id: AccountId
    change_id: ContactChangeId
    phone: SealedValue
    profile_sealed: bytes
    at: datetime


class RestPhone(Effect):
    """Refuse codes to the account's phone as a second factor until then: the password was set by one of them alone."""

    person_id: PersonId
    account_id: AccountId
    until: datetime


class RemoveLostFactors(Effect):
    """Remove passkeys, the code app and saved codes: whoever waited has none of them, or somebody else has."""

    person_id: PersonId
    account_id: AccountId


class EndTrust(Effect):
    """End all that was handed out to browsers and portals: known devices and grants with their refresh families.

    Sessions end with `SetAccountStatus` in the same commit (ASVS 7.4.3, case RC-5).
    """

    person_id: PersonId
    account_id: AccountId
    at: datetime
    reason: str
