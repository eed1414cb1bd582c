"""Joining another account of one's own: its password, its best factor, both names, then the wait."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.account.merging.joining import JoinRefusal
from idp.account.merging.other_accounts import ShowingDraft, ShowRefusal
from idp.account.model import ProofState
from idp.account.profiles import MASKED_NUMBER
from idp.factors.answers import Refused, Shown
from idp.factors.drafts import FactorChallenge
from idp.kernel.ids import PersonId
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.web.account.dependencies import JoiningDependencies
from idp.web.account.joining_pages import ConfirmJoiningPage, JoinedAccount, JoiningPage, WaitingJoining
from idp.web.account.paths import HOME, IDENTITY
from idp.web.account.shell import ABOUT, AccountShell, Frame
from idp.web.factors.factor_step import Asked, FactorStep
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message

PATH = "/account/joining"
FACTOR_PATH, CONFIRM_PATH = f"{PATH}/factor", f"{PATH}/confirm"
_REFUSALS = {
    ShowRefusal.WRONG: Message("joining_not_shown"),
    ShowRefusal.NETWORK_BUSY: Message("too_many_tries", {"retry_after": NETWORK_WINDOW}),
}
_NOT_JOINED = {
    JoinRefusal.NOT_PROVED: Message("joining_not_proved"),
    JoinRefusal.DIFFERENT: Message("joining_different"),
    JoinRefusal.CHANGED: Message("joining_changed"),
}


class JoiningHandlers:
    """GET and POST of the three pages."""

    def __init__(self, dependencies: JoiningDependencies, context: PageContext) -> None:
        self._web = dependencies.web
        self._requests, self._others = dependencies.joining, dependencies.others
        self._context = context
        self._shell = AccountShell(dependencies.web, context)
        self._step = FactorStep(dependencies.checks, context)

    async def show(self, request: Request) -> Response:
        """Answer with the form, or with what waits."""
        frame = await self._shell.strong_visit(request, "joining")
        return await self._page(request, frame)

    async def submit(self, request: Request) -> Response:
        """Judge number and password of the other account, or end what waits."""
        form, browser = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "joining")
        if form.get("action") == "withdraw":
            await self._requests.withdraw(frame.view, origin_of(request))
            return self._context.see_other(PATH)
        number, password = form.get("number") or "", form.get("password") or ""
        name = await self._others.show(frame.view, number, password, browser, origin_of(request))
        if isinstance(name, ShowRefusal):
            status = 429 if name is ShowRefusal.NETWORK_BUSY else 401
            return await self._page(request, frame, _REFUSALS[name], number[:64], status)
        return self._context.see_other(_at(FACTOR_PATH, name))

    async def show_factor(self, request: Request) -> Response:
        """Ask for the other account's second factor, where it has one."""
        frame = await self._shell.strong_visit(request, "joining")
        found = await self._challenge(request, frame)
        if found is None:
            return self._context.see_other(PATH)
        draft, challenge = found
        if not challenge.ways:
            return self._context.see_other(_at(CONFIRM_PATH, _name(request)))
        return await self._step.show(request, self._asked(request, frame, draft, challenge), frame.browser)

    async def submit_factor(self, request: Request) -> Response:
        """Judge it."""
        form, _ = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "joining")
        found = await self._challenge(request, frame)
        if found is None or form.get("action") == "cancel":
            return self._context.see_other(PATH)
        return await self._step.submit(request, self._asked(request, frame, *found), form, frame.browser)

    async def show_confirm(self, request: Request) -> Response:
        """Show both names."""
        frame = await self._shell.strong_visit(request, "joining")
        return await self._confirm_page(request, frame)

    async def submit_confirm(self, request: Request) -> Response:
        """Make both accounts wait to be joined; refused without the box ticked."""
        form, _ = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "joining")
        if form.get("action") != "join" or form.get("understood") != "yes":
            return await self._confirm_page(request, frame, Message("joining_not_understood"))
        draft = await self._draft(request, frame)
        shown = await self._others.complete(draft, frame.browser) if draft else None
        if shown is None:
            return self._context.see_other(PATH)
        done = await self._requests.ask(frame.view, shown, origin_of(request))
        if isinstance(done, JoinRefusal):
            return await self._page(request, frame, _NOT_JOINED[done], status=409)
        await self._others.drafts.drop(_name(request))
        return self._context.see_other(PATH)

    async def _draft(self, request: Request, frame: Frame) -> ShowingDraft | None:
        return await self._others.load(_name(request), frame.view, frame.browser)

    async def _challenge(self, request: Request, frame: Frame) -> tuple[ShowingDraft, FactorChallenge] | None:
        draft = await self._draft(request, frame)
        challenge = await self._others.challenge(draft, frame.browser) if draft else None
        return (draft, challenge) if draft and challenge else None

    def _asked(self, request: Request, frame: Frame, draft: ShowingDraft, challenge: FactorChallenge) -> Asked:
        name = _name(request)

        async def finish(shown: Shown) -> Response | Refused:
            refused = await self._others.take(name, draft, shown, frame.browser)
            return refused or self._context.see_other(_at(CONFIRM_PATH, name))

        return Asked(
            challenge=challenge,
            purpose="joining",
            address=_at(FACTOR_PATH, name),
            about=ABOUT,
            finish=finish,
            ui_locales=frame.view.account.locale,
            session_id=frame.view.session.id,
        )

    async def _confirm_page(self, request: Request, frame: Frame, error: Message | None = None) -> Response:
        draft = await self._draft(request, frame)
        shown = await self._others.complete(draft, frame.browser) if draft else None
        if shown is None:
            return self._context.see_other(PATH)
        refused = self._requests.refusal(frame.view, shown.record)
        if refused is not None:
            return await self._page(request, frame, _NOT_JOINED[refused], status=409)
        page = ConfirmJoiningPage(
            other_language_url=frame.other_language_url,
            action=_at(CONFIRM_PATH, _name(request)),
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            stays=self._account(frame.view.account.person_id, frame.view.profile_sealed),
            goes=self._account(shown.record.account.person_id, shown.record.profile_sealed),
            due=local_time(self._web.clock.now() + self._requests.wait, frame.locale),
            stay_url=HOME,
            error=error,
        )
        return self._shell.respond(request, page, frame, 422 if error else 200)

    def _account(self, person_id: PersonId, profile_sealed: bytes) -> JoinedAccount:
        claims = self._requests.profile(person_id, profile_sealed)
        return JoinedAccount(name=str(claims.get("name", "")), masked_number=str(claims.get(MASKED_NUMBER, "")))

    async def _page(
        self, request: Request, frame: Frame, error: Message | None = None, number: str = "", status: int = 200
    ) -> Response:
        waiting = await self._requests.waiting(frame.view)
        account = frame.view.account
        page = JoiningPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            waiting=WaitingJoining(
                due=local_time(waiting.due_at, frame.locale), goes=waiting.other_account_id == account.id
            )
            if waiting
            else None,
            proved=account.proof_at(self._web.clock.now()) is ProofState.PROVED,
            number=number,
            identity_url=IDENTITY,
            error=error,
        )
        return self._shell.respond(request, page, frame, status)


def _name(request: Request) -> str:
    return query_form(request).get("j") or ""


def _at(path: str, name: str) -> str:
    return f"{path}?{urlencode({'j': name})}"
