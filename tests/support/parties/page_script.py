"""A script of a page, as a browser lets it call another origin: it asks before, and hides what was not allowed."""

from dataclasses import dataclass, field

import httpx2

from tests.support.patience import patient
from tests.support.plain.browser import NO_CERTIFICATES

# What a script may send without asking (Fetch 2.2.2), as far as the tests send it, and what any script may read.
_SIMPLE_METHODS, _SIMPLE_TYPE = {"GET", "HEAD", "POST"}, "application/x-www-form-urlencoded"
_READABLE = {
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
}
# What the client library adds by itself; a browser has its own.
_OF_THE_LIBRARY = {"host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "origin"}


class BlockedError(AssertionError):
    """The browser keeps an answer from the script, or does not send its request."""


@dataclass(slots=True)
class PageScript(httpx2.BaseTransport):
    """Sends what a script at `origin` sends, without cookies."""

    origin: str
    preflights: list[str] = field(default_factory=list)
    _network: httpx2.HTTPTransport = field(default_factory=lambda: httpx2.HTTPTransport(verify=NO_CERTIFICATES))

    def client(self) -> httpx2.Client:
        """Return a client whose requests are the script's."""
        return httpx2.Client(transport=self, timeout=patient(30))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, after asking where a browser would; raises `BlockedError` where it would not answer."""
        request.headers["Origin"] = self.origin
        told = {name.lower() for name in request.headers} - _OF_THE_LIBRARY
        if request.headers.get("content-type", _SIMPLE_TYPE) == _SIMPLE_TYPE:
            told.discard("content-type")
        if told or request.method not in _SIMPLE_METHODS:
            self._ask_before(request, told)
        answer = self._network.handle_request(request)
        answer.read()
        if answer.headers.get("access-control-allow-origin") not in {self.origin, "*"}:
            raise BlockedError(f"{request.method} {request.url.path} is kept from {self.origin}")
        shown = _READABLE | _words(answer, "access-control-expose-headers")
        headers = [(name, value) for name, value in answer.headers.items() if name in shown]
        return httpx2.Response(answer.status_code, headers=headers, content=answer.content)

    def close(self) -> None:
        """End its connections."""
        self._network.close()

    def _ask_before(self, request: httpx2.Request, told: set[str]) -> None:
        """Send the preflight (Fetch 4.8)."""
        self.preflights.append(f"{request.method} {request.url.path}")
        asked = {
            "Host": request.headers["host"],
            "Origin": self.origin,
            "Access-Control-Request-Method": request.method,
            "Access-Control-Request-Headers": ",".join(sorted(told)),
        }
        answer = self._network.handle_request(httpx2.Request("OPTIONS", request.url, headers=asked))
        answer.read()
        allowed = answer.headers.get("access-control-allow-origin") in {self.origin, "*"} and answer.is_success
        methods = _SIMPLE_METHODS | {one.upper() for one in _words(answer, "access-control-allow-methods")}
        if not allowed or request.method not in methods or not told <= _words(answer, "access-control-allow-headers"):
            raise BlockedError(f"{request.method} {request.url.path} of {self.origin} is not sent")


def _words(answer: httpx2.Response, name: str) -> set[str]:
    return {word.strip().lower() for word in answer.headers.get(name, "").split(",") if word.strip()}
