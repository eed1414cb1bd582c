"""The one table of routes."""

from starlette.types import ASGIApp

from idp.web.account.home import AccountHandlers
from idp.web.back_channel import BackChannelHandlers
from idp.web.cookies import Cookies
from idp.web.edge import Edge
from idp.web.error_answers import ErrorAnswers
from idp.web.login.consent import ConsentHandlers
from idp.web.login.flow import Flow
from idp.web.login.logout import LogoutHandlers
from idp.web.login.register import RegisterHandlers
from idp.web.login.sign_in import SignInHandlers
from idp.web.login.step_up import StepUpHandlers
from idp.web.metadata import MetadataHandlers
from idp.web.page_desk import PageDesk
from idp.web.parts import Parts
from idp.web.switchboard import Route, Switchboard

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


def web_application(parts: Parts) -> ASGIApp:
    """Return the whole web edge over the use cases."""
    cookies = Cookies(parts.secure)
    desk = PageDesk(parts.pages, cookies, parts.form_key, parts.issuer)
    errors = ErrorAnswers(desk)

    return Edge(Switchboard(routes(parts, desk)), secure=parts.secure, answer_error=errors.answer)


def routes(parts: Parts, desk: PageDesk) -> list[Route]:
    """Return every route."""
    flow = Flow(parts, desk)
    back = BackChannelHandlers(parts)
    published = MetadataHandlers(parts, ENDPOINTS)
    sign_in = SignInHandlers(parts, desk, flow)
    step_up = StepUpHandlers(parts, desk, flow)
    consent = ConsentHandlers(parts, desk, flow)
    register = RegisterHandlers(parts, desk, flow)
    logout = LogoutHandlers(parts, desk)
    account = AccountHandlers(parts, desk)
    return [
        (ENDPOINTS["token_endpoint"], back.token, _POST),
        (ENDPOINTS["introspection_endpoint"], back.introspect, _POST),
        (ENDPOINTS["userinfo_endpoint"], back.userinfo, _BOTH),
        (ENDPOINTS["authorization_endpoint"], sign_in.authorize, _BOTH),
        (ENDPOINTS["jwks_uri"], published.jwks, _GET),
        ("/.well-known/openid-configuration", published.discovery, _GET),
        ("/.well-known/oauth-authorization-server", published.discovery, _GET),
        (ENDPOINTS["revocation_endpoint"], back.revoke, _POST),
        (ENDPOINTS["end_session_endpoint"], logout.logout, _BOTH),
        ("/logout/confirm", logout.confirm, _POST),
        ("/signed-out", logout.signed_out, _GET),
        ("/sign-in", sign_in.show, _GET),
        ("/sign-in", sign_in.submit, _POST),
        ("/step-up", step_up.show, _GET),
        ("/step-up", step_up.submit, _POST),
        ("/consent", consent.show, _GET),
        ("/consent", consent.submit, _POST),
        ("/register", register.show_identity, _GET),
        ("/register", register.submit_identity, _POST),
        ("/register/code", register.show_code, _GET),
        ("/register/code", register.submit_code, _POST),
        ("/register/password", register.show_password, _GET),
        ("/register/password", register.submit_password, _POST),
        ("/register/result", register.show_result, _GET),
        ("/account", account.home, _GET),
        ("/", account.root, _GET),
        ("/static/{name}", published.static, _GET),
        ("/health/live", published.live, _GET),
        ("/health/ready", published.ready, _GET),
    ]
