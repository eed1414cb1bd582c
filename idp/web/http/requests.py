"""Reading requests: bounded, strict, and without trusting anything the network may have written."""

from urllib.parse import urlencode

from starlette.requests import Request

from idp.audit.model import Origin
from idp.kernel.ids import new_id
from idp.protocol.forms import Form, FormError, parse_form
from idp.protocol.sender.shown import Sender
from idp.protocol.tokens.bearer import SCHEMES, ShownCredential
from idp.web.http.browsers import browser_of
from idp.web.http.errors import WebError

# An honest form of ours has a few kilobytes; what is longer is refused before it is parsed (case DS-1).
MAX_BODY = 64 * 1024
# Where the server puts the certificate that a client proved to hold in TLS.
CERTIFICATE = "client_certificate"
FORM_TYPE = "application/x-www-form-urlencoded"


def query_form(request: Request) -> Form:
    """Return the parameters of the query."""
    return _parse(request.scope["query_string"])


async def body_form(request: Request) -> Form:
    """Return the parameters of a form body; raises `WebError` 413, 415 or 400."""
    content_type = _header(request, b"content-type", "")
    body = await read_body(request)
    if not body and not content_type:
        return _parse(b"")
    if content_type != FORM_TYPE:
        _check_form_type(content_type)
    return _parse(body)


def _check_form_type(content_type: str) -> None:
    kind, *parameters = content_type.lower().split(";")
    if kind.strip() != FORM_TYPE:
        raise WebError(415, "unsupported_media_type", "the body is no form")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in {"utf-8", "utf8"}:
            raise WebError(415, "unsupported_media_type", "the form is not UTF-8")


def _header(request: Request, name: bytes, default: str) -> str:
    """Return the first header of a name (in lower case). Starlette's mapping takes several times as long for it."""
    for known, value in request.scope["headers"]:
        if known == name:
            return str(value, "latin-1")
    return default


async def any_form(request: Request) -> Form:
    """Return the parameters of the query for GET, of the body for POST (OIDC Core 3.1.2.1)."""
    return await body_form(request) if request.method == "POST" else query_form(request)


async def read_body(request: Request) -> bytes:
    """Return the body, or raise `WebError` 413 as soon as it is too long."""
    if _header(request, b"content-encoding", "identity").lower() != "identity":
        raise WebError(415, "unsupported_media_type", "compressed bodies are not read")
    announced = _header(request, b"content-length", "0")
    if not (announced.isascii() and announced.isdigit()) or int(announced[:12]) > MAX_BODY:
        raise WebError(413, "request_too_large")
    body = bytearray()
    # What `request.stream()` does, without its generator: nearly every body comes in one piece.
    while (message := await request.receive())["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise WebError(413, "request_too_large")
        if not message.get("more_body", False):
            return bytes(body)
    # The sender hung up: nobody reads this answer, and it is no error of ours.
    raise WebError(400, "invalid_request", "the body ended early")


def _parse(raw: bytes) -> Form:
    try:
        return parse_form(raw)
    except FormError as error:
        raise WebError(400, "invalid_request", str(error)) from error


def shown_in_header(request: Request) -> tuple[ShownCredential, ...]:
    """Return the access tokens of the Authorization headers, by their schemes (RFC 6750 2.1, RFC 9449 7.1)."""
    shown = []
    for header in request.headers.getlist("authorization"):
        named, _, token = header.partition(" ")
        shown += [ShownCredential(scheme, token.strip()) for scheme in SCHEMES if scheme.lower() == named.lower()]
    return tuple(shown)


def sender_of(request: Request) -> Sender:
    """Return what a request shows of its sender beside its credentials."""
    scope = request.scope
    proofs = tuple(str(value, "latin-1") for name, value in scope["headers"] if name == b"dpop")
    return Sender(scope["method"], scope["path"], proofs, scope["state"].get(CERTIFICATE))


def origin_of(request: Request) -> Origin:
    """Return where a request came from. The server has put the address there, from trusted proxies only."""
    client = request.scope.get("client") or ("", 0)
    correlation_id = request.scope["state"].get("correlation_id") or new_id()
    browser = browser_of(_header(request, b"user-agent", ""))
    return Origin(correlation_id, str(client[0]), int(client[1] or 0), browser)


def same_page(request: Request, **changes: str) -> str:
    """Return this page's own address with some query parameters changed: a path, never a host (case HC-1)."""
    kept = {name: value for name, value in query_form(request).data.items() if name not in changes}
    path = str(request.scope["path"])
    safe = path if path.startswith("/") and not path.startswith("//") else "/"
    return f"{safe}?{urlencode({**kept, **changes})}"
