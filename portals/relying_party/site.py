"""One running portal: its configuration, conversation with the provider, sessions and pages, and its cookies."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portals.relying_party.config import Locale, Portal
from portals.relying_party.errors import SignInError
from portals.relying_party.oidc import RelyingParty
from portals.relying_party.pages import ErrorPage, Page, Pages
from portals.relying_party.sessions import Session, SessionStore

log = logging.getLogger("portal")

_STATUS = {"provider_unreachable": 502, "provider_answer_garbled": 502}


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Site:
    """What every handler needs."""

    portal: Portal
    provider: RelyingParty
    sessions: SessionStore
    pages: Pages
    now: Callable[[], datetime] = utc_now

    def session(self, request: Request) -> Session | None:
        """Return the browser's session, if it has a live one."""
        return self.sessions.find(request.cookies.get(self.portal.cookie_name), self.now())

    def session_or_new(self, request: Request) -> Session:
        """Return the browser's session; the answer must carry it with `keep`."""
        return self.session(request) or self.sessions.start(self.now())

    def keep(self, response: Response, session: Session) -> Response:
        """Give the browser its session. No Max-Age: the cookie ends with the browser, the session on the server."""
        self._set_cookie(response, self.portal.cookie_name, session.id)
        return response

    def locale(self, request: Request) -> Locale:
        """Return the chosen language: the link just followed, then the cookie, then Vietnamese."""
        return self.chosen_locale(request) or "vi"

    def chosen_locale(self, request: Request) -> Locale | None:
        """Return the language only if the person chose one."""
        command = request.query_params.get("lang") or request.cookies.get(f"{self.portal.cookie_name}_lang")
        if command == "en":
            return "en"
        return "vi" if command == "vi" else None

    def page(self, request: Request, page: Page, status: int = 200) -> Response:
        """Render a page in the person's language."""
        locale = self.locale(request)
        response = HTMLResponse(self.pages.render(page, locale), status_code=status)
        return self.remember_language(request, response)

    def remember_language(self, request: Request, response: Response) -> Response:
        """Keep the language if the link just followed chose one."""
        command = request.query_params.get("lang")
        if command in ("vi", "en"):
            self._set_cookie(response, f"{self.portal.cookie_name}_lang", command)
        return response

    def failure(self, request: Request, error: SignInError) -> Response:
        """Show the code and what to do; log the code and the failed check, never a token or a claim."""
        log.warning("sign-in failed: %s %s", error.code, error.detail)
        return self.page(request, ErrorPage(error.code), status=_STATUS.get(error.code, 400))

    def asked_elsewhere(self, request: Request) -> bool:
        """True when another site made the browser come here: it may open pages, not change what the person does.

        `Sec-Fetch-Site` is absent in old browsers; SameSite=Lax still keeps the cookie from other sites' forms there.
        """
        return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")

    def _set_cookie(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            name, value, httponly=True, samesite="lax", path="/", secure=self.portal.origin.startswith("https:")
        )


def go(path: str) -> RedirectResponse:
    """Send the browser to another address with GET."""
    return RedirectResponse(path, status_code=303)
