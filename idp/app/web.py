"""Every use case that the web edge calls."""

from idp.app.account.own_account import compose_own_account
from idp.app.admin.agency_lineage import StandingLines
from idp.app.admin.api import compose_admin_api
from idp.app.admin.console import compose_admin
from idp.app.client_trials import compose_trial_parts, compose_trials
from idp.app.delegation.mandates import compose_mandates
from idp.app.foundation.opening import Foundation
from idp.app.foundation.protocol_provider import compose_house
from idp.app.foundation.readiness import Readiness
from idp.app.legacy import compose_dialect
from idp.app.officers import compose_officers
from idp.app.recovery import compose_recovery
from idp.app.sign_in import compose_citizens, draft_shelf
from idp.app.site import security_contact, site_of
from idp.app.transparency import compose_reader
from idp.app.upstream import compose_federation
from idp.delegation.choices import ActingChoices
from idp.grants.consents import Consents
from idp.kernel.key_purposes import KeyPurpose
from idp.metrics.publishing import OpenQuality
from idp.oauth.authorize import AuthorizeEndpoint
from idp.oauth.back_channel import BackChannel
from idp.oauth.bearer import BearerTokens
from idp.oauth.client_keys import ClientKeys
from idp.oauth.codes import CodeShelf
from idp.oauth.grants import grant_loaders
from idp.oauth.inspection import InspectionEndpoint
from idp.oauth.logout import LogoutEndpoint
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.officers.lineage import OfficerPosts
from idp.protocol.house import House
from idp.sign_in.interactions import Interaction
from idp.sign_in.waiting_room import WaitingRoom
from idp.web.http.notice_board import NoticeBoard
from idp.web.http.rendering import Pages
from idp.web.parts import Parts


def compose_web(foundation: Foundation) -> Parts:
    """Return every use case that the web edge calls."""
    house, database, clock = compose_house(foundation), foundation.database, foundation.clock
    keys, board = ClientKeys(foundation.caller), NoticeBoard(foundation.national, clock)
    channel = BackChannel(house, foundation.registry, keys, database.ledger, clock)
    codes = CodeShelf(foundation.shortlived, house.policy.code_memory)
    citizens, recovery = compose_citizens(foundation, house), compose_recovery(foundation, house)
    officers = compose_officers(foundation, house, citizens, recovery)
    tokens = BearerTokens(house, foundation.registry, database.grants)
    userinfo = UserinfoEndpoint(house, tokens, database.identities, database.ledger, clock)
    logout = LogoutEndpoint(house, database.sessions, database.grants, database.ledger, clock)
    token, admin = TokenEndpoint(channel, grant_loaders(house, codes, database.grants)), compose_admin(foundation)
    trials = compose_trials(foundation, house.issuer, admin.clients, admin.roles)
    return Parts(
        issuer=house.issuer,
        policy=house.policy,
        clock=clock,
        pages=Pages(site_of(foundation.settings), board),
        board=board,
        form_key=foundation.root_key.hash_key(KeyPurpose.FORMS),
        cookie_hash=house.token_hash,
        sealer=house.sealer,
        registry=foundation.registry,
        sessions=database.sessions,
        ledger=database.ledger,
        outbox=database.outbox,
        logos=database.logos,
        authorize=_authorize(foundation, house, codes),
        token=token,
        inspection=InspectionEndpoint(channel, database.grants),
        userinfo=userinfo,
        logout=logout,
        dialect=compose_dialect(foundation, house, userinfo=userinfo, logout=logout),
        sign_in=citizens.sign_in,
        factors=citizens.factors,
        credentials=citizens.credentials,
        passkeys=citizens.passkeys,
        upstream=compose_federation(foundation, house, citizens),
        registrations=citizens.registrations,
        acting=ActingChoices(database.mandates, database.ledger, clock),
        recovery=recovery,
        consents=Consents(database.ledger, clock),
        own=compose_own_account(foundation, house, citizens),
        mandates=compose_mandates(foundation, house),
        officers=officers,
        admin=admin,
        trying=compose_trial_parts(foundation, trials, channel, codes),
        admin_api=compose_admin_api(foundation, house, tokens, officers.recovery),
        interactions=draft_shelf(foundation, house, "interaction", Interaction, house.policy.interaction_life),
        waiting=_waiting_room(foundation, house),
        registration_drafts=citizens.registrations.drafts,
        public_keys=foundation.live_keys,
        readiness=Readiness(database.operations, foundation.shortlived, clock),
        transparency=compose_reader(foundation),
        register_watches=foundation.registers.watches,
        security_contact=security_contact(foundation.settings),
        quality=foundation.quality,
        open_quality=OpenQuality(foundation.registry, database.quality, clock),
    )


def _authorize(foundation: Foundation, house: House, codes: CodeShelf) -> AuthorizeEndpoint:
    database = foundation.database
    posts = OfficerPosts(database.officers, StandingLines(database.agencies))
    return AuthorizeEndpoint(
        house,
        database.sessions,
        codes,
        database.ledger,
        foundation.clock,
        foundation.quality,
        posts,
    )


def _waiting_room(foundation: Foundation, house: House) -> WaitingRoom:
    most_kib = foundation.settings.waiting_requests_mib * 1024
    return WaitingRoom(foundation.shortlived, most_kib, house.policy.interaction_life)
