"""The one question after signing in, signing out and recovery."""

from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.web.account.dependencies import AccountDependencies
from idp.web.account.pages import RatedAs, RatedPage, RatePage
from idp.web.account.paths import HOME, RATE
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form

RATED = "/rated"

_ABOUT = "rating"
_OUTCOMES: Mapping[str, RatedAs] = {outcome: outcome for outcome in get_args(RatedAs)}


class RatingHandlers:
    def __init__(self, dependencies: AccountDependencies, context: PageContext) -> None:
        self._ratings = dependencies.ratings
        self._context = context

    async def show(self, request: Request) -> Response:
        """GET /rate?t=TOKEN. Without a good token there is nothing to answer, and a way on."""
        token = query_form(request).get("t") or ""
        if not self._ratings.offered(token):
            return self._context.see_other(f"{RATED}?as=gone")
        locale = self._context.locale(request)
        browser, new = self._context.cookies.ensure_browser(request)
        page = RatePage(
            other_language_url=self._context.other_language_url(request, locale),
            action=f"{RATE}?{urlencode({'t': token})}",
            hidden=self._context.hidden(browser, _ABOUT),
            go_on_url=HOME,
        )
        response = self._context.respond(request, page, locale)
        if new:
            self._context.cookies.set_browser(response, browser)
        return response

    async def submit(self, request: Request) -> Response:
        """The button is the answer."""
        form, _ = await self._context.accept_form(request, _ABOUT)
        if await self._ratings.too_many(origin_of(request).address):
            return self._context.see_other(f"{RATED}?as=busy")
        score = form.get("action") or ""
        token = query_form(request).get("t") or ""
        kept = await self._ratings.rate(token, int(score) if score in {"1", "2", "3", "4", "5"} else 0)
        response = self._context.see_other(f"{RATED}?as={'kept' if kept else 'gone'}")
        if kept:
            self._context.cookies.set_rated(response)
        return response

    async def rated(self, request: Request) -> Response:
        locale = self._context.locale(request)
        outcome = _OUTCOMES.get(query_form(request).get("as") or "", "gone")
        page = RatedPage(
            other_language_url=self._context.other_language_url(request, locale), outcome=outcome, go_on_url=HOME
        )
        return self._context.respond(request, page, locale)
