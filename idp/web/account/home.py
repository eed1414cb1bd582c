"""The first page of one's own account: who is signed in, at which level, proved or not."""

from starlette.requests import Request
from starlette.responses import Response

from idp.selfservice.profiles import MASKED_NUMBER
from idp.web.page_desk import PageDesk
from idp.web.pages.account import AccountHomePage
from idp.web.parts import Parts
from idp.web.profiles import person_of


class AccountHandlers:
    """GET / and /account."""

    def __init__(self, parts: Parts, desk: PageDesk) -> None:
        """Take the use cases and the desk."""
        self._parts = parts
        self._desk = desk

    async def root(self, request: Request) -> Response:
        """GET /: a person who types the address wants their account."""
        return self._desk.see_other("/account")

    async def home(self, request: Request) -> Response:
        """GET /account."""
        cookie = self._desk.cookies.session(request)
        view = None
        if cookie is not None:
            now = self._parts.clock.now()
            view = await self._parts.sessions.live(self._parts.cookie_hash.digest(cookie), "", now)
        if view is None:
            return self._desk.see_other("/sign-in")
        locale = self._desk.locale(request, view.account.locale)
        profile = person_of(view, self._parts)
        browser, new = self._desk.cookies.ensure_browser(request)
        page = AccountHomePage(
            other_language_url=self._desk.other_language_url(request, locale),
            action="/logout/confirm",
            hidden=self._desk.hidden(browser, "logout"),
            display_name=str(profile.get("name", "")),
            masked_number=str(profile.get(MASKED_NUMBER, "")),
            acr=view.session.acr,
            proof=view.account.proof,
            prove_url=None,
        )
        response = self._desk.respond(request, page, locale)
        if new:
            self._desk.cookies.set_browser(response, browser)
        return response
