"""The old addresses as rows of the one table of routes."""

from idp.web.http.page_context import PageDesk
from idp.web.http.router import Route
from idp.web.legacy.browsers import Continue, OldBrowserHandlers
from idp.web.legacy.dependencies import LegacyDependencies
from idp.web.legacy.paths import OLD_DISCOVERY, OLD_ENDPOINTS
from idp.web.legacy.programs import OldProgramHandlers
from idp.web.oauth.metadata import MetadataHandlers

_GET, _POST, _BOTH = ("GET",), ("POST",), ("GET", "POST")


def old_routes(
    dependencies: LegacyDependencies, desk: PageDesk, *, sign_in: Continue, sign_out: Continue
) -> list[Route]:
    """Return the routes of the old face; its browsers go on with `sign_in` and `sign_out`."""
    programs = OldProgramHandlers(dependencies, desk.cookies)
    published = MetadataHandlers(dependencies.published, OLD_ENDPOINTS)
    browsers = OldBrowserHandlers(dependencies, desk, sign_in, sign_out)
    return [
        (OLD_ENDPOINTS["authorization_endpoint"], browsers.authorize, _BOTH),
        (OLD_ENDPOINTS["token_endpoint"], programs.token, _POST),
        (OLD_ENDPOINTS["userinfo_endpoint"], programs.userinfo, _BOTH),
        (OLD_ENDPOINTS["introspection_endpoint"], programs.introspect, _POST),
        (OLD_ENDPOINTS["revocation_endpoint"], programs.revoke, _POST),
        (OLD_ENDPOINTS["end_session_endpoint"], browsers.logout, _BOTH),
        (OLD_ENDPOINTS["jwks_uri"], published.jwks, _GET),
        *((path, published.discovery, _GET) for path in OLD_DISCOVERY),
    ]
