"""What the pages of one's own account are given."""

from datetime import datetime

from msgspec import Struct

from idp.accounts.proof_ports import Identities, Receipts, RegisterJobs
from idp.selfservice.activity import Activity
from idp.selfservice.closing import Closing
from idp.selfservice.data_copy import DataCopies
from idp.selfservice.earlier_proof import EarlierProofs
from idp.selfservice.joining import JoiningRequests
from idp.selfservice.other_accounts import OtherAccounts
from idp.selfservice.own_account import OwnAccount
from idp.selfservice.own_portals import OwnPortals
from idp.selfservice.own_sessions import OwnSessions
from idp.selfservice.ratings import Ratings
from idp.selfservice.waiting_proofs import WaitingProofs


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
