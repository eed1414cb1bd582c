"""Changing one's own password."""

from starlette.requests import Request
from starlette.responses import Response

from idp.factors.password.model import PasswordProblem
from idp.factors.password.own_password import ChangeRefusal
from idp.web.account.shell import ABOUT, AccountShell, Frame
from idp.web.factors.credential_pages import ChangePasswordPage
from idp.web.factors.dependencies import FactorDependencies
from idp.web.factors.password_messages import password_message
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message

PATH = "/account/password"
_TWO_STEPS = "two_steps"


class PasswordHandlers:
    def __init__(self, dependencies: FactorDependencies, context: PageContext) -> None:
        self._own = dependencies.password
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.strong_visit(request, "password")
        return self._shell.respond(request, self._page(request, frame), frame)

    async def submit(self, request: Request) -> Response:
        form, _ = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "password")
        password, two_steps = form.data.get("password", ""), form.get(_TWO_STEPS) is not None
        refusal = await self._own.change(frame.view, password, origin_of(request), two_steps=two_steps)
        if refusal is None:
            return self._context.see_other(f"{PATH}?done=changed")
        page = self._page(request, frame, self._message(frame, refusal, two_steps=two_steps), wants=two_steps)
        return self._shell.respond(request, page, frame, 422)

    def _message(self, frame: Frame, refusal: PasswordProblem | ChangeRefusal, *, two_steps: bool) -> Message:
        if isinstance(refusal, ChangeRefusal):
            return Message("password_changed_meanwhile")
        account = frame.view.account
        steps = account.two_steps or (two_steps and self._own.may_ask_two_steps(frame.view))
        return password_message(refusal, self._own.rules.minimum(two_steps=steps))

    def _page(
        self, request: Request, frame: Frame, error: Message | None = None, *, wants: bool = False
    ) -> ChangePasswordPage:
        rules = self._own.rules
        return ChangePasswordPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            minimum_alone=rules.minimum(two_steps=False),
            minimum_with_two_steps=rules.minimum(two_steps=True),
            two_steps_on=frame.view.account.two_steps,
            may_ask_two_steps=self._own.may_ask_two_steps(frame.view),
            wants_two_steps=wants,
            changed=query_form(request).get("done") == "changed",
            error=error,
        )
