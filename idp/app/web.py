"""What each feature of the web edge is given, made by the features' own wiring."""

from idp.app.account.own_account import (
    compose_identity,
    compose_joining_pages,
    compose_notice_pages,
    compose_own_account,
)
from idp.app.admin.api import compose_admin_api, compose_metrics
from idp.app.admin.clients import compose_client_administration
from idp.app.admin.console import compose_admin
from idp.app.client_trials import compose_trial_party, compose_trials
from idp.app.delegation.mandates import compose_acting, compose_delegation, compose_objections
from idp.app.dynamic_registration import compose_dynamic_registration
from idp.app.foundation.opening import Foundation
from idp.app.foundation.pages import compose_pages, compose_ratings
from idp.app.legacy import compose_legacy
from idp.app.oauth import Endpoints, compose_device_pages, compose_endpoints, compose_published
from idp.app.officers import compose_officers
from idp.app.recovery import compose_recovery
from idp.app.sign_in import Citizens, compose_citizens, compose_factor_pages, compose_flow, compose_sign_in_pages
from idp.app.site import site_of
from idp.app.transparency import compose_reader
from idp.app.upstream import compose_federation
from idp.kernel.key_purposes import KeyPurpose
from idp.metrics.publishing import PublishedMetrics
from idp.protocol.provider import Provider
from idp.web.dependencies import Dependencies, OwnPagesDependencies, PageDependencies, SigningInDependencies
from idp.web.developers.dependencies import DeveloperDependencies
from idp.web.http.dependencies import WebDependencies
from idp.web.http.notice_board import NoticeBoard
from idp.web.http.rendering import Pages
from idp.web.legacy.dependencies import LegacyDependencies
from idp.web.metrics.dependencies import OpenDataDependencies
from idp.web.oauth.dependencies import PublishedDependencies
from idp.web.recovery.dependencies import RecoveryDependencies
from idp.web.registration.dependencies import RegistrationDependencies
from idp.web.routes import TABLE
from idp.web.sessions.dependencies import FarewellDependencies, LogoutDependencies
from idp.web.status.dependencies import StatusDependencies
from idp.web.transparency.dependencies import TransparencyDependencies


def compose_web(foundation: Foundation) -> Dependencies:
    """Return what every feature of the web edge is given."""
    provider = foundation.shared.provider
    web, endpoints = compose_pages(foundation, provider), compose_endpoints(foundation, provider)
    citizens = compose_citizens(foundation, provider)
    recovery = _recovery(foundation, provider, web)
    officers = compose_officers(foundation, provider, citizens, recovery)
    board = NoticeBoard(foundation.national_settings, web.clock)
    pages = Pages(site_of(foundation.settings), TABLE, board)
    published = compose_published(foundation, web, pages)
    clients = compose_client_administration(foundation)
    trials = compose_trials(foundation, provider.issuer, clients.registrations)
    admin = compose_admin(foundation, web, clients, trials, compose_metrics(foundation), officers.recovery)
    return Dependencies(
        web=web,
        rendering=PageDependencies(pages, foundation.root_key.hash_key(KeyPurpose.FORMS)),
        back_channel=endpoints.back_channel,
        dynamic_registration=compose_dynamic_registration(foundation, provider, endpoints.channel.refusals),
        published=published,
        signing_in=_signing_in(foundation, provider, endpoints, web, citizens, recovery),
        trials=compose_trial_party(foundation, trials, endpoints),
        recovery=recovery,
        own=_own_pages(foundation, provider, citizens, recovery, _farewell(foundation, endpoints, web, recovery)),
        officers=officers,
        admin=admin,
        admin_api=compose_admin_api(foundation, provider, endpoints.tokens, admin),
        legacy=LegacyDependencies(compose_legacy(foundation, provider, endpoints), published),
        developers=DeveloperDependencies(provider.issuer, provider.policy, web.clock, provider.mutual_tls),
        status=_status(foundation, published, board),
        open_data=OpenDataDependencies(
            PublishedMetrics(web.registry, foundation.database.metrics, web.clock), web.registry
        ),
        transparency=TransparencyDependencies(provider.issuer, compose_reader(foundation)),
    )


def _recovery(foundation: Foundation, provider: Provider, web: WebDependencies) -> RecoveryDependencies:
    objections = compose_objections(foundation)
    return compose_recovery(foundation, provider, web, compose_ratings(foundation), objections)


def _signing_in(
    foundation: Foundation,
    provider: Provider,
    endpoints: Endpoints,
    web: WebDependencies,
    citizens: Citizens,
    recovery: RecoveryDependencies,
) -> SigningInDependencies:
    flow = compose_flow(foundation, provider, web, endpoints)
    return SigningInDependencies(
        flow=flow,
        sign_in=compose_sign_in_pages(foundation, web, endpoints.authorize, citizens),
        act_for=compose_acting(foundation, web, endpoints.authorize),
        logout=LogoutDependencies(web, endpoints.logout, _farewell(foundation, endpoints, web, recovery)),
        upstream=compose_federation(foundation, provider, citizens, flow),
        registration=RegistrationDependencies(web, citizens.registrations),
        device=compose_device_pages(foundation, web, endpoints.devices),
    )


def _farewell(
    foundation: Foundation, endpoints: Endpoints, web: WebDependencies, recovery: RecoveryDependencies
) -> FarewellDependencies:
    return FarewellDependencies(web, foundation.database.outbox, recovery.ratings, endpoints.front_channel)


def _own_pages(
    foundation: Foundation,
    provider: Provider,
    citizens: Citizens,
    recovery: RecoveryDependencies,
    farewell: FarewellDependencies,
) -> OwnPagesDependencies:
    web = farewell.web
    delegation = compose_delegation(foundation, provider, web)
    return OwnPagesDependencies(
        account=compose_own_account(foundation, provider, farewell, delegation.mandates),
        identity=compose_identity(foundation, web),
        notices=compose_notice_pages(foundation, web, recovery.not_me),
        joining=compose_joining_pages(foundation, web, citizens),
        factors=compose_factor_pages(web, citizens),
        delegation=delegation,
    )


def _status(foundation: Foundation, published: PublishedDependencies, board: NoticeBoard) -> StatusDependencies:
    return StatusDependencies(
        clock=published.web.clock,
        readiness=published.readiness,
        register_watches=published.register_watches,
        federation=foundation.upstreams.federation,
        board=board,
    )
