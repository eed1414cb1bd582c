"""The endpoints of relying parties, put together."""

from collections.abc import Mapping

from msgspec import Struct

from idp.app.admin.agency_lineage import StandingLineages
from idp.app.foundation.opening import Foundation
from idp.app.foundation.readiness import Readiness
from idp.app.site import security_contact
from idp.audit.client_refusals import RefusalTally
from idp.oauth.authorize import AuthorizeEndpoint
from idp.oauth.back_channel import BackChannel
from idp.oauth.client_keys import ClientKeys
from idp.oauth.codes import CodeStore
from idp.oauth.devices.approval import DeviceApproval
from idp.oauth.devices.authorization import DeviceAuthorizationEndpoint, DeviceRoom
from idp.oauth.devices.backchannel import BackchannelEndpoint
from idp.oauth.devices.entry import DeviceEntry
from idp.oauth.devices.hinted_people import HintedPeople
from idp.oauth.devices.polls import DeviceLoader, PollPace
from idp.oauth.front_channel import FrontChannelLogout
from idp.oauth.grants import GrantLoader, GrantSources, grant_loaders
from idp.oauth.inspection import InspectionEndpoint
from idp.oauth.logout import LogoutEndpoint
from idp.oauth.persons import PersonReader
from idp.oauth.proof_uses import ProofUses
from idp.oauth.pushed_requests import PushedRequestEndpoint, PushedRequestRoom, PushedRequestStore
from idp.oauth.referenced_objects import ReferencedObjects
from idp.oauth.request_objects import RequestObjects
from idp.oauth.request_sources import RequestSources
from idp.oauth.shown_tokens import ShownTokens
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.officers.lineage import OfficerPosts
from idp.officers.reported_roles import ReportedRoles
from idp.protocol.provider import Provider
from idp.web.device_grant.dependencies import DeviceDependencies
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
    persons: PersonReader
    back_channel: BackChannelDependencies
    sources: RequestSources
    authorize: AuthorizeEndpoint
    logout: LogoutEndpoint
    front_channel: FrontChannelLogout
    devices: DeviceApproval


def compose_endpoints(foundation: Foundation, provider: Provider) -> Endpoints:
    """Return the endpoints."""
    database, clock, registry = foundation.database, foundation.clock, foundation.registry
    uses = ProofUses(foundation.shortlived)
    keys = ClientKeys(foundation.caller)
    channel = BackChannel(provider, registry, keys, database.ledger, clock, uses, RefusalTally(database.ledger))
    objects = RequestObjects(provider, keys, ReferencedObjects(foundation.caller))
    codes = CodeStore(foundation.shortlived, provider.policy.code_memory)
    lineages = StandingLineages(database.agencies)
    reported = ReportedRoles(database.officers, database.roles, lineages)
    persons = PersonReader(registry, database.identities, reported)
    pushed = PushedRequestStore(
        foundation.shortlived,
        provider.sealer,
        provider.token_hash,
        provider.policy.pushed_request_life,
        provider.policy.interaction_life,
    )
    tokens = ShownTokens(provider, registry, database.grants, uses)
    authorize = _authorize(foundation, provider, codes, pushed)
    room = DeviceRoom(foundation.shortlived, provider.policy.device_code_life)
    return Endpoints(
        channel=channel,
        codes=codes,
        tokens=tokens,
        persons=persons,
        back_channel=BackChannelDependencies(
            pushed=PushedRequestEndpoint(
                channel, objects, pushed, PushedRequestRoom(foundation.shortlived, pushed.life)
            ),
            token=TokenEndpoint(
                channel, compose_loaders(foundation, channel, codes, persons), PollPace(provider, foundation.shortlived)
            ),
            inspection=InspectionEndpoint(channel, database.grants),
            userinfo=UserinfoEndpoint(provider, tokens, persons, channel.client_keys, database.ledger, clock),
            device_authorization=DeviceAuthorizationEndpoint(channel, room),
            backchannel=BackchannelEndpoint(channel, _hinted_people(foundation, provider), room),
        ),
        sources=RequestSources(pushed, objects),
        authorize=authorize,
        logout=LogoutEndpoint(provider, database.sessions, database.grants, database.ledger, clock),
        front_channel=FrontChannelLogout(provider, database.grants),
        devices=DeviceApproval(
            provider, database.device_requests, authorize, database.ledger, clock, foundation.metrics
        ),
    )


def _hinted_people(foundation: Foundation, provider: Provider) -> HintedPeople:
    database = foundation.database
    return HintedPeople(provider, database.accounts, database.grants, foundation.shared.number_index)


def compose_loaders(
    foundation: Foundation, channel: BackChannel, codes: CodeStore, persons: PersonReader
) -> Mapping[str, GrantLoader]:
    """Return what each grant of a token endpoint loads."""
    database, provider = foundation.database, channel.provider
    devices = DeviceLoader(provider, database.device_requests, persons)
    return grant_loaders(
        GrantSources(provider, channel.registry, channel.client_keys, codes, database.grants, persons, devices)
    )


def compose_device_pages(foundation: Foundation, web: WebDependencies, devices: DeviceApproval) -> DeviceDependencies:
    """Return what the pages of a device's code are given."""
    database = foundation.database
    entry = DeviceEntry(devices, database.ledger, foundation.shortlived, web.cookie_hash, foundation.clock)
    return DeviceDependencies(web, devices, entry, database.agencies)


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
        mutual_tls=foundation.shared.provider.mutual_tls,
    )


def _authorize(
    foundation: Foundation, provider: Provider, codes: CodeStore, pushed: PushedRequestStore
) -> AuthorizeEndpoint:
    database = foundation.database
    posts = OfficerPosts(database.officers, StandingLineages(database.agencies))
    return AuthorizeEndpoint(
        provider, database.sessions, codes, pushed, database.ledger, foundation.clock, foundation.metrics, posts
    )
