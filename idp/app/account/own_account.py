"""One's own account: what its pages call."""

from idp.account.activity import Activity
from idp.account.closing import Closing
from idp.account.data_copy import DataCopies
from idp.account.notices.service import Notices
from idp.account.own_account import OwnAccount
from idp.account.own_portals import OwnPortals
from idp.account.portal_news import PortalNews
from idp.account.ratings import Ratings
from idp.app.account.joining import compose_joining, compose_other_accounts
from idp.app.account.merging import compose_notices
from idp.app.delegation.mandate_ends import compose_mandate_ends
from idp.app.foundation.messages import compose_messages
from idp.app.foundation.opening import Foundation
from idp.app.sign_in import Citizens
from idp.delegation.mandates.data_copy import MandateCopies
from idp.kernel.key_purposes import KeyPurpose
from idp.proofing.earlier_proof import EarlierProofs
from idp.proofing.waiting import WaitingProofs
from idp.protocol.house import House
from idp.sessions.own_sessions import OwnSessions
from idp.web.account.parts import OwnAccountParts


def compose_closing(foundation: Foundation, house: House) -> Closing:
    """Return what closes accounts for their owners, and erases them later."""
    database, root = foundation.database, foundation.root_key
    return Closing(
        database.ledger,
        Notices(compose_messages(foundation), house.sealer, root.hash_key(KeyPurpose.NOT_ME_CODES)),
        PortalNews(database.identities, foundation.registry),
        compose_mandate_ends(foundation, house),
        house.sealer,
        foundation.clock,
        database.closed_accounts,
        foundation.settings.closing_wait,
    )


def compose_own_account(foundation: Foundation, house: House, citizens: Citizens) -> OwnAccountParts:
    """Return the use cases of one's own account."""
    database, clock, root = foundation.database, foundation.clock, foundation.root_key
    ledger, sealer = database.ledger, house.sealer
    return OwnAccountParts(
        account=OwnAccount(database.own_account, ledger, sealer, clock),
        sessions=OwnSessions(database.own_sessions, database.devices, ledger, clock),
        portals=OwnPortals(database.own_portals, ledger, clock),
        activity=Activity(database.activity, root.hash_key(KeyPurpose.ACTIVITY_PAGES)),
        copies=DataCopies(database.own_copy, MandateCopies(database.mandates, sealer), ledger, sealer, clock),
        closing=compose_closing(foundation, house),
        joining=compose_joining(foundation),
        others=compose_other_accounts(foundation, citizens.sign_in.limits, citizens.factors.checks),
        ratings=Ratings(
            ledger,
            foundation.shortlived,
            root.hash_key(KeyPurpose.RATINGS),
            clock,
            foundation.quality,
            foundation.registry.get,
        ),
        receipts=database.receipts,
        jobs=database.register_jobs,
        waiting=WaitingProofs(database.register_jobs, database.identities, ledger, foundation.shortlived),
        identities=database.identities,
        earlier=EarlierProofs(database.identities, ledger, compose_notices(foundation), clock),
        evidence_required_from=foundation.settings.evidence_required_from,
    )
