"""The provider's endpoints for programs: discovery, keys, tokens, logout."""

import secrets
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, unquote_plus

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portals.simulator.faults import apply_after, apply_before
from portals.simulator.state import Registers
from portals.simulator.upstream.faults import Fault, transport
from portals.simulator.upstream.names import CLIENT_ID, CLIENT_SECRET, REALM
from portals.simulator.upstream.state import SESSION_SECONDS
from portals.simulator.upstream.tokens import id_token

_MAX_BODY = 32 * 1024


def issuer_of(request: Request) -> str:
    """Return the issuer: a demonstration is whatever address it is called by."""
    return f"{request.url.scheme}://{request.url.netloc}{REALM}"


async def discovery(request: Request) -> Response:
    """Return the discovery document."""
    issuer, fault = issuer_of(request), _registers(request).upstream.fault
    base = f"{issuer}/protocol/openid-connect"
    return await _answered(
        request,
        JSONResponse(
            {
                "issuer": f"{issuer}-elsewhere" if fault is Fault.WRONG_DISCOVERY else issuer,
                "authorization_endpoint": f"{base}/auth",
                "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/certs",
                "end_session_endpoint": f"{base}/logout",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "acr_values_supported": ["0", "1"],
                "authorization_response_iss_parameter_supported": True,
            }
        ),
    )


async def certs(request: Request) -> Response:
    """Return the public keys."""
    keys = [key.as_dict(private=False) for key in _registers(request).upstream.signing_keys()]
    return await _answered(request, JSONResponse({"keys": keys}), keys=True)


async def token(request: Request) -> Response:
    """Redeem a code, once, with its verifier."""
    registers, form = _registers(request), await fields(request)
    if not _is_client(request):
        return JSONResponse({"error": "invalid_client"}, 401)
    waiting = registers.upstream.take_code(form.get("code", ""))
    if waiting is None or form.get("redirect_uri") != waiting.redirect_uri or not _proves(form, waiting.challenge):
        return JSONResponse({"error": "invalid_grant"}, 400)
    person = registers.book.holder_of(waiting.session.number)
    if person is None:
        return JSONResponse({"error": "invalid_grant"}, 400)
    body = {
        "access_token": secrets.token_urlsafe(24),
        "token_type": "Bearer",
        "expires_in": int(SESSION_SECONDS),
        "scope": "openid profile",
        "id_token": id_token(registers.upstream, issuer_of(request), person, waiting),
    }
    return await _answered(request, JSONResponse(body, headers={"Cache-Control": "no-store"}))


async def logout(request: Request) -> Response:
    """End the session that an ID token names. A demonstration reads the token without asking whose signature it has."""
    hint = (await fields(request)).get("id_token_hint", "")
    _registers(request).upstream.end(_sid_of(hint))
    return await _answered(request, Response(status_code=204))


async def fields(request: Request) -> dict[str, str]:
    """Return a form's fields, the first value of each."""
    body = (await request.body())[:_MAX_BODY]
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _registers(request: Request) -> Registers:
    registers: Registers = request.app.state.registers
    return registers


async def _answered(request: Request, response: Response, *, keys: bool = False) -> Response:
    control = transport(_registers(request).upstream.fault, keys=keys)
    return await apply_before(request, control) or apply_after(response, control)


def _is_client(request: Request) -> bool:
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    try:
        name, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return False
    return kind.lower() == "basic" and (unquote_plus(name), unquote_plus(secret)) == (CLIENT_ID, CLIENT_SECRET)


def _proves(form: dict[str, str], challenge: str) -> bool:
    digest = sha256(form.get("code_verifier", "").encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii") == challenge


def _sid_of(hint: str) -> str:
    payload = hint.split(".")[1] if hint.count(".") == 2 else ""
    try:
        claims: object = orjson.loads(b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_"))
    except ValueError:
        return ""
    return str(claims.get("sid", "")) if isinstance(claims, dict) else ""
