"""The overview of what an account signs in with, and the switch of the second step."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from idp.account.model import PHONE_PLACE
from idp.factors.model import EnrolledFactors
from idp.factors.two_steps import SwitchRefusal
from idp.proofing.values.phones import PhoneNumber
from idp.sessions.model import SessionView
from idp.web.account.shell import AccountShell, Frame
from idp.web.factors.dependencies import FactorDependencies
from idp.web.factors.pages import FactorChange, FactorsPage
from idp.web.factors.paths import FACTORS
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message

_ABOUT = "factors"
_DONE: Mapping[str, FactorChange] = {
    "two_steps_on": "two_steps_on",
    "two_steps_off": "two_steps_off",
    "totp_added": "totp_added",
    "totp_removed": "totp_removed",
}
_REFUSALS = {
    SwitchRefusal.NO_FACTOR: Message("two_steps_no_factor"),
    SwitchRefusal.SHORT_PASSWORD: Message("two_steps_short_password"),
}


class FactorsHandlers:
    def __init__(self, dependencies: FactorDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "factors")
        return await self._page(request, frame)

    async def submit(self, request: Request) -> Response:
        """Switch the second step on or off."""
        form, _ = await self._context.accept_form(request, _ABOUT)
        frame = await self._shell.strong_visit(request, "factors")
        action = form.get("action")
        if action not in {"two_steps_on", "two_steps_off"}:
            return self._context.see_other(FACTORS)
        on = action == "two_steps_on"
        refusal = await self._dependencies.two_steps.switch(frame.view, origin_of(request), on=on)
        if refusal is not None:
            return await self._page(request, frame, _REFUSALS[refusal], 409)
        return self._context.see_other(f"{FACTORS}?done={action}")

    async def _page(self, request: Request, frame: Frame, error: Message | None = None, status: int = 200) -> Response:
        account = frame.view.account
        enrolled = await self._dependencies.enrolled.of_account(account.person_id, account.id)
        page = FactorsPage(
            other_language_url=frame.other_language_url,
            action=FACTORS,
            hidden=self._shell.hidden(frame, _ABOUT),
            shell=frame.shell,
            passkeys=enrolled.passkeys,
            totp_since=local_time(enrolled.totp.created_at, frame.locale) if enrolled.totp else "",
            recovery_codes=enrolled.recovery_codes,
            masked_phone=self._masked_phone(frame.view),
            phone_rests_until=self._rests_until(enrolled, frame),
            two_steps=account.two_steps,
            done=_DONE.get(query_form(request).get("done") or "") if error is None else None,
            error=error,
        )
        return self._shell.respond(request, page, frame, status)

    def _rests_until(self, enrolled: EnrolledFactors, frame: Frame) -> str:
        until = enrolled.phone_rests_until
        return local_time(until, frame.locale) if until and self._web.clock.now() < until else ""

    def _masked_phone(self, view: SessionView) -> str:
        if view.phone_sealed is None:
            return ""
        return PhoneNumber(
            self._web.sealer.open(view.phone_sealed, PHONE_PLACE.of(view.account.person_id)).decode()
        ).masked()
