"""One's own account: what its pages call."""

from idp.account.activity import Activity
from idp.account.closing import Closing
from idp.account.data_copy import DataCopies
from idp.account.own_portals import OwnPortals
from idp.account.portal_news import PortalNews
from idp.app.account.joining import compose_joining, compose_other_accounts
from idp.app.delegation.mandate_ends import compose_mandate_ends
from idp.app.foundation.opening import Foundation
from idp.app.sign_in import Citizens
from idp.delegation.mandates.data_copy import MandateCopies
from idp.delegation.mandates.service import Mandates
from idp.kernel.key_purposes import KeyPurpose
from idp.proofing.earlier_proof import EarlierProofs
from idp.proofing.waiting import WaitingProofs
from idp.protocol.provider import Provider
from idp.recovery.not_me import NotMe
from idp.sessions.own_sessions import OwnSessions
from idp.web.account.dependencies import (
    AccountDependencies,
    IdentityDependencies,
    JoiningDependencies,
    NoticeDependencies,
)
from idp.web.http.dependencies import WebDependencies
from idp.web.sessions.dependencies import FarewellDependencies


def compose_closing(foundation: Foundation, provider: Provider) -> Closing:
    """Return what closes accounts for their owners, and erases them later."""
    database = foundation.database
    return Closing(
        database.ledger,
        foundation.shared.notices,
        PortalNews(database.identities, foundation.registry),
        compose_mandate_ends(foundation),
        provider.sealer,
        foundation.clock,
        database.closed_accounts,
        foundation.settings.closing_wait,
    )


def compose_own_account(
    foundation: Foundation, provider: Provider, farewell: FarewellDependencies, mandates: Mandates
) -> AccountDependencies:
    """Return what most pages of one's own account are given."""
    web, database = farewell.web, foundation.database
    clock, ledger, sealer = web.clock, web.ledger, web.sealer
    return AccountDependencies(
        web=web,
        sessions=OwnSessions(database.own_sessions, database.devices, ledger, clock),
        portals=OwnPortals(database.own_portals, ledger, clock),
        activity=Activity(database.activity, foundation.root_key.hash_key(KeyPurpose.ACTIVITY_PAGES)),
        copies=DataCopies(database.own_copy, MandateCopies(database.mandates, sealer), ledger, sealer, clock),
        closing=compose_closing(foundation, provider),
        ratings=farewell.ratings,
        farewell=farewell,
        receipts=database.receipts,
        jobs=database.register_jobs,
        mandates=mandates,
        officers=database.officers,
        roles=database.roles,
    )


def compose_identity(foundation: Foundation, web: WebDependencies) -> IdentityDependencies:
    """Return what the page of one's own identity is given."""
    database = foundation.database
    return IdentityDependencies(
        web=web,
        receipts=database.receipts,
        jobs=database.register_jobs,
        waiting=WaitingProofs(database.register_jobs, database.identities, web.ledger, foundation.shortlived),
        identities=database.identities,
        earlier=EarlierProofs(database.identities, web.ledger, foundation.shared.notices, web.clock),
        evidence_required_from=foundation.settings.evidence_required_from,
    )


def compose_notice_pages(foundation: Foundation, web: WebDependencies, not_me: NotMe) -> NoticeDependencies:
    """Return what the page of notices is given."""
    return NoticeDependencies(web, foundation.database.notices, foundation.database.recoveries, not_me)


def compose_joining_pages(foundation: Foundation, web: WebDependencies, citizens: Citizens) -> JoiningDependencies:
    """Return what the pages of joining two accounts are given."""
    others = compose_other_accounts(foundation, citizens.sign_in.limits, citizens.factors.checks)
    return JoiningDependencies(web, compose_joining(foundation), others, citizens.factors.checks)
