"""The page where a signed-in person answers sign-ins that wait for a yes."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from idp.factors.approval_model import ABOUT_PLACE, Approval, AskedAtCounter
from idp.factors.approvals import Answered
from idp.kernel.ids import ApprovalId
from idp.kernel.locales import Locale
from idp.web.account.portals import client_name
from idp.web.account.released_claims import released_claims
from idp.web.account.shell import AccountShell
from idp.web.factors.dependencies import FactorDependencies
from idp.web.factors.pages import ApprovalsPage, CounterQuestion, Question
from idp.web.factors.paths import CONFIRM
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form

PATH = "/account/approvals"
_ABOUT, _REFERENCE = "approvals", "approval"
_ANSWERS = {answered.value: answered for answered in Answered}


class ApprovalsHandlers:
    def __init__(self, dependencies: FactorDependencies, context: PageContext) -> None:
        self._web = dependencies.web
        self._approvals = dependencies.approvals
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "approvals")
        view = frame.view
        newest = next(iter(await self._approvals.open_for(view)), None)
        page = ApprovalsPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=(*self._shell.hidden(frame, _ABOUT), *([(_REFERENCE, newest.id)] if newest else [])),
            shell=frame.shell,
            question=self._question(newest, frame.locale) if newest else None,
            may_answer=self._approvals.may_answer(view),
            confirm_url=f"{CONFIRM}?to=approvals" if self._approvals.must_confirm(view) else None,
            answered=_ANSWERS.get(query_form(request).get("answered") or ""),
        )
        return self._shell.respond(request, page, frame)

    async def submit(self, request: Request) -> Response:
        """The chosen number, "this was not me", or another look."""
        form, _ = await self._context.accept_form(request, _ABOUT)
        view = await self._shell.guard.visitor(request)
        action, reference = form.get("action") or "look", form.get(_REFERENCE) or ""
        if action == "look":
            return self._context.see_other(PATH)
        number = "" if action == "not_me" else action
        answered = await self._approvals.answer(view, ApprovalId(reference[:32]), number[:4], origin_of(request))
        return self._context.see_other(f"{PATH}?answered={answered}")

    def _counter(self, asked: Approval, locale: Locale) -> CounterQuestion | None:
        if asked.about_sealed is None:
            return None
        about = msgspec.json.decode(
            self._web.sealer.open(asked.about_sealed, ABOUT_PLACE.of(asked.id)), type=AskedAtCounter
        )
        portal = client_name(self._web, about.client_id, locale)
        return CounterQuestion(
            officer=about.officer,
            agency=about.agency,
            post=about.post,
            portal=portal,
            claims=released_claims(about.scope) if about.scope else (),
        )

    def _question(self, asked: Approval, locale: Locale) -> Question:
        return Question(
            browser=asked.browser,
            address=asked.address,
            asked_at=local_time(asked.created_at, locale),
            numbers=self._approvals.choices(asked),
            counter=self._counter(asked, locale),
        )
