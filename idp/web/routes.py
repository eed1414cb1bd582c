"""The one table of routes."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from idp.upstream.service import CALLBACK_PATH
from idp.web.account.activity import ActivityHandlers
from idp.web.account.close import CloseHandlers
from idp.web.account.download import DownloadHandlers
from idp.web.account.home import AccountHandlers
from idp.web.account.identity import IdentityHandlers
from idp.web.account.joining import CONFIRM_PATH, FACTOR_PATH, JoiningHandlers
from idp.web.account.joining import PATH as JOINING_PATH
from idp.web.account.language import LanguageHandlers
from idp.web.account.notices import NoticesHandlers
from idp.web.account.portals import PortalsHandlers
from idp.web.account.profile import ProfileHandlers
from idp.web.account.ratings import RatingHandlers
from idp.web.account.sessions import SessionsHandlers
from idp.web.admin.routes import console_routes
from idp.web.admin_api.answers import ProblemAnswers
from idp.web.admin_api.obtaining_tokens import token_steps
from idp.web.admin_api.openapi import DOCUMENT
from idp.web.admin_api.problems import STATUS
from idp.web.admin_api.routes import admin_api_routes
from idp.web.client_trials.room import trying_routes
from idp.web.client_trials.trial_requests import TrialClients
from idp.web.delegation import act_for, acting_people, give, mandates, organisations, wards
from idp.web.dependencies import Dependencies, OwnPagesDependencies, SigningInDependencies
from idp.web.developers.handlers import AdministrationApi, developer_routes
from idp.web.error_answers import ErrorAnswers
from idp.web.factors import passkeys
from idp.web.factors.approvals import ApprovalsHandlers
from idp.web.factors.confirm import ConfirmHandlers
from idp.web.factors.contacts import ContactHandlers
from idp.web.factors.dependencies import FactorDependencies
from idp.web.factors.factor_step import SECOND_STEP_PATH
from idp.web.factors.overview import FactorsHandlers
from idp.web.factors.password import PasswordHandlers
from idp.web.factors.recovery_codes import RecoveryCodesHandlers
from idp.web.factors.totp import TotpHandlers
from idp.web.http.cookies import Cookies
from idp.web.http.edge import Edge
from idp.web.http.page_context import PageDesk
from idp.web.http.request_clients import RegisteredClients
from idp.web.http.router import Route, Switchboard
from idp.web.legacy.routes import old_routes
from idp.web.metrics import open_data
from idp.web.oauth.back_channel import BackChannelHandlers
from idp.web.oauth.logos import ROUTE as LOGO_ROUTE
from idp.web.oauth.logos import LogoHandlers
from idp.web.oauth.metadata import MetadataHandlers
from idp.web.oauth.security_text import SECURITY_TEXT_PATH
from idp.web.officers import assist_desk, counter_desk, enrol
from idp.web.officers.assist_desk import AssistDesk
from idp.web.officers.assist_identity import AssistIdentityHandlers
from idp.web.officers.assist_recovery import AssistRecoveryHandlers
from idp.web.officers.counter import CounterHandlers
from idp.web.officers.counter_screen import CounterScreenHandlers
from idp.web.recovery.routes import recovery_routes
from idp.web.registration.register import RegisterHandlers
from idp.web.sessions.logout import LogoutHandlers
from idp.web.sign_in import passkey
from idp.web.sign_in.account_kind import AccountKindHandlers
from idp.web.sign_in.consent import ConsentHandlers
from idp.web.sign_in.flow import Flow
from idp.web.sign_in.second_step import SecondStepHandlers
from idp.web.sign_in.sign_in import SignInHandlers
from idp.web.sign_in.step_up import StepUpHandlers
from idp.web.status.status import StatusHandlers
from idp.web.transparency import transparency
from idp.web.upstream.first_time import UpstreamFirstHandlers
from idp.web.upstream.offer import START_PATH
from idp.web.upstream.own_links import LINK_PATH as LINK_UPSTREAM_PATH
from idp.web.upstream.own_links import PATH as OWN_UPSTREAMS_PATH
from idp.web.upstream.own_links import UpstreamsHandlers
from idp.web.upstream.sign_in import FIRST_PATH, UpstreamHandlers

# Metadata name -> path: what is routed is what discovery says.
ENDPOINTS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "userinfo_endpoint": "/userinfo",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
    "end_session_endpoint": "/logout",
    "jwks_uri": "/jwks.json",
}
_GET, _POST, _BOTH = ("GET",), ("POST",), ("GET", "POST")


class FormHandlers(Protocol):
    """A page with a form: shown by GET, taken by POST."""

    async def show(self, request: Request) -> Response:
        """Return the page."""

    async def submit(self, request: Request) -> Response:
        """Take the form."""


def web_application(dependencies: Dependencies) -> ASGIApp:
    """Return the whole web edge over the use cases."""
    web = dependencies.web
    cookies = Cookies(web.secure)
    desk = PageDesk(dependencies.rendering.pages, cookies, dependencies.rendering.form_key, web.issuer)
    errors = ErrorAnswers(desk, ProblemAnswers(web.issuer), web.quality, web.registry)

    return Edge(Switchboard(routes(dependencies, desk)), secure=web.secure, answer_error=errors.answer)


def routes(dependencies: Dependencies, desk: PageDesk) -> list[Route]:
    """Return every route."""
    return [
        *_of_programs(dependencies),
        *_of_signing_in(dependencies, desk),
        *trying_routes(dependencies.trials, desk),
        *_of_upstreams(dependencies.signing_in, desk),
        *_of_registration(dependencies.signing_in, desk),
        *recovery_routes(dependencies.recovery, desk),
        *_of_factors(dependencies.own.factors, desk),
        *_of_own_account(dependencies.own, desk),
        *_of_officers(dependencies, desk),
        *console_routes(dependencies.admin, desk),
        *admin_api_routes(dependencies.admin_api, ProblemAnswers(dependencies.web.issuer)),
        *_of_everybody(dependencies, desk),
        *developer_routes(
            dependencies.developers,
            desk,
            ENDPOINTS,
            AdministrationApi(
                DOCUMENT,
                {str(code): status for code, status in STATUS.items()},
                token_steps(dependencies.web.issuer),
            ),
        ),
        *_of_old_portals(dependencies, desk),
    ]


def _form(path: str, handlers: FormHandlers) -> list[Route]:
    """Return the two routes of a page with a form."""
    return [(path, handlers.show, _GET), (path, handlers.submit, _POST)]


def _of_programs(dependencies: Dependencies) -> list[Route]:
    back = BackChannelHandlers(dependencies.back_channel)
    published = MetadataHandlers(dependencies.published, ENDPOINTS)
    return [
        (ENDPOINTS["token_endpoint"], back.token, _POST),
        (ENDPOINTS["introspection_endpoint"], back.introspect, _POST),
        (ENDPOINTS["userinfo_endpoint"], back.userinfo, _BOTH),
        (ENDPOINTS["revocation_endpoint"], back.revoke, _POST),
        (ENDPOINTS["jwks_uri"], published.jwks, _GET),
        ("/.well-known/openid-configuration", published.discovery, _GET),
        ("/.well-known/oauth-authorization-server", published.discovery, _GET),
        (SECURITY_TEXT_PATH, published.security, _GET),
        ("/static/{name}", published.static, _GET),
        (LOGO_ROUTE, LogoHandlers(dependencies.published.logos).show, _GET),
        ("/health/live", published.live, _GET),
        ("/health/ready", published.ready, _GET),
    ]


def _of_signing_in(dependencies: Dependencies, desk: PageDesk) -> list[Route]:
    pages, web = dependencies.signing_in, dependencies.web
    # The browser that holds a trial run meets the client's twin here, and nowhere else.
    clients = TrialClients(web.registry, dependencies.trials.trials, desk.cookies)
    flow = Flow(pages.flow, desk, clients)
    sign_in, logout = SignInHandlers(pages.sign_in, desk, flow), LogoutHandlers(pages.logout, desk, clients)
    return [
        (ENDPOINTS["authorization_endpoint"], sign_in.authorize, _BOTH),
        *_form("/sign-in", sign_in),
        *_form(passkey.PATH, passkey.PasskeySignInHandlers(pages.sign_in, desk, flow)),
        *_form(SECOND_STEP_PATH, SecondStepHandlers(pages.sign_in, desk, flow)),
        *_form("/account-kind", AccountKindHandlers(pages.sign_in, desk, flow)),
        *_form("/step-up", StepUpHandlers(pages.sign_in, desk, flow)),
        *_form(act_for.PATH, act_for.ActForHandlers(pages.act_for, desk, flow)),
        *_form("/consent", ConsentHandlers(pages.sign_in, desk, flow)),
        (ENDPOINTS["end_session_endpoint"], logout.logout, _BOTH),
        ("/logout/confirm", logout.confirm, _POST),
        ("/signed-out", logout.signed_out, _GET),
    ]


def _of_old_portals(dependencies: Dependencies, desk: PageDesk) -> list[Route]:
    clients = RegisteredClients(dependencies.web.registry)
    pages = dependencies.signing_in
    sign_in, sign_out = Flow(pages.flow, desk, clients).begin, LogoutHandlers(pages.logout, desk, clients).answer
    return old_routes(dependencies.legacy, desk, sign_in=sign_in, sign_out=sign_out)


def _of_upstreams(pages: SigningInDependencies, desk: PageDesk) -> list[Route]:
    flow = Flow(pages.flow, desk, RegisteredClients(pages.flow.web.registry))
    upstream, own = UpstreamHandlers(pages.upstream, desk, flow), UpstreamsHandlers(pages.upstream, desk)
    return [
        (START_PATH, upstream.start, _POST),
        (f"{CALLBACK_PATH}{{name}}", upstream.callback, _GET),
        *_form(FIRST_PATH, UpstreamFirstHandlers(pages.upstream, desk, flow)),
        *_form(OWN_UPSTREAMS_PATH, own),
        (LINK_UPSTREAM_PATH, own.link, _POST),
    ]


def _of_registration(pages: SigningInDependencies, desk: PageDesk) -> list[Route]:
    flow = Flow(pages.flow, desk, RegisteredClients(pages.flow.web.registry))
    register = RegisterHandlers(pages.registration, desk, flow)
    return [
        ("/register", register.show_identity, _GET),
        ("/register", register.submit_identity, _POST),
        ("/register/code", register.show_code, _GET),
        ("/register/code", register.submit_code, _POST),
        ("/register/password", register.show_password, _GET),
        ("/register/password", register.submit_password, _POST),
        ("/register/result", register.show_result, _GET),
    ]


def _of_factors(dependencies: FactorDependencies, desk: PageDesk) -> list[Route]:
    own_passkeys = passkeys.OwnPasskeyHandlers(dependencies, desk)
    contacts = ContactHandlers(dependencies, desk)
    return [
        *_form("/account/confirm", ConfirmHandlers(dependencies, desk)),
        *_form("/account/factors", FactorsHandlers(dependencies, desk)),
        *_form("/account/totp", TotpHandlers(dependencies, desk)),
        *_form("/account/recovery-codes", RecoveryCodesHandlers(dependencies, desk)),
        *_form("/account/approvals", ApprovalsHandlers(dependencies, desk)),
        *_form("/account/password", PasswordHandlers(dependencies, desk)),
        *_form("/account/contacts", contacts),
        ("/account/contacts/code", contacts.show_code, _GET),
        ("/account/contacts/code", contacts.submit_code, _POST),
        *_form(passkeys.PATH, own_passkeys),
        (passkeys.EDIT_PATH, own_passkeys.show_one, _GET),
        (passkeys.EDIT_PATH, own_passkeys.submit_one, _POST),
    ]


def _of_own_account(own: OwnPagesDependencies, desk: PageDesk) -> list[Route]:
    account, notices = AccountHandlers(own.account, desk), NoticesHandlers(own.notices, desk)
    identity, activity = IdentityHandlers(own.identity, desk), ActivityHandlers(own.account, desk)
    claims = organisations.OrganisationsHandlers(own.delegation, desk)
    download, close = DownloadHandlers(own.account, desk), CloseHandlers(own.account, desk)
    joining = JoiningHandlers(own.joining, desk)
    return [
        ("/", account.root, _GET),
        ("/account", account.home, _GET),
        *_form("/account/identity", identity),
        ("/account/receipts/{name}", identity.receipt, _GET),
        *_form("/account/profile", ProfileHandlers(own.account, desk)),
        *_form("/account/sessions", SessionsHandlers(own.account, desk)),
        *_form("/account/portals", PortalsHandlers(own.account, desk)),
        (organisations.PATH, claims.overview, _GET),
        *_form(organisations.CLAIM_PATH, claims),
        *_form(mandates.PATH, mandates.MandatesHandlers(own.delegation, desk)),
        (mandates.PEOPLE_PATH, acting_people.ActingPeopleHandlers(own.delegation, desk).show, _GET),
        *_form(give.PATH, give.GiveHandlers(own.delegation, desk)),
        *_form(wards.PATH, wards.WardHandlers(own.delegation, desk)),
        ("/account/activity", activity.show, _GET),
        ("/account/requests", activity.requests, _GET),
        *_form("/account/notices", notices),
        ("/account/not-me", notices.not_me, _POST),
        *_form("/account/language", LanguageHandlers(own.account, desk)),
        ("/account/data", download.show, _GET),
        ("/account/data/file", download.file, _POST),
        ("/account/data/copy", download.copy, _GET),
        *_form(JOINING_PATH, joining),
        (FACTOR_PATH, joining.show_factor, _GET),
        (FACTOR_PATH, joining.submit_factor, _POST),
        (CONFIRM_PATH, joining.show_confirm, _GET),
        (CONFIRM_PATH, joining.submit_confirm, _POST),
        *_form("/account/close", close),
        ("/account/closed", close.closed, _GET),
    ]


def _of_officers(dependencies: Dependencies, desk: PageDesk) -> list[Route]:
    officers, clients = dependencies.officers, RegisteredClients(dependencies.web.registry)
    enrolling = enrol.EnrolHandlers(officers, desk)
    shared = counter_desk.CounterDesk(officers, desk, Flow(dependencies.signing_in.flow, desk, clients))
    assist = AssistDesk(officers, desk)
    assisting = AssistRecoveryHandlers(assist)
    counter, screen = CounterHandlers(shared), CounterScreenHandlers(shared)
    return [
        *_form(counter_desk.START, counter),
        (counter_desk.PHONE, counter.show_phone, _GET),
        (counter_desk.PHONE, counter.submit_phone, _POST),
        *_form(counter_desk.CITIZEN, screen),
        (counter_desk.FACTOR, screen.show_factor, _GET),
        (counter_desk.FACTOR, screen.submit_factor, _POST),
        *_form(assist_desk.START, assisting),
        (assist_desk.CODE, assisting.show_code, _GET),
        (assist_desk.CODE, assisting.submit_code, _POST),
        *_form(assist_desk.IDENTITY, AssistIdentityHandlers(assist)),
        (enrol.START, enrolling.show_start, _GET),
        (enrol.START, enrolling.submit_start, _POST),
        (enrol.PASSWORD, enrolling.show_password, _GET),
        (enrol.PASSWORD, enrolling.submit_password, _POST),
        (enrol.FACTOR, enrolling.show_factor, _GET),
        (enrol.FACTOR, enrolling.submit_factor, _POST),
        (enrol.DONE, enrolling.show_done, _GET),
    ]


def _of_everybody(dependencies: Dependencies, desk: PageDesk) -> list[Route]:
    rating, status = RatingHandlers(dependencies.own.account, desk), StatusHandlers(dependencies.status, desk)
    return [
        *_form("/rate", rating),
        ("/rated", rating.rated, _GET),
        ("/status", status.page, _GET),
        ("/status.json", status.as_json, _GET),
        *_of_the_public_log(dependencies, desk),
        *_of_open_data(dependencies, desk),
    ]


def _of_open_data(dependencies: Dependencies, desk: PageDesk) -> list[Route]:
    handlers = open_data.OpenDataHandlers(dependencies.open_data, desk)
    return [
        (open_data.PATH, handlers.page, _GET),
        (open_data.CSV, handlers.as_csv, _GET),
        (open_data.JSON, handlers.as_json, _GET),
    ]


def _of_the_public_log(dependencies: Dependencies, desk: PageDesk) -> list[Route]:
    log = transparency.TransparencyHandlers(dependencies.transparency, desk)
    return [
        (transparency.PATH, log.page, _GET),
        (transparency.CHECKPOINT, log.checkpoint, _GET),
        (transparency.ENTRIES, log.entries, _GET),
        (transparency.INCLUSION, log.inclusion, _GET),
        (transparency.CONSISTENCY, log.consistency, _GET),
    ]
