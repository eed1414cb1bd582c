"""The page about apps in pages: what answers them is read from the routes, how long tokens live from the policy."""

from collections.abc import Mapping
from typing import get_args

from idp.protocol.endpoints import DISCOVERY
from idp.protocol.policy import ProtocolPolicy
from idp.web.developers.code_samples import browser_sample
from idp.web.developers.pages import AppSetting, BrowserAppsPage
from idp.web.http.route_table import RouteTable

# Names of RFC 7591 2 and of ours.
_REGISTRATION = (
    ("application_type", "web"),
    ("token_endpoint_auth_method", "none"),
    ("grant_types", "authorization_code, refresh_token"),
    ("redirect_uris", "https://app.example/callback"),
    ("post_logout_redirect_uris", "https://app.example/signed-out"),
    ("dpop_bound_access_tokens", "true"),
)


def browser_apps_page(
    *,
    issuer: str,
    endpoints: Mapping[str, str],
    routes: RouteTable,
    policy: ProtocolPolicy,
    other_language_url: str,
) -> BrowserAppsPage:
    """Return the page of what runs now; `endpoints` are the routed paths by their names in discovery."""
    open_to_apps = [path for path in endpoints.values() if (found := routes.of(path)) and found.browser_apps]
    return BrowserAppsPage(
        other_language_url=other_language_url,
        registration=_REGISTRATION,
        addresses=tuple(f"{issuer}{path}" for path in open_to_apps),
        published=tuple(f"{issuer}{path}" for path in (DISCOVERY, endpoints["jwks_uri"])),
        code=browser_sample(issuer, endpoints),
        settings=get_args(AppSetting),
        access_token_life=policy.access_token_life,
        refresh_grace=policy.refresh_grace,
        session_life=policy.session_life,
        offline_life=policy.offline_life,
    )
