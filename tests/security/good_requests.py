"""Honest requests to every route, made by a walk through the pages: where hostile ones begin."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from tests.flows.conftest import CITIZENS
from tests.flows.portals import CALLBACK, GOODBYE, secret_of
from tests.security.hostile_requests import FORM, Fields, GoodRequest, encoded
from tests.security.in_process import ISSUER, Answered, Edge, Sent
from tests.support.page import Page, read_page

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
AUTHORIZE: Fields = {
    "response_type": "code",
    "client_id": "quoc-gia",
    "redirect_uri": CALLBACK,
    "scope": "openid profile",
    "state": "state",
    "nonce": "nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
CITIZEN = CITIZENS[0]
_TYPED: Fields = {
    "number": "001899000099",
    "full_name": "Nguyễn Văn Bình",
    "birth_day": "17",
    "birth_month": "5",
    "birth_year": "1990",
    "phone": "+84912345678",
}
_BASIC = b"Basic " + b64encode(f"quoc-gia:{secret_of('quoc-gia')}".encode())
_CLIENT = ((b"authorization", _BASIC), (b"content-type", FORM))


@dataclass(slots=True)
class Walk:
    """A browser at the bare edge."""

    edge: Edge
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """The headers of this browser's forms."""
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return ((b"cookie", jar.encode()), (b"content-type", FORM), (b"origin", ISSUER.encode()))

    def send(self, method: str, address: str, form: Fields | None = None) -> Answered:
        """Send one request with the browser's cookies."""
        parts = urlsplit(address)
        body = encoded(form or {})
        answered = self.edge.ask(Sent(method, parts.path, parts.query.encode(), self.headers, (body,)))
        self.cookies |= answered.cookies
        return answered

    def good(self, address: str, form: Fields) -> GoodRequest:
        """Return the form's request without sending it."""
        parts = urlsplit(address)
        return GoodRequest(parts.path, dict(parse_qsl(parts.query)), form, self.headers)

    def page(self, address: str) -> tuple[str, Page]:
        """Follow our own redirects to a page; return its address too."""
        answered = self.send("GET", address)
        while (location := answered.header("location")) is not None:
            address = location
            answered = self.send("GET", address)
        assert answered.status == 200, answered.body
        return address, read_page(200, {}, answered.body.decode(), address)

    def asked(self, **wishes: str) -> tuple[str, Page]:
        """Begin an authorization request and return the first page."""
        return self.page(f"/authorize?{encoded({**AUTHORIZE, **wishes}).decode()}")

    def sign_in(self) -> None:
        """Sign in and stay so."""
        address, page = self.asked()
        secret = {"identifier": CITIZEN.number, "password": CITIZEN.password}
        assert self.send("POST", address, {**page.values, **secret}).status == 303


def good_requests(edge: Edge) -> Mapping[str, tuple[GoodRequest, ...]]:
    """Return honest requests by family of routes."""
    return {**_of_programs(), **_of_browsers(edge)}


def _of_programs() -> Mapping[str, tuple[GoodRequest, ...]]:
    code = {"grant_type": "authorization_code", "code": "x" * 43, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    refresh = {"grant_type": "refresh_token", "refresh_token": "x" * 80}
    token = {"token": "x" * 80, "token_type_hint": "refresh_token"}
    bearer = ((b"authorization", b"Bearer a.b.c"), (b"content-type", FORM))
    published = ("/jwks.json", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
    rest = ("/static/style.css", "/health/live", "/health/ready", "/", "/no-such-path")
    return {
        "token": (GoodRequest("/token", {}, code, _CLIENT), GoodRequest("/token", {}, refresh, _CLIENT)),
        "inspection": tuple(GoodRequest(path, {}, token, _CLIENT) for path in ("/introspect", "/revoke")),
        "userinfo": (GoodRequest("/userinfo", {}, {"access_token": "a.b.c"}, bearer),),
        "published": tuple(GoodRequest(path, {}, {}) for path in (*published, *rest)),
    }


def _of_browsers(edge: Edge) -> Mapping[str, tuple[GoodRequest, ...]]:
    stranger, walk = Walk(edge), Walk(edge)
    sign_in, page = stranger.asked()
    walk.sign_in()
    again, again_page = walk.asked(prompt="login")
    step_up, step_up_page = walk.asked(acr_values="loa3")
    consent, consent_page = walk.asked(client_id="ngan-hang")
    account, account_page = walk.page("/account")
    secret = {"identifier": CITIZEN.number, "password": "a-wrong-Passphrase-7"}
    leave = {"client_id": "quoc-gia", "post_logout_redirect_uri": GOODBYE, "state": "state"}
    return {
        "authorize": (
            walk.good("/authorize", AUTHORIZE),
            stranger.good(f"/authorize?{encoded(AUTHORIZE).decode()}", AUTHORIZE),
        ),
        "sign-in": (
            stranger.good(sign_in, {**page.values, **secret}),
            walk.good(again, {**again_page.values, **secret}),
        ),
        "step-up": (walk.good(step_up, {**step_up_page.values, "code": "000000", "action": "verify"}),),
        "consent": (walk.good(consent, {**consent_page.values, "action": "allow"}),),
        "account": (walk.good(account, account_page.values),),
        "logout": (
            walk.good(f"/logout?{encoded(leave).decode()}", leave),
            walk.good("/logout/confirm", {**account_page.values, "action": "stay"}),
            walk.good("/signed-out?s=" + "0" * 26, {}),
        ),
        "register": _of_registration(stranger),
    }


def _of_registration(walk: Walk) -> tuple[GoodRequest, ...]:
    address, page = walk.page("/register")
    begun = walk.send("POST", address, {**page.values, **_TYPED}).header("location")
    assert begun is not None
    code, code_page = walk.page(begun)
    return (
        walk.good(address, {**page.values, **_TYPED}),
        walk.good(code, {**code_page.values, "code": "000000"}),
        walk.good(code.replace("/code", "/password"), {**code_page.values, "password": "an-honest-long-Passphrase-7"}),
        walk.good(code.replace("/code", "/result"), {}),
    )
