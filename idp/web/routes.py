"""The tables of all features, and the application over them."""

from starlette.types import ASGIApp

from clients.addresses.browser_apps import BrowserAppOrigins
from idp.protocol.endpoints import CHECK_SESSION, ENDPOINTS
from idp.web.account import routes as account
from idp.web.admin import routes as console
from idp.web.admin_api import routes as api
from idp.web.admin_api.answers import ProblemAnswers
from idp.web.admin_api.obtaining_tokens import token_steps
from idp.web.admin_api.openapi import DOCUMENT
from idp.web.admin_api.problems import STATUS
from idp.web.client_trials import routes as client_trials
from idp.web.client_trials.trial_requests import TrialClients
from idp.web.delegation import routes as delegation
from idp.web.dependencies import Dependencies, OwnPagesDependencies
from idp.web.developers import routes as developers
from idp.web.developers.handlers import AdministrationApi
from idp.web.device_grant import routes as device_grant
from idp.web.dynamic_registration import routes as dynamic_registration
from idp.web.error_answers import ErrorAnswers
from idp.web.factors import routes as factors
from idp.web.http.cookies import Cookies
from idp.web.http.cross_origin import CrossOrigin
from idp.web.http.edge import Edge
from idp.web.http.page_context import PageContext
from idp.web.http.request_clients import RegisteredClients
from idp.web.http.route_table import RouteTable
from idp.web.http.router import Router, Row
from idp.web.legacy import routes as legacy
from idp.web.metrics import routes as metrics
from idp.web.oauth import routes as oauth
from idp.web.officers import routes as officers
from idp.web.recovery import routes as recovery
from idp.web.registration import routes as registration
from idp.web.sessions import routes as sessions
from idp.web.sessions.logout import LogoutHandlers
from idp.web.sign_in import routes as sign_in
from idp.web.sign_in.flow import Flow
from idp.web.status import routes as status
from idp.web.transparency import routes as transparency
from idp.web.upstream import routes as upstream

TABLE = RouteTable(
    (
        *oauth.ROUTES,
        *dynamic_registration.ROUTES,
        *sign_in.ROUTES,
        *delegation.STEPS,
        *device_grant.ROUTES,
        *sessions.ROUTES,
        *client_trials.ROUTES,
        *upstream.ROUTES,
        *registration.ROUTES,
        *recovery.ROUTES,
        *factors.ROUTES,
        *account.ROUTES,
        *delegation.ROUTES,
        *officers.ROUTES,
        *console.CONSOLE,
        *api.ROUTES,
        *status.ROUTES,
        *transparency.ROUTES,
        *metrics.ROUTES,
        *developers.ROUTES,
        *legacy.ROUTES,
    )
)


def web_application(dependencies: Dependencies) -> ASGIApp:
    """Return the whole web edge over the use cases."""
    web = dependencies.web
    context = page_desk(dependencies)
    errors = ErrorAnswers(context, ProblemAnswers(web.issuer), web.metrics, web.registry)
    scripts = CrossOrigin(TABLE.routes, BrowserAppOrigins(web.registry))
    return Edge(
        scripts.around(Router(rows(dependencies, context))),
        secure=web.secure,
        answer_error=errors.answer,
        embedded=CHECK_SESSION,
        readers=scripts.headers,
    )


def page_desk(dependencies: Dependencies) -> PageContext:
    """Return what all page handlers share."""
    rendering, web = dependencies.rendering, dependencies.web
    return PageContext(rendering.pages, Cookies(web.secure), rendering.form_key, web.issuer, TABLE)


def rows(dependencies: Dependencies, context: PageContext) -> list[Row]:
    """Return every route with what serves it."""
    pages, registered = dependencies.signing_in, RegisteredClients(dependencies.web.registry)
    flow = Flow(pages.flow, context, registered)
    return [
        *oauth.program_rows(dependencies.back_channel, dependencies.published),
        *dynamic_registration.dynamic_registration_rows(dependencies.dynamic_registration),
        *_of_signing_in(dependencies, context),
        *client_trials.trial_rows(dependencies.trials, context),
        *device_grant.device_rows(pages.device, context, flow),
        *upstream.upstream_rows(pages.upstream, context, flow),
        *registration.registration_rows(pages.registration, context, flow),
        *recovery.recovery_rows(dependencies.recovery, context),
        *_of_own_account(dependencies.own, context),
        *officers.officer_rows(dependencies.officers, context, flow),
        *console.console_rows(dependencies.admin, context),
        *api.admin_api_rows(dependencies.admin_api, ProblemAnswers(dependencies.web.issuer)),
        *status.status_rows(dependencies.status, context),
        *transparency.transparency_rows(dependencies.transparency, context),
        *metrics.open_data_rows(dependencies.open_data, context),
        *developers.developer_rows(
            dependencies.developers, context, ENDPOINTS, _administration_api(dependencies.web.issuer)
        ),
        *legacy.old_rows(
            dependencies.legacy,
            context,
            sign_in=flow.begin,
            sign_out=LogoutHandlers(pages.logout, context, registered).answer,
        ),
    ]


def _of_signing_in(dependencies: Dependencies, context: PageContext) -> list[Row]:
    # The browser that holds a trial run meets the trial client here, and nowhere else.
    clients = TrialClients(dependencies.web.registry, dependencies.trials.trials, context.cookies)
    pages = dependencies.signing_in
    flow = Flow(pages.flow, context, clients)
    return [
        *sign_in.sign_in_rows(pages.sign_in, context, flow),
        *delegation.step_rows(pages.act_for, context, flow),
        *sessions.logout_rows(pages.logout, context, clients),
    ]


def _of_own_account(own: OwnPagesDependencies, context: PageContext) -> list[Row]:
    return [
        *account.account_rows(own.account, context, identity=own.identity, notices=own.notices, merging=own.joining),
        *factors.factor_rows(own.factors, context),
        *delegation.delegation_rows(own.delegation, context),
    ]


def _administration_api(issuer: str) -> AdministrationApi:
    problems = {str(code): code_status for code, code_status in STATUS.items()}
    return AdministrationApi(DOCUMENT, problems, token_steps(issuer))
