"""What the pages of recovery, notices and "this was not me" are given."""

from msgspec import Struct

from idp.account.ratings import Ratings
from idp.delegation.organisations.claim_contacts import ClaimObjections
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.end import RecoveryEnd
from idp.recovery.not_me import NotMe
from idp.recovery.policy import RecoveryPolicy
from idp.recovery.service import Recoveries
from idp.recovery.start import RecoveryStarts
from idp.recovery.started import WaitingSlip
from idp.recovery.waiting import NewPhones, RecoveryReturns, ReturnDraft
from idp.sign_in.drafts import DraftStore
from idp.web.http.dependencies import WebDependencies


class RecoveryDependencies(Struct, frozen=True):
    """The use cases of recovery."""

    web: WebDependencies
    recoveries: Recoveries
    phones: NewPhones
    starts: RecoveryStarts
    returns: RecoveryReturns
    end: RecoveryEnd
    drafts: DraftStore[RecoveryDraft]
    return_drafts: DraftStore[ReturnDraft]
    slips: DraftStore[WaitingSlip]
    policy: RecoveryPolicy
    not_me: NotMe
    objections: ClaimObjections
    ratings: Ratings
