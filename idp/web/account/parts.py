"""What the pages of one's own account are given."""

from datetime import datetime

from msgspec import Struct

from idp.account.activity import Activity
from idp.account.closing import Closing
from idp.account.data_copy import DataCopies
from idp.account.merging.joining import JoiningRequests
from idp.account.merging.other_accounts import OtherAccounts
from idp.account.own_account import OwnAccount
from idp.account.own_portals import OwnPortals
from idp.account.ratings import Ratings
from idp.proofing.earlier_proof import EarlierProofs
from idp.proofing.proof_ports import Identities, Receipts, RegisterJobs
from idp.proofing.waiting import WaitingProofs
from idp.sessions.own_sessions import OwnSessions


class OwnAccountParts(Struct, frozen=True):
    """The use cases of one's own account."""

    account: OwnAccount
    sessions: OwnSessions
    portals: OwnPortals
    activity: Activity
    copies: DataCopies
    closing: Closing
    joining: JoiningRequests
    others: OtherAccounts
    ratings: Ratings
    receipts: Receipts
    jobs: RegisterJobs
    waiting: WaitingProofs
    identities: Identities
    earlier: EarlierProofs
    # From when on a proof by data alone counts as a match; None where no day is set.
    evidence_required_from: datetime | None
