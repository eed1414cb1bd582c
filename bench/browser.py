"""A browser and a client in one: signs in, gets codes, redeems them. Prepares the rows, is never measured."""

import http.client
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from re import findall, search
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from clients.model import ClientId

REDIRECT_URI = "https://portal.example/callback"
CLIENT_SECRET = "a-secret-for-load-tests-on-one-machine"
VERIFIER = "a-verifier-for-load-tests-that-is-long-enough"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_MAX_REDIRECTS = 8


class Endpoints(msgspec.Struct, frozen=True):
    """Where a provider is called, as its discovery document says."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    introspection_endpoint: str


class Tokens(msgspec.Struct, frozen=True):
    """A token answer."""

    access_token: str
    refresh_token: str = ""
    id_token: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person of the load test and the address (RFC 5737) that the proxy in front says they come from."""

    number: str
    address: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with its headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str


class UnexpectedAnswerError(RuntimeError):
    """A provider did not answer as the row needs it; the row cannot be measured."""

    def __init__(self, what: str, reply: Reply) -> None:
        super().__init__(f"{what}: {reply.status} {reply.headers.get('location', '')} {reply.body[:300]}")


@dataclass(slots=True)
class Browser:
    """Keeps cookies for one provider. `address` is where the proxy in front says that it comes from."""

    base_url: str
    address: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, target: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request, keep the cookies of the answer, follow nothing."""
        base, parts = urlsplit(self.base_url), urlsplit(target)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {**self.headers(), **(FORM if form is not None else {}), **(headers or {})}
        connection = http.client.HTTPConnection(base.hostname or "", base.port, timeout=30)
        try:
            connection.request(method, path, urlencode(form) if form is not None else None, sent)
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("set-cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body)

    def headers(self) -> dict[str, str]:
        """Return what every request of this browser carries."""
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)
        return ({"Cookie": jar} if jar else {}) | ({"X-Forwarded-For": self.address} if self.address else {})


def discover(base_url: str) -> Endpoints:
    """Return the provider's endpoints."""
    reply = Browser(base_url).send("GET", "/.well-known/openid-configuration")
    return msgspec.json.decode(reply.body, type=Endpoints)


def authorization_address(endpoints: Endpoints, client_id: ClientId) -> str:
    """Return the address that a client sends a browser to."""
    query = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": REDIRECT_URI,
        "scope": "openid profile",
        "state": "state-of-a-load-test",
        "nonce": "nonce-of-a-load-test",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return f"{endpoints.authorization_endpoint}?{urlencode(query)}"


def code_form(code: str) -> dict[str, str]:
    """Return the form that redeems a code."""
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER}
    return form | {"code": code}


def basic(client_id: ClientId) -> dict[str, str]:
    """Return the client's proof of itself (RFC 6749 2.3.1)."""
    return {"Authorization": "Basic " + b64encode(f"{client_id}:{CLIENT_SECRET}".encode()).decode()}


def get_tokens(browser: Browser, endpoints: Endpoints, client_id: ClientId) -> Tokens:
    """Return tokens of a browser that is signed in: one authorization without any page, one redemption."""
    reply = browser.send("GET", authorization_address(endpoints, client_id))
    code = parse_qs(urlsplit(reply.headers.get("location", "")).query).get("code")
    if code is None:
        raise UnexpectedAnswerError("no code for a live session", reply)
    reply = Browser(browser.base_url).send("POST", endpoints.token_endpoint, code_form(code[0]), basic(client_id))
    if reply.status != 200:
        raise UnexpectedAnswerError("the code was not redeemed", reply)
    return msgspec.json.decode(reply.body, type=Tokens)


def open_form(browser: Browser, path: str) -> dict[str, str]:
    """Open a page and return the hidden fields of its form."""
    page = browser.send("GET", path)
    found = {}
    for tag in findall(r"<input[^>]*>", page.body):
        name, value = search(r'name="([^"]*)"', tag), search(r'value="([^"]*)"', tag)
        if 'type="hidden"' in tag and name is not None:
            found[name[1]] = unescape(value[1]) if value is not None else ""
    return found


def follow(browser: Browser, reply: Reply) -> Reply:
    """Follow redirects within the provider and return the answer where they end."""
    for _ in range(_MAX_REDIRECTS):
        location = reply.headers.get("location")
        if location is None or location.startswith(REDIRECT_URI):
            return reply
        reply = browser.send("GET", location)
    raise UnexpectedAnswerError("too many redirects", reply)
