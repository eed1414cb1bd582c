"""The endpoints of relying parties, put together."""

from msgspec import Struct

from idp.app.admin.agency_lineage import StandingLineages
from idp.app.foundation.opening import Foundation
from idp.app.foundation.readiness import Readiness
from idp.app.site import security_contact
from idp.oauth.authorize import AuthorizeEndpoint
from idp.oauth.back_channel import BackChannel
from idp.oauth.client_keys import ClientKeys
from idp.oauth.codes import CodeStore
from idp.oauth.grants import grant_loaders
from idp.oauth.inspection import InspectionEndpoint
from idp.oauth.logout import LogoutEndpoint
from idp.oauth.proof_uses import ProofUses
from idp.oauth.pushed_requests import PushedRequestEndpoint, PushedRequestRoom, PushedRequestStore
from idp.oauth.request_sources import RequestSources
from idp.oauth.shown_tokens import ShownTokens
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.officers.lineage import OfficerPosts
from idp.protocol.provider import Provider
from idp.web.http.dependencies import WebDependencies
from idp.web.http.rendering import Pages
from idp.web.oauth.dependencies import BackChannelDependencies, PublishedDependencies


class Endpoints(Struct, frozen=True):
    """The endpoints, and what they share with those that are made of them: the legacy sign-on, the
    test relying party.
    """

    channel: BackChannel
    codes: CodeStore
    tokens: ShownTokens
    back_channel: BackChannelDependencies
    sources: RequestSources
    authorize: AuthorizeEndpoint
    logout: LogoutEndpoint


def compose_endpoints(foundation: Foundation, provider: Provider) -> Endpoints:
    """Return the endpoints."""
    database, clock, registry = foundation.database, foundation.clock, foundation.registry
    uses = ProofUses(foundation.shortlived)
    channel = BackChannel(provider, registry, ClientKeys(foundation.caller), database.ledger, clock, uses)
    codes = CodeStore(foundation.shortlived, provider.policy.code_memory)
    pushed = PushedRequestStore(
        foundation.shortlived,
        provider.sealer,
        provider.token_hash,
        provider.policy.pushed_request_life,
        provider.policy.interaction_life,
    )
    tokens = ShownTokens(provider, registry, database.grants, uses)
    return Endpoints(
        channel=channel,
        codes=codes,
        tokens=tokens,
        back_channel=BackChannelDependencies(
            pushed=PushedRequestEndpoint(channel, pushed, PushedRequestRoom(foundation.shortlived, pushed.life)),
            token=TokenEndpoint(channel, grant_loaders(provider, codes, database.grants)),
            inspection=InspectionEndpoint(channel, database.grants),
            userinfo=UserinfoEndpoint(provider, tokens, database.identities, database.ledger, clock),
        ),
        sources=RequestSources(pushed),
        authorize=_authorize(foundation, provider, codes, pushed),
        logout=LogoutEndpoint(provider, database.sessions, database.grants, database.ledger, clock),
    )


def compose_published(foundation: Foundation, web: WebDependencies, pages: Pages) -> PublishedDependencies:
    """Return what anybody may read."""
    database = foundation.database
    return PublishedDependencies(
        web=web,
        public_keys=foundation.live_keys,
        readiness=Readiness(database.operations, foundation.shortlived, web.clock),
        register_watches=foundation.registers.watches,
        security_contact=security_contact(foundation.settings),
        assets=pages.assets,
        logos=database.logos,
    )


def _authorize(
    foundation: Foundation, provider: Provider, codes: CodeStore, pushed: PushedRequestStore
) -> AuthorizeEndpoint:
    database = foundation.database
    posts = OfficerPosts(database.officers, StandingLineages(database.agencies))
    return AuthorizeEndpoint(
        provider, database.sessions, codes, pushed, database.ledger, foundation.clock, foundation.metrics, posts
    )
