"""The room of the test relying party: choose a variant, come back, read what happened, end the run."""

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.client_trials.explain import explain
from idp.client_trials.findings import Explained
from idp.client_trials.model import ROOM_PATH, Attempt, Running, Variant
from idp.client_trials.sandbox_people import APP_SECRET, PASSWORD, PEOPLE
from idp.kernel.locales import LOCALES, Locale
from idp.web.client_trials.dependencies import TrialDependencies
from idp.web.client_trials.pages import AttemptLink, InventedEntry, TryNotice, TryOverPage, TryRoomPage
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageDesk
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import read_catalogue

_ABOUT = "try"
_NOTICES: dict[str, TryNotice] = {
    "unknown_state": "unknown_state",
    "too_many": "too_many",
    "signed_out": "signed_out",
}


class RoomHandlers:
    """Everything here belongs to the browser that holds a run: its cookie is asked first."""

    def __init__(self, dependencies: TrialDependencies, desk: PageDesk) -> None:
        """Take the use cases and the desk."""
        self._desk = desk
        self._party = dependencies.party
        self._trials = dependencies.trials

    async def show(self, request: Request) -> Response:
        """GET /try."""
        running = await self._running(request)
        if running is None:
            return self._over(request)
        locale = self._desk.locale(request)
        attempts = await self._trials.shelf.attempts(running.run.id)
        browser, new = self._desk.cookies.ensure_browser(request)
        page = self._page(request, running, attempts, locale, browser)
        response = self._desk.respond(request, page, locale)
        if new:
            self._desk.cookies.set_browser(response, browser)
        return response

    async def submit(self, request: Request) -> Response:
        """POST /try: begin an attempt, sign out, or end the run."""
        form, _ = await self._desk.accept_form(request, _ABOUT)
        running = await self._running(request)
        if running is None:
            return self._over(request)
        match form.get("action"):
            case "end":
                await self._trials.end(running, origin_of(request))
                response = self._desk.see_other(f"/admin/clients/{running.run.client_id}")
                self._desk.cookies.set_trial(response, "")
                return response
            case "sign-out":
                return self._desk.see_other(await self._party.sign_out(running) or ROOM_PATH)
            case action:
                return await self._begin(request, running, action or "")

    async def _begin(self, request: Request, running: Running, action: str) -> Response:
        if action not in frozenset[str](Variant):
            return self._desk.see_other(ROOM_PATH)
        before = len(await self._trials.shelf.attempts(running.run.id))
        location = await self._party.begin(running, Variant(action), self._desk.locale(request))
        if location is None and len(await self._trials.shelf.attempts(running.run.id)) == before:
            return self._noticed("too_many")
        return self._desk.see_other(location or ROOM_PATH)

    async def back(self, request: Request) -> Response:
        """GET /try/back: the redirect address of every twin (OIDC Core 3.1.2.5)."""
        running = await self._running(request)
        if running is None:
            return self._over(request)
        form = query_form(request)
        taken = not form.repeated and await self._party.come_back(running, form.data, origin_of(request))
        return self._desk.see_other(ROOM_PATH) if taken else self._noticed("unknown_state")

    async def signed_out(self, request: Request) -> Response:
        """GET /try/signed-out: where a browser comes back to from signing out."""
        running = await self._running(request)
        if running is None:
            return self._over(request)
        taken = await self._party.signed_out(running, query_form(request).get("state") or "")
        return self._noticed("signed_out" if taken else "unknown_state")

    async def _running(self, request: Request) -> Running | None:
        held = self._desk.cookies.trial(request)
        return await self._trials.running(held) if held else None

    def _noticed(self, notice: TryNotice) -> Response:
        return self._desk.see_other(f"{ROOM_PATH}?{urlencode({'notice': notice})}")

    def _over(self, request: Request) -> Response:
        locale = self._desk.locale(request)
        page = TryOverPage(other_language_url=self._desk.other_language_url(request, locale))
        return self._desk.respond(request, page, locale, 404)

    def _page(
        self, request: Request, running: Running, attempts: Sequence[Attempt], locale: Locale, browser: str
    ) -> TryRoomPage:
        wanted = query_form(request).get("n") or ""
        told = [explain(running.client, one) for one in attempts]
        shown = next((one for one in told if str(one.number) == wanted), told[-1] if told else None)
        return TryRoomPage(
            other_language_url=self._desk.other_language_url(request, locale),
            action=ROOM_PATH,
            hidden=self._desk.hidden(browser, _ABOUT),
            client_id=running.client.client_id,
            name=running.client.name(locale),
            ends_at=local_time(running.run.ends_at, locale),
            variants=tuple(Variant),
            people=tuple(InventedEntry(name=one.record.full_name, number=one.record.number.digits) for one in PEOPLE),
            password=PASSWORD,
            app_secret=APP_SECRET,
            attempts=tuple(
                AttemptLink(number=one.number, variant=one.variant, outcome=one.outcome, current=one is shown)
                for one in told
            ),
            shown=shown,
            known_errors=known_errors(shown),
            may_sign_out=any(one.hint and not one.signed_out for one in attempts),
            notice=_NOTICES.get(query_form(request).get("notice") or ""),
        )


def known_errors(shown: Explained | None) -> frozenset[str]:
    """Return the errors of an attempt that have a cause and a remedy in the error catalogue."""
    texts = read_catalogue(LOCALES[0])
    steps = shown.steps if shown else ()
    return frozenset(step.error for step in steps if step.error and f"developer_errors.{step.error}.cause" in texts)
