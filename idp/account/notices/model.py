"""Notices: what a person is told about their own account, kept for them to read, and the codes that say "this was not
me".
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct, field

from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, NoticeId, PersonId


class NoticeKind(StrEnum):
    """What happened; each has its texts `notices.<kind>` on pages and `notice_<kind>` in messages."""

    NEW_DEVICE = "new_device"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name, not a password
    CONTACT_CHANGED = "contact_changed"
    # A proof was shown anew: what waited to count counts.
    WAITS_ENDED = "waits_ended"
    # Nobody confirmed the phone for long: it is asked for before it stops counting.
    PHONE_DUE = "phone_due"
    SECOND_ACCOUNT_TRIED = "second_account_tried"
    # Somebody proved to be the person of the number: an account that never was will end.
    NUMBER_CLAIMED = "number_claimed"
    # The number leads to another account now: imported, or opened by who proved to be its person.
    SET_ASIDE = "set_aside"
    APPROVAL_GIVEN = "approval_given"
    RECOVERY_STARTED = "recovery_started"
    RECOVERY_CANCELLED = "recovery_cancelled"
    RECOVERY_DONE = "recovery_done"
    ACCOUNT_LOCKED = "account_locked"
    ACCOUNT_CLOSED = "account_closed"
    # Asked for by who showed both: they become one when the wait is over.
    ACCOUNTS_JOINING = "accounts_joining"
    JOINING_ENDED = "joining_ended"
    ACCOUNTS_MERGED = "accounts_merged"
    MERGE_UNDONE = "merge_undone"
    IDENTITY_PROVED = "identity_proved"
    IDENTITY_MATCHED = "identity_matched"
    IDENTITY_REFUSED = "identity_refused"
    IDENTITY_CHANGED = "identity_changed"
    ORGANISATION_CLAIMED = "organisation_claimed"
    ORGANISATION_REFUSED = "organisation_refused"
    WARD_CLAIMED = "ward_claimed"
    MANDATE_OFFERED = "mandate_offered"
    MANDATE_RECEIVED = "mandate_received"
    MANDATE_ACCEPTED = "mandate_accepted"
    MANDATE_ENDED = "mandate_ended"
    MANDATE_SUSPENDED = "mandate_suspended"
    MANDATE_WAITS = "mandate_waits"
    MANDATE_RESUMED = "mandate_resumed"
    MANDATE_CONFIRMED = "mandate_confirmed"
    MANDATE_CLAIMED = "mandate_claimed"
    MANDATE_OFFERED_BELOW = "mandate_offered_below"
    MANDATE_ACCEPTED_BELOW = "mandate_accepted_below"
    MANDATE_LOWERED = "mandate_lowered"
    MANDATE_RESTS = "mandate_rests"
    ASSISTED_FILING = "assisted_filing"
    RECOVERY_ASSISTED = "recovery_assisted"
    LOCKED_BY_SUPPORT = "locked_by_support"
    UNLOCKED_BY_SUPPORT = "unlocked_by_support"
    SIGNED_OUT_BY_SUPPORT = "signed_out_by_support"
    # An officer has no contacts: this one is on their page alone.
    TERM_CHANGED = "term_changed"


class Notice(Struct, frozen=True):
    """One notice. `details` are words of the code (a factor, a browser), never personal data."""

    id: NoticeId
    person_id: PersonId
    account_id: AccountId
    kind: NoticeKind
    at: datetime
    details: Mapping[str, str] = field(default_factory=dict)
    read_at: datetime | None = None


class AddNotice(Effect):
    """Keep a notice for its person."""

    notice: Notice


class MarkNoticesRead(Effect):
    """The person has seen the notices up to `at`."""

    person_id: PersonId
    at: datetime


class IssueNotMeCode(Effect):
    """Keep the keyed hash of the code that a notice carries to say "this was not me"."""

    code_hash: bytes
    person_id: PersonId
    account_id: AccountId
    notice_id: NoticeId
    expires_at: datetime


class NotMeCode(Struct, frozen=True):
    """Whose account a code locks, and when what it objects to happened."""

    person_id: PersonId
    account_id: AccountId
    notice_id: NoticeId
    at: datetime


class UseNotMeCode(Effect):
    """Use a "not me" code. Too late if it was used or has expired."""

    code_hash: bytes
    now: datetime
    claim: ClassVar[bool] = True
