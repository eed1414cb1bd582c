"""What the pages of one's own account are given."""

from datetime import datetime

from msgspec import Struct

from idp.account.activity import Activity
from idp.account.closing import Closing
from idp.account.data_copy import DataCopies
from idp.account.merging.joining import JoiningRequests
from idp.account.merging.other_accounts import OtherAccounts
from idp.account.own_portals import OwnPortals
from idp.account.ratings import Ratings
from idp.delegation.mandates.service import Mandates
from idp.factors.checks import FactorChecks
from idp.officers.model import OfficerReader
from idp.officers.roles import RoleReader
from idp.proofing.earlier_proof import EarlierProofs
from idp.proofing.proof_ports import Identities, Receipts, RegisterJobs
from idp.proofing.waiting import WaitingProofs
from idp.recovery.not_me import NotMe
from idp.recovery.ports import NoticeReader, RecoveryReader
from idp.sessions.own_sessions import OwnSessions
from idp.web.http.dependencies import WebDependencies
from idp.web.sessions.dependencies import FarewellDependencies


class IdentityDependencies(Struct, frozen=True):
    """What registers say of a person, and asking them again."""

    web: WebDependencies
    receipts: Receipts
    jobs: RegisterJobs
    waiting: WaitingProofs
    identities: Identities
    earlier: EarlierProofs
    # From when on a proof by data alone counts as a match; None where no day is set.
    evidence_required_from: datetime | None


class NoticeDependencies(Struct, frozen=True):
    """What a person was told, and "this was not me"."""

    web: WebDependencies
    notices: NoticeReader
    recoveries: RecoveryReader
    not_me: NotMe


class JoiningDependencies(Struct, frozen=True):
    """Making two accounts of one person one."""

    web: WebDependencies
    joining: JoiningRequests
    others: OtherAccounts
    checks: FactorChecks


class AccountDependencies(Struct, frozen=True):
    """The other pages of one's own account."""

    web: WebDependencies
    sessions: OwnSessions
    portals: OwnPortals
    activity: Activity
    copies: DataCopies
    closing: Closing
    ratings: Ratings
    farewell: FarewellDependencies
    receipts: Receipts
    jobs: RegisterJobs
    mandates: Mandates
    officers: OfficerReader
    roles: RoleReader
