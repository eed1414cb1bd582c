"""The routes of signing out."""

from idp.protocol.endpoints import CHECK_SESSION, LOGOUT
from idp.web.http.page_context import PageContext
from idp.web.http.request_clients import RequestClients
from idp.web.http.route import ANYONE, GET, GET_POST, POST, Route, bind
from idp.web.http.router import Row
from idp.web.sessions.check_session import CheckSessionHandlers
from idp.web.sessions.dependencies import LogoutDependencies
from idp.web.sessions.logout import LogoutHandlers
from idp.web.sessions.paths import CONFIRM_LOGOUT, SIGNED_OUT

ROUTES = (
    Route(
        LOGOUT,
        LogoutHandlers,
        methods=GET_POST,
        visitors=ANYONE,
        get=LogoutHandlers.logout,
        post=LogoutHandlers.logout,
        own_form=False,
    ),
    Route(
        CONFIRM_LOGOUT,
        LogoutHandlers,
        methods=POST,
        visitors=ANYONE,
        post=LogoutHandlers.confirm,
        begins_at=LOGOUT,
        name="confirm-logout",
    ),
    Route(SIGNED_OUT, LogoutHandlers, methods=GET, visitors=ANYONE, get=LogoutHandlers.signed_out),
    Route(CHECK_SESSION, CheckSessionHandlers, methods=GET, visitors=ANYONE),
)


def logout_rows(dependencies: LogoutDependencies, context: PageContext, clients: RequestClients) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(ROUTES, LogoutHandlers(dependencies, context, clients), CheckSessionHandlers(context))
