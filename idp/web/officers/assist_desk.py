"""What the pages of an assisted recovery share: the officer, the draft, and the page that each way leads back to."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.recovery.assisted import Seat
from idp.recovery.drafts import RecoveryDraft
from idp.web.account.shell import AccountShell, Frame
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.http.requests import query_form
from idp.web.http.texts import Message
from idp.web.officers.assist_pages import AssistStartPage
from idp.web.officers.dependencies import OfficerDependencies
from idp.web.officers.paths import ASSIST, ASSIST_CODE, ASSIST_IDENTITY

START, CODE, IDENTITY = ASSIST, ASSIST_CODE, ASSIST_IDENTITY
ABOUT = "assisted-recovery"


class AssistDesk:
    """Lets an officer in who has just shown two factors, and nobody else."""

    def __init__(self, dependencies: OfficerDependencies, context: PageContext) -> None:
        self.web = dependencies.web
        self.recovery = dependencies.recovery
        self.context = context
        self.shell = AccountShell(dependencies.web, context)

    async def officer(self, request: Request) -> Frame:
        """Return the frame of an officer who has just shown two factors, or lead to that."""
        return await self.shell.strong_visit(request, "assist")

    async def at(self, request: Request) -> tuple[Frame, str, RecoveryDraft]:
        """Return the draft that the address names as well, or lead to the first page."""
        frame = await self.officer(request)
        name = query_form(request).get("r") or ""
        draft = await self.recovery.load(name, Seat.in_browser(frame.view, frame.browser))
        if draft is None:
            raise LeaveEarly(self.context.see_other(f"{START}?expired=1"))
        return frame, name, draft

    def go(self, path: str, name: str) -> Response:
        """Return the way to a step of a draft."""
        return self.context.see_other(address(path, name))

    def start_page(
        self,
        request: Request,
        frame: Frame,
        typed: Mapping[str, str] | None = None,
        errors: Mapping[str, Message] | None = None,
        *,
        error: Message | None = None,
        status: int = 200,
    ) -> Response:
        """Return the first page, with what was typed and what is wrong with it."""
        values, wrong = typed or {}, errors or {}
        page = AssistStartPage(
            other_language_url=frame.other_language_url,
            action=START,
            hidden=self.shell.hidden(frame, ABOUT),
            shell=frame.shell,
            number=values.get("number", ""),
            phone=values.get("phone", ""),
            number_error=wrong.get("number"),
            phone_error=wrong.get("phone"),
            error=error,
        )
        return self.shell.respond(request, page, frame, status)


def address(path: str, name: str) -> str:
    """Return the address of a step of a draft."""
    return f"{path}?{urlencode({'r': name})}"
