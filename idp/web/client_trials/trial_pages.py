"""The pages of the test relying party: choose a variant, come back, read what happened, end the run."""

from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.client_trials.explain import explain
from idp.client_trials.findings import Explained
from idp.client_trials.model import TRIAL_RUN_PATH, Attempt, Running, Variant
from idp.client_trials.sandbox_people import APP_SECRET, PASSWORD, PEOPLE
from idp.kernel.locales import LOCALES, Locale
from idp.web.client_trials.dependencies import TrialDependencies
from idp.web.client_trials.pages import AttemptLink, InventedEntry, TrialNotice, TrialOverPage, TrialRunPage
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import read_catalogue

_ABOUT = "try"
_NOTICES: dict[str, TrialNotice] = {
    "unknown_state": "unknown_state",
    "too_many": "too_many",
    "signed_out": "signed_out",
}


class TrialRunHandlers:
    """Everything here belongs to the browser that holds a run: its cookie is asked first."""

    def __init__(self, dependencies: TrialDependencies, context: PageContext) -> None:
        self._context = context
        self._party = dependencies.party
        self._trials = dependencies.trials

    async def show(self, request: Request) -> Response:
        running = await self._running(request)
        if running is None:
            return self._over(request)
        locale = self._context.locale(request)
        attempts = await self._trials.store.attempts(running.run.id)
        browser, new = self._context.cookies.ensure_browser(request)
        page = self._page(request, running, attempts, locale, browser)
        response = self._context.respond(request, page, locale)
        if new:
            self._context.cookies.set_browser(response, browser)
        return response

    async def submit(self, request: Request) -> Response:
        """Begin an attempt, sign out, or end the run."""
        form, _ = await self._context.accept_form(request, _ABOUT)
        running = await self._running(request)
        if running is None:
            return self._over(request)
        match form.get("action"):
            case "end":
                await self._trials.end(running, origin_of(request))
                response = self._context.see_other(f"/admin/clients/{running.run.client_id}")
                self._context.cookies.set_trial(response, "")
                return response
            case "sign-out":
                return self._context.see_other(await self._party.sign_out(running) or TRIAL_RUN_PATH)
            case action:
                return await self._begin(request, running, action or "")

    async def _begin(self, request: Request, running: Running, action: str) -> Response:
        if action not in frozenset[str](Variant):
            return self._context.see_other(TRIAL_RUN_PATH)
        before = len(await self._trials.store.attempts(running.run.id))
        location = await self._party.begin(running, Variant(action), self._context.locale(request))
        if location is None and len(await self._trials.store.attempts(running.run.id)) == before:
            return self._noticed("too_many")
        return self._context.see_other(location or TRIAL_RUN_PATH)

    async def back(self, request: Request) -> Response:
        """The redirect address of every trial client (OIDC Core 3.1.2.5)."""
        running = await self._running(request)
        if running is None:
            return self._over(request)
        form = query_form(request)
        taken = not form.repeated and await self._party.come_back(running, form.data, origin_of(request))
        return self._context.see_other(TRIAL_RUN_PATH) if taken else self._noticed("unknown_state")

    async def signed_out(self, request: Request) -> Response:
        """Return the page to which a browser comes back from signing out."""
        running = await self._running(request)
        if running is None:
            return self._over(request)
        taken = await self._party.signed_out(running, query_form(request).get("state") or "")
        return self._noticed("signed_out" if taken else "unknown_state")

    async def _running(self, request: Request) -> Running | None:
        held = self._context.cookies.trial(request)
        return await self._trials.running(held) if held else None

    def _noticed(self, notice: TrialNotice) -> Response:
        return self._context.see_other(f"{TRIAL_RUN_PATH}?{urlencode({'notice': notice})}")

    def _over(self, request: Request) -> Response:
        locale = self._context.locale(request)
        page = TrialOverPage(other_language_url=self._context.other_language_url(request, locale))
        return self._context.respond(request, page, locale, 404)

    def _page(
        self, request: Request, running: Running, attempts: Sequence[Attempt], locale: Locale, browser: str
    ) -> TrialRunPage:
        wanted = query_form(request).get("n") or ""
        reported = [explain(running.client, one) for one in attempts]
        shown = next((one for one in reported if str(one.number) == wanted), reported[-1] if reported else None)
        return TrialRunPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=TRIAL_RUN_PATH,
            hidden=self._context.hidden(browser, _ABOUT),
            client_id=running.client.client_id,
            name=running.client.name(locale),
            ends_at=local_time(running.run.ends_at, locale),
            variants=tuple(Variant),
            people=tuple(InventedEntry(name=one.record.full_name, number=one.record.number.digits) for one in PEOPLE),
            password=PASSWORD,
            app_secret=APP_SECRET,
            attempts=tuple(
                AttemptLink(number=one.number, variant=one.variant, outcome=one.outcome, current=one is shown)
                for one in reported
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
