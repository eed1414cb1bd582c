"""A browser at the bare edge: keeps its cookies, follows our redirects, fills in forms."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from tests.flows.portals import CALLBACK
from tests.flows.running_provider import CITIZENS
from tests.security.in_process import ISSUER, Answered, Edge, Sent
from tests.security.requests.hostile_requests import FORM, Fields, GoodRequest, encoded
from tests.support.page import Page, read_page
from tests.support.running.provider import Citizen

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

    def asked(self, **commands: str) -> tuple[str, Page]:
        """Begin an authorization request and return the first page."""
        return self.page(f"/authorize?{encoded({**AUTHORIZE, **commands}).decode()}")

    def sign_in(self, citizen: Citizen = CITIZEN) -> None:
        """Sign in and stay so."""
        address, page = self.asked()
        secret = {"identifier": citizen.number, "password": citizen.password}
        assert self.send("POST", address, {**page.values, **secret}).status == 303
