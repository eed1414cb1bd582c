"""What the pages of recovery, notices and "this was not me" are given."""

from msgspec import Struct

from idp.accounts.recovery_ports import NoticeReader, RecoveryReader
from idp.selfservice.drafts import DraftShelf
from idp.selfservice.not_me import NotMe
from idp.selfservice.recovery import Recoveries
from idp.selfservice.recovery_drafts import RecoveryDraft
from idp.selfservice.recovery_end import RecoveryEnd
from idp.selfservice.recovery_policy import RecoveryPolicy
from idp.selfservice.recovery_start import RecoveryStarts
from idp.selfservice.recovery_started import WaitingSlip
from idp.selfservice.recovery_waiting import NewPhones, RecoveryReturns, ReturnDraft


class RecoveryParts(Struct, frozen=True):
    """The use cases of recovery."""

    recoveries: Recoveries
    phones: NewPhones
    starts: RecoveryStarts
    returns: RecoveryReturns
    end: RecoveryEnd
    not_me: NotMe
    drafts: DraftShelf[RecoveryDraft]
    return_drafts: DraftShelf[ReturnDraft]
    slips: DraftShelf[WaitingSlip]
    policy: RecoveryPolicy
    reader: RecoveryReader
    notices: NoticeReader
