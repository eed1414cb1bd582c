"""The provider's pages: choose who signs in, and the controls of its faults."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from portals.simulator.state import Registers
from portals.simulator.upstream.endpoints import fields, issuer_of
from portals.simulator.upstream.faults import FAULT_TEXTS, Fault
from portals.simulator.upstream.names import CLIENT_ID, REALM
from portals.simulator.upstream.state import Session, Upstream

COOKIE = "upstream-demonstration"
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
)
_LANGUAGES = ("vi", "en")
_VIETNAMESE = {
    "title": "VNeID (mô phỏng)",
    "intro": "Chương trình minh họa: không phải VNeID, mọi người dưới đây đều không có thật.",
    "choose": "Chọn người đăng nhập",
    "cancel": "Dừng đăng nhập",
    "controls": "Điều khiển sự cố",
    "now": "Đang ở chế độ:",
    "roll_over": "Thay khóa ký",
    "wrong": "Yêu cầu đăng nhập không hợp lệ.",
}
_ENGLISH = {
    "title": "VNeID (simulated)",
    "intro": "A demonstration: this is not VNeID, and no person below is real.",
    "choose": "Choose who signs in",
    "cancel": "Stop signing in",
    "controls": "Fault controls",
    "now": "Mode now:",
    "roll_over": "Replace the signing key",
    "wrong": "The sign-in request is not valid.",
}
_TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType({"vi": _VIETNAMESE, "en": _ENGLISH})


async def authorize(request: Request) -> Response:
    """Go on with the session there is, or show who may sign in."""
    asked = dict(request.query_params)
    if not _is_acceptable(asked):
        return _page(request, "upstream.html", asked, valid=False, status=400)
    upstream = _registers(request).upstream
    session = upstream.session(request.cookies.get(COOKIE, ""))
    if session is not None and asked.get("prompt") != "login" and asked.get("max_age") != "0":
        return _send_back(request, asked, session)
    return _page(request, "upstream.html", asked, valid=True)


async def choose(request: Request) -> Response:
    """Somebody was chosen, or nobody wants to."""
    asked, form = dict(request.query_params), await fields(request)
    registers = _registers(request)
    if not _is_acceptable(asked):
        return _page(request, "upstream.html", asked, valid=False, status=400)
    number = form.get("number", "")
    if registers.book.holder_of(number) is None:
        return _redirect(request, asked, {"error": "access_denied"})
    cookie, session = registers.upstream.sign_in(number)
    response = _send_back(request, asked, session)
    response.set_cookie(COOKIE, cookie, path=REALM, httponly=True, samesite="lax")
    return response


async def control_page(request: Request) -> Response:
    """Show the controls; `?lang=en` in English."""
    return _page(request, "upstream_controls.html", {}, valid=True)


async def press_control(request: Request) -> Response:
    """Take a button of the controls."""
    upstream, form = _registers(request).upstream, await fields(request)
    if form.get("fault") in set(Fault):
        upstream.fault = Fault(form["fault"])
    if "roll_over" in form:
        upstream.roll_over()
    return RedirectResponse(f"/upstream?lang={_language(request)}", 303)


async def set_control(request: Request) -> Response:
    """Take a fault as JSON would: PUT /upstream/fault/{fault}."""
    fault = request.path_params["fault"]
    if fault not in set(Fault):
        return JSONResponse({"error": "invalid_request", "faults": list(Fault)}, 400)
    _registers(request).upstream.fault = Fault(fault)
    return JSONResponse({"fault": fault})


def _is_acceptable(asked: Mapping[str, str]) -> bool:
    """Accept our one client, PKCE, and an address on this machine."""
    parts = urlsplit(asked.get("redirect_uri", ""))
    at_home = parts.hostname in {"localhost", "127.0.0.1"} and parts.path.startswith("/upstream/callback/")
    proper = asked.get("response_type") == "code" and asked.get("code_challenge_method") == "S256"
    return at_home and proper and asked.get("client_id") == CLIENT_ID and bool(asked.get("code_challenge"))


def _send_back(request: Request, asked: Mapping[str, str], session: Session) -> Response:
    upstream: Upstream = _registers(request).upstream
    code = upstream.put_code(session, asked["redirect_uri"], asked["code_challenge"], asked.get("nonce", ""))
    return _redirect(request, asked, {"code": code, "session_state": session.sid})


def _redirect(request: Request, asked: Mapping[str, str], answer: dict[str, str]) -> Response:
    query = {**answer, "state": asked.get("state", ""), "iss": issuer_of(request)}
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(query)}", 303)


def _registers(request: Request) -> Registers:
    registers: Registers = request.app.state.registers
    return registers


def _language(request: Request) -> str:
    wished = request.query_params.get("lang") or request.query_params.get("ui_locales") or ""
    return "en" if wished.startswith("en") else "vi"


def _page(request: Request, template: str, asked: Mapping[str, str], *, valid: bool, status: int = 200) -> Response:
    registers, language = _registers(request), _language(request)
    place = _LANGUAGES.index(language)
    page = _PAGES.get_template(template).render(
        language=language,
        texts=_TEXTS[language],
        valid=valid,
        action=f"{REALM}/login-actions/authenticate?{urlencode(asked)}",
        people=[registers.book.people[number] for number in registers.book.people if registers.book.holder_of(number)],
        faults={fault: texts[place] for fault, texts in FAULT_TEXTS.items()},
        fault=registers.upstream.fault,
    )
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})
