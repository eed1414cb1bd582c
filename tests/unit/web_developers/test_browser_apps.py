"""The page about apps in pages says what runs: the addresses of the routes, the lifetimes of the policy."""

from datetime import timedelta

from idp.protocol.endpoints import ENDPOINTS
from idp.protocol.policy import ProtocolPolicy
from idp.web.developers.browser_apps import browser_apps_page
from idp.web.developers.pages import BrowserAppsPage
from idp.web.routes import TABLE
from tests.unit.clients.entries import broken_rules, client, entry

ISSUER = "https://dangnhap.example"


def page(policy: ProtocolPolicy | None = None) -> BrowserAppsPage:
    return browser_apps_page(
        issuer=ISSUER,
        endpoints=ENDPOINTS,
        routes=TABLE,
        policy=policy or ProtocolPolicy(),
        other_language_url="/developers/browser-apps?lang=en",
    )


def test_it_names_what_answers_scripts_and_nothing_else() -> None:
    assert sorted(page().addresses) == [f"{ISSUER}{path}" for path in ("/par", "/revoke", "/token", "/userinfo")]
    assert page().published == (f"{ISSUER}/.well-known/openid-configuration", f"{ISSUER}/jwks.json")


def test_it_tells_the_lifetimes_that_run() -> None:
    assert page(ProtocolPolicy(session_life=timedelta(hours=3))).session_life == timedelta(hours=3)
    assert page().refresh_grace == ProtocolPolicy().refresh_grace


def test_what_it_says_to_register_may_be_registered() -> None:
    said = dict(page().registration)
    members = {
        **said,
        "grant_types": said["grant_types"].split(", "),
        "redirect_uris": [said["redirect_uris"]],
        "post_logout_redirect_uris": [said["post_logout_redirect_uris"]],
        "dpop_bound_access_tokens": said["dpop_bound_access_tokens"] == "true",
    }
    assert client(**members).dpop_bound_access_tokens
    assert broken_rules(entry(**members, governed_claims=["national_id"], scope="openid national_id")) == {
        ("governed_claims", "governed-authentication")
    }


def test_the_code_compares_what_the_library_does_not() -> None:
    for words in ('back.searchParams.get("iss") !== ISSUER', "user.profile.iss !== ISSUER", "user.profile.aud !==",
                  "claims.sub !== user.profile.sub", f'ISSUER = "{ISSUER}"'):  # fmt: skip
        assert words in page().code
