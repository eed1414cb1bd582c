"""The old portal as a part of the new one's program: its pages below one path."""

import secrets
from collections.abc import Sequence

import httpx2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from portals.old_portal.pages import OldPages
from portals.old_portal.provider import OldProvider, OldSignedIn
from portals.relying_party.config import Locale, OldRegistration, Portal
from portals.relying_party.errors import ProviderError

# A demonstration keeps few people; the oldest makes room.
MAX_SESSIONS = 1000


def old_portal(
    portal: Portal,
    registration: OldRegistration,
    neighbours: Sequence[Portal],
    transport: httpx2.AsyncBaseTransport | None = None,
) -> Mount:
    """Return the old portal's pages, to be mounted in the program of the portal."""
    handlers = OldPortal(portal, registration, neighbours, transport)
    return Mount(
        registration.path,
        routes=[
            Route("/", handlers.home),
            Route("/login", handlers.login),
            Route("/sso/callback", handlers.callback),
            Route("/logout", handlers.logout),
            Route("/signed-out", handlers.signed_out),
        ],
    )


class OldPortal:
    """The handlers."""

    def __init__(
        self,
        portal: Portal,
        registration: OldRegistration,
        neighbours: Sequence[Portal],
        transport: httpx2.AsyncBaseTransport | None,
    ) -> None:
        """Take the portal and its old registration; `transport` replaces the network in tests."""
        self._home = f"{registration.path}/"
        self._cookie = f"{portal.cookie_name}_old"
        self._language = f"{portal.cookie_name}_lang"
        self._provider = OldProvider(portal, registration, transport)
        self._pages = OldPages(portal, registration, neighbours)
        self._sessions: dict[str, OldSignedIn] = {}

    async def home(self, request: Request) -> Response:
        """Show who is signed in; the provider is asked each time whether that still stands."""
        signed_in = self._sessions.get(request.cookies.get(self._cookie, ""))
        if signed_in is not None and not await self._provider.stands(signed_in):
            self._forget(request)
            signed_in = None
        return HTMLResponse(self._pages.home(self._locale(request), signed_in.userinfo if signed_in else None))

    async def login(self, request: Request) -> Response:
        """Send the browser to the provider; a link from another portal asks without a page."""
        silently = request.query_params.get("vnconnect") == "1"
        return RedirectResponse(self._provider.login_url(self._home, silently=silently), status_code=302)

    async def callback(self, request: Request) -> Response:
        """Take the code and believe what comes of it."""
        code = request.query_params.get("code")
        if code is None:
            error = ProviderError(request.query_params.get("error", "invalid_response"))
            return self._failure(request, error)
        try:
            signed_in = await self._provider.sign_in(code)
        except ProviderError as error:
            return self._failure(request, error)
        session_id = secrets.token_urlsafe(32)
        self._sessions[session_id] = signed_in
        if len(self._sessions) > MAX_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        response = RedirectResponse(self._home, status_code=302)
        response.set_cookie(self._cookie, session_id, httponly=True, samesite="lax", path=self._home)
        return response

    async def logout(self, request: Request) -> Response:
        """End the session here, then at the provider: from this server, or through the browser."""
        signed_in = self._forget(request)
        if signed_in is None:
            return RedirectResponse(self._home, status_code=302)
        if request.query_params.get("by") == "browser":
            return RedirectResponse(self._provider.front_channel_logout_url(signed_in.id_token), status_code=302)
        everywhere = await self._provider.sign_out(signed_in)
        return HTMLResponse(self._pages.signed_out(self._locale(request), everywhere=everywhere))

    async def signed_out(self, request: Request) -> Response:
        """Show the end, where the provider has sent the browser back."""
        return HTMLResponse(self._pages.signed_out(self._locale(request), everywhere=True))

    def _forget(self, request: Request) -> OldSignedIn | None:
        return self._sessions.pop(request.cookies.get(self._cookie, ""), None)

    def _failure(self, request: Request, error: ProviderError) -> Response:
        return HTMLResponse(self._pages.error(self._locale(request), error.code, error.detail), status_code=400)

    def _locale(self, request: Request) -> Locale:
        command = request.query_params.get("lang") or request.cookies.get(self._language)
        return "en" if command == "en" else "vi"
