"""Every address of the provider, asked by scripts of other origins: who may read what, and that no cookie counts."""

from itertools import product

from idp.protocol.endpoints import DISCOVERY, JWKS, PAR, REVOKE, TOKEN, USERINFO
from idp.web.legacy import routes as legacy
from idp.web.metrics import routes as open_data
from idp.web.routes import TABLE
from idp.web.status import routes as status
from idp.web.transparency import routes as transparency
from tests.flows.portals import CALLBACK
from tests.security.in_process import Answered, Edge, Sent
from tests.support.every import every_case

# The client `ung-dung` is a browser app: public, of the type web, led back to this origin.
APP = CALLBACK.removesuffix("/callback").encode()
STRANGERS = (b"https://evil.test", b"null", APP + b"0", b"http://localhost:8000")
CALLED = {PAR, TOKEN, USERINFO, REVOKE}
METADATA = {DISCOVERY, JWKS, "/.well-known/oauth-authorization-server"}
# What today's sign-on publishes at its own addresses.
OLD_METADATA = {one.path for one in legacy.ROUTES if one.path.endswith(("/jwks", "/openid-configuration"))}
PUBLISHED = METADATA | OLD_METADATA | {one.path for one in (*open_data.ROUTES, *status.ROUTES, *transparency.ROUTES)}
METHODS = ("GET", "POST", "OPTIONS")
_NAMES = ("access-control-allow-origin", "access-control-allow-credentials")


def asked(edge: Edge, method: str, path: str, origin: bytes) -> Answered:
    """Ask as a browser does for a script that wants its cookies to go along."""
    example = "/".join("none" if part.startswith("{") else part for part in path.split("/"))
    headers = (
        (b"Origin", origin),
        (b"Cookie", b"idp-session=stolen"),
        (b"Access-Control-Request-Method", b"POST"),
        (b"Content-Type", b"application/x-www-form-urlencoded"),
    )
    return edge.ask(Sent(method, example, headers=headers))


def allowed(answer: Answered) -> tuple[str | None, str | None]:
    return answer.header(_NAMES[0]), answer.header(_NAMES[1])


def test_an_app_reads_four_addresses_and_no_other(edge: Edge) -> None:
    assert {one.path for one in TABLE.routes if getattr(one, "browser_apps", False)} == CALLED
    paths = {one.path for one in TABLE.routes} - PUBLISHED
    with every_case() as cases:
        for method, path in product(METHODS, sorted(paths)):
            with cases.of(method, path):
                expected = APP.decode() if path in CALLED else None
                assert allowed(asked(edge, method, path, APP)) == (expected, None)


def test_se_9_a_stranger_reads_what_is_published_and_never_with_credentials(edge: Edge) -> None:
    paths = {one.path for one in TABLE.routes}
    with every_case() as cases:
        for method, path, origin in product(METHODS, sorted(paths), STRANGERS):
            with cases.of(method, path, origin):
                named, credentials = allowed(asked(edge, method, path, origin))
                assert credentials is None
                assert named is None or (named == "*" and path in PUBLISHED)


def test_oidc_discovery_4_the_metadata_is_for_any_origin(edge: Edge) -> None:
    with every_case() as cases:
        for path, origin in product(sorted(METADATA), (APP, *STRANGERS)):
            with cases.of(path, origin):
                answer = asked(edge, "GET", path, origin)
                assert (answer.status, allowed(answer)) == (200, ("*", None))


def test_a_stranger_is_told_nothing_more_than_a_program(edge: Edge) -> None:
    with every_case() as cases:
        for method, path in product(METHODS, sorted(CALLED)):
            with cases.of(method, path):
                told, plain = asked(edge, method, path, STRANGERS[0]), edge.ask(Sent(method, path))
                assert (told.status, told.body) == (plain.status, plain.body)
                assert sorted(name for name, _ in told.headers) == sorted(name for name, _ in plain.headers)
