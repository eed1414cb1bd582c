"""The routes of programs, and what is published for them."""

from idp.protocol.endpoints import (
    BACKCHANNEL_AUTHENTICATION,
    DEVICE_AUTHORIZATION,
    DISCOVERY,
    ENDPOINTS,
    INTROSPECT,
    JWKS,
    PAR,
    REVOKE,
    TOKEN,
    USERINFO,
)
from idp.web.http.route import ANYONE, GET, GET_POST, POST, Route, bind
from idp.web.http.router import Row
from idp.web.oauth.back_channel import BackChannelHandlers
from idp.web.oauth.dependencies import BackChannelDependencies, PublishedDependencies
from idp.web.oauth.logos import ROUTE as LOGO
from idp.web.oauth.logos import LogoHandlers
from idp.web.oauth.metadata import MetadataHandlers
from idp.web.oauth.security_text import SECURITY_TEXT_PATH

_PROGRAMS, _PUBLISHED = BackChannelHandlers, MetadataHandlers
_METADATA = "/.well-known/oauth-authorization-server"
_LIVE, _READY = "/health/live", "/health/ready"

ROUTES = (
    Route(
        PAR,
        _PROGRAMS,
        methods=POST,
        visitors=ANYONE,
        answers="json",
        browser_apps=True,
        post=_PROGRAMS.push,
    ),
    Route(
        TOKEN,
        _PROGRAMS,
        methods=POST,
        visitors=ANYONE,
        answers="json",
        browser_apps=True,
        post=_PROGRAMS.token,
    ),
    Route(
        INTROSPECT,
        _PROGRAMS,
        methods=POST,
        visitors=ANYONE,
        answers="json",
        post=_PROGRAMS.introspect,
    ),
    Route(
        USERINFO,
        _PROGRAMS,
        methods=GET_POST,
        visitors=ANYONE,
        answers="json",
        browser_apps=True,
        get=_PROGRAMS.userinfo,
        post=_PROGRAMS.userinfo,
    ),
    Route(
        REVOKE,
        _PROGRAMS,
        methods=POST,
        visitors=ANYONE,
        answers="json",
        browser_apps=True,
        post=_PROGRAMS.revoke,
    ),
    Route(
        DEVICE_AUTHORIZATION,
        _PROGRAMS,
        methods=POST,
        visitors=ANYONE,
        answers="json",
        post=_PROGRAMS.device_authorization,
    ),
    Route(
        BACKCHANNEL_AUTHENTICATION,
        _PROGRAMS,
        methods=POST,
        visitors=ANYONE,
        answers="json",
        post=_PROGRAMS.backchannel_authentication,
    ),
    Route(
        JWKS,
        _PUBLISHED,
        methods=GET,
        visitors=ANYONE,
        answers="json",
        get=_PUBLISHED.jwks,
        name="jwks",
    ),
    Route(DISCOVERY, _PUBLISHED, methods=GET, visitors=ANYONE, answers="json", get=_PUBLISHED.discovery),
    Route(_METADATA, _PUBLISHED, methods=GET, visitors=ANYONE, answers="json", get=_PUBLISHED.discovery),
    Route(SECURITY_TEXT_PATH, _PUBLISHED, methods=GET, visitors=ANYONE, answers="json", get=_PUBLISHED.security),
    Route("/static/{name}", _PUBLISHED, methods=GET, visitors=ANYONE, get=_PUBLISHED.static),
    Route(LOGO, LogoHandlers, methods=GET, visitors=ANYONE),
    Route(_LIVE, _PUBLISHED, methods=GET, visitors=ANYONE, answers="json", get=_PUBLISHED.live),
    Route(_READY, _PUBLISHED, methods=GET, visitors=ANYONE, answers="json", get=_PUBLISHED.ready),
)


def program_rows(programs: BackChannelDependencies, published: PublishedDependencies) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(
        ROUTES,
        BackChannelHandlers(programs),
        MetadataHandlers(published, ENDPOINTS),
        LogoHandlers(published.logos),
    )
