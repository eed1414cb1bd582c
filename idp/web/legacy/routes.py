"""The routes of the addresses of today's sign-on."""

from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET, GET_POST, POST, Route, bind
from idp.web.http.router import Row
from idp.web.legacy.browsers import Continue, OldBrowserHandlers
from idp.web.legacy.dependencies import LegacyDependencies
from idp.web.legacy.paths import OLD_DISCOVERY, OLD_ENDPOINTS
from idp.web.legacy.programs import OldProgramHandlers
from idp.web.oauth.metadata import MetadataHandlers

_BROWSERS, _PROGRAMS, _PUBLISHED = OldBrowserHandlers, OldProgramHandlers, MetadataHandlers

ROUTES = (
    Route(
        OLD_ENDPOINTS["authorization_endpoint"],
        _BROWSERS,
        methods=GET_POST,
        visitors=ANYONE,
        get=_BROWSERS.authorize,
        post=_BROWSERS.authorize,
        own_form=False,
    ),
    Route(
        OLD_ENDPOINTS["token_endpoint"],
        _PROGRAMS,
        methods=POST,
        visitors=ANYONE,
        answers="json",
        post=_PROGRAMS.token,
    ),
    Route(
        OLD_ENDPOINTS["userinfo_endpoint"],
        _PROGRAMS,
        methods=GET_POST,
        visitors=ANYONE,
        answers="json",
        get=_PROGRAMS.userinfo,
        post=_PROGRAMS.userinfo,
    ),
    Route(
        OLD_ENDPOINTS["introspection_endpoint"],
        _PROGRAMS,
        methods=POST,
        visitors=ANYONE,
        answers="json",
        post=_PROGRAMS.introspect,
    ),
    Route(
        OLD_ENDPOINTS["revocation_endpoint"],
        _PROGRAMS,
        methods=POST,
        visitors=ANYONE,
        answers="json",
        post=_PROGRAMS.revoke,
    ),
    Route(
        OLD_ENDPOINTS["end_session_endpoint"],
        _BROWSERS,
        methods=GET_POST,
        visitors=ANYONE,
        get=_BROWSERS.logout,
        post=_BROWSERS.logout,
        own_form=False,
    ),
    Route(OLD_ENDPOINTS["jwks_uri"], _PUBLISHED, methods=GET, visitors=ANYONE, answers="json", get=_PUBLISHED.jwks),
    *(
        Route(path, _PUBLISHED, methods=GET, visitors=ANYONE, answers="json", get=_PUBLISHED.discovery)
        for path in OLD_DISCOVERY
    ),
)


def old_rows(
    dependencies: LegacyDependencies, context: PageContext, *, sign_in: Continue, sign_out: Continue
) -> list[Row]:
    """Return the routes with their handlers; browsers go on with `sign_in` and `sign_out`."""
    return bind(
        ROUTES,
        OldBrowserHandlers(dependencies, context, sign_in, sign_out),
        OldProgramHandlers(dependencies, context.cookies),
        MetadataHandlers(dependencies.published, OLD_ENDPOINTS),
    )
