"""One portal as an ASGI program."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portals.old_portal.app import old_portal
from portals.relying_party.client_key import load_or_make, public_key_set
from portals.relying_party.config import PORTALS, Portal
from portals.relying_party.events import Events
from portals.relying_party.logout import Logout
from portals.relying_party.oidc import RelyingParty
from portals.relying_party.pages import Pages
from portals.relying_party.sessions import SessionStore
from portals.relying_party.sign_in import SignIn
from portals.relying_party.site import Site, utc_now

# Pages hold personal data and no script: nothing may be kept, framed, or loaded from elsewhere.
SECURITY_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
NO_STORE = (b"cache-control", b"no-store")


class SecurityHeaders:
    """Adds the headers to every answer; what a handler says about caching stands."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                headers.extend(SECURITY_HEADERS)
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append(NO_STORE)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def build_app(
    portal: Portal,
    keys_folder: Path,
    transport: httpx2.AsyncBaseTransport | None = None,
    now: Callable[[], datetime] = utc_now,
    neighbours: Sequence[Portal] = PORTALS,
) -> Starlette:
    """Return the portal's program.

    `keys_folder` is where a portal that authenticates with `private_key_jwt` keeps its own key; `transport` and `now`
    replace the network towards the provider and the clock in tests; its pages link to `neighbours`.
    """
    key = load_or_make(portal, keys_folder) if portal.auth_method == "private_key_jwt" else None
    pages = Pages(portal, neighbours)
    site = Site(portal, RelyingParty(portal, key, transport), SessionStore(portal.session_idle), pages, now)
    sign_in, logout = SignIn(site), Logout(site)
    stylesheet = pages.stylesheet()

    async def style(_request: Request) -> Response:
        return Response(stylesheet, media_type="text/css", headers={"Cache-Control": "max-age=300"})

    routes: list[BaseRoute] = [
        Route("/", sign_in.home),
        Route("/login", sign_in.login),
        Route("/callback", sign_in.callback),
        Route("/refresh", sign_in.refresh),
        Route("/logout", logout.logout),
        Route("/signed-out", logout.signed_out),
        Route("/backchannel-logout", logout.backchannel, methods=["POST"]),
        Route("/style.css", style),
    ]
    routes += _offered(portal, sign_in)
    if portal.receives_events:
        events = Events(site)
        routes.append(Route("/security-events", events.receive, methods=["POST"]))
        routes.append(Route("/events", events.show))
    if portal.legacy is not None:
        routes.append(old_portal(portal, portal.legacy, neighbours, transport))
    if portal.pseudonymous:
        routes.append(Route("/share-name", sign_in.share_name))
    if key is not None:
        key_set = public_key_set(key)

        async def jwks(_request: Request) -> Response:
            return JSONResponse(key_set, headers={"Cache-Control": "max-age=300"})

        routes.append(Route("/jwks.json", jwks))
    return Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])


def _offered(portal: Portal, sign_in: SignIn) -> list[BaseRoute]:
    """Return the ways to sign in that only some portals have."""
    ways = (
        (portal.offers_step_up, Route("/step-up", sign_in.step_up)),
        (portal.offers_acting, Route("/act-for", sign_in.act_for)),
        (portal.offers_counter, Route("/counter", sign_in.counter)),
        (portal.offers_business, Route("/business", sign_in.business)),
    )
    return [route for offered, route in ways if offered]
