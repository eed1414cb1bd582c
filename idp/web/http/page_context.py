"""What every page handler shares: language, form protection, rendering with the right headers."""

from secrets import token_urlsafe
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from idp.kernel.ids import SessionId
from idp.kernel.locales import LOCALES, Locale, choose_locale
from idp.kernel.secrets import HashKey
from idp.protocol.forms import Form
from idp.web.http.cookies import Cookies
from idp.web.http.errors import WebError
from idp.web.http.page import Page, SharedSessionBanner
from idp.web.http.rendering import Pages
from idp.web.http.requests import body_form, query_form, same_page
from idp.web.http.route_table import RouteTable
from idp.web.http.shared_session import name_on_shared_computer

_MAX_URL = 8000
_TOKEN = "form"  # noqa: S105 - the name of a field
# Names the sealed copy of a client's request in addresses of forms and links; never in `Location`.
RESUME = "resume"
_SHOWN_IN, _SESSION = "shown_in", "session_id"


class PageContext(Struct, frozen=True):
    """Renders pages and guards forms."""

    pages: Pages
    cookies: Cookies
    form_key: HashKey
    origin: str
    routes: RouteTable

    def locale(self, request: Request, wished: str | None = None) -> Locale:
        """Return the page's language: the switch, then the earlier choice, then the client's preference, then
        Vietnamese.
        """
        return choose_locale(query_form(request).get("lang"), self.cookies.language(request), wished)

    def other_language_url(self, request: Request, locale: Locale) -> str:
        """Return this page's address in the other language."""
        other = next(one for one in LOCALES if one != locale)
        return same_page(request, lang=other)

    def hidden(self, browser: str, about: str) -> tuple[tuple[str, str], ...]:
        """Return the hidden field that proves a form is ours, for this browser and this matter."""
        return ((_TOKEN, self.form_key.digest(f"{browser}|{about}").hex()),)

    def hidden_in(self, session_id: SessionId, browser: str, about: str) -> tuple[tuple[str, str], ...]:
        """Return the fields of a form that acts in a session: it is taken in no other one of the same browser."""
        return (*self.hidden(browser, about), (_SHOWN_IN, self.form_key.digest(f"session|{session_id}").hex()))

    def enter_session(self, request: Request, session_id: SessionId) -> None:
        """Say in which session a request acts; raise 403 if it is a form that was shown in another one."""
        request.scope["state"][_SESSION] = session_id
        self._compare_sessions(request)

    def _compare_sessions(self, request: Request) -> None:
        """Compare once both are known: some handlers look at the form first, some at the session."""
        state = request.scope["state"]
        if _SESSION not in state or _SHOWN_IN not in state:
            return
        mark = state[_SHOWN_IN]
        if not _is_hex(mark) or not self.form_key.matches(f"session|{state[_SESSION]}", bytes.fromhex(mark)):
            raise WebError(403, "form_rejected", "the form was shown in another session")

    async def accept_form(self, request: Request, about: str) -> tuple[Form, str]:
        """Return a form that our own page sent, with the browser's mark; raise 403 otherwise (cases SE-3, SE-7)."""
        if request.headers.get("origin", self.origin) != self.origin:
            raise WebError(403, "form_rejected", "Origin is not ours")
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise WebError(403, "form_rejected", "sent from another site")
        form, browser = await body_form(request), self.cookies.browser(request)
        if form.repeated:
            raise WebError(400, "invalid_request", "a field was sent twice")
        token = form.get(_TOKEN) or ""
        if (
            browser is None
            or not _is_hex(token)
            or not self.form_key.matches(f"{browser}|{about}", bytes.fromhex(token))
        ):
            raise WebError(403, "form_rejected", "the form token is not this browser's")
        request.scope["state"][_SHOWN_IN] = form.get(_SHOWN_IN) or ""
        self._compare_sessions(request)
        return form, browser

    def respond(
        self,
        request: Request,
        page: Page,
        locale: Locale,
        status: int = 200,
        *,
        targets: tuple[str, ...] = (),
        connect: str = "",
        frames: tuple[str, ...] = (),
    ) -> Response:
        """Return a page. `targets` are the addresses that its form may lead to after our own redirects.

        `connect` is the one address that its script may ask, `frames` are those that it shows pages of others from.
        """
        nonce = token_urlsafe(16)
        html = self.pages.render(page, locale, nonce, self._shared_session(request))
        response = Response(html, status, media_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = _policy(nonce, targets, connect, frames)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Language"] = locale
        if query_form(request).get("lang") in LOCALES:
            self.cookies.set_language(response, locale)
        return response

    def _shared_session(self, request: Request) -> SharedSessionBanner | None:
        name, browser = name_on_shared_computer(request), self.cookies.browser(request)
        if name is None or browser is None:
            return None
        return SharedSessionBanner(
            display_name=name, action=self.routes.url("confirm-logout"), hidden=self.hidden(browser, "logout")
        )

    def see_other(self, location: str) -> Response:
        """Return a 303: the method becomes GET and nothing of the form travels on (case OR-3).

        The client's request is named, not carried: sealed it is longer than proxies take of a head.
        """
        return RedirectResponse(_by_reference(location), 303, headers={"Cache-Control": "no-store"})

    def again_as_get(self, path: str, form: Form) -> Response | None:
        """Return a 303 to the same request as a GET, which brings our Lax cookies along; None where it is too long."""
        location = f"{path}?{urlencode(tuple(form.pairs()))}"
        return self.see_other(location) if len(location) < _MAX_URL else None


def _by_reference(location: str) -> str:
    path, _, query = location.partition("?")
    if not path.startswith("/") or f"{RESUME}=" not in query:
        return location
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != RESUME]
    return f"{path}?{urlencode(kept)}" if kept else path


def _policy(nonce: str, targets: tuple[str, ...], connect: str, frames: tuple[str, ...]) -> str:
    """Return the page's Content-Security-Policy.

    Browsers hold `form-action` against redirects after a submit too, so the client's origin must be named.
    """
    origins, framed = _sources(targets), f"frame-src {_sources(frames)}; " if frames else ""
    # Trusted Types: no script of ours turns text into markup, but the one that reads our own answer to a form.
    parsed = "own-answer" if connect else "'none'"
    connected = f"connect-src {connect}; " if connect else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; {connected}"
        f"img-src 'self'; {framed}"
        f"font-src 'self'; require-trusted-types-for 'script'; trusted-types {parsed}; "
        f"form-action 'self' {origins}; frame-ancestors 'none'; base-uri 'none'"
    )


def _sources(addresses: tuple[str, ...]) -> str:
    return " ".join(dict.fromkeys(_source(address) for address in addresses))


def _source(target: str) -> str:
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"


def _is_hex(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)
