"""Notices: what a person was told about their account, a recovery that waits, and "this was not me"."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from idp.account.notices.model import MarkNoticesRead, Notice
from idp.kernel.locales import Locale
from idp.recovery.model import WAITING_METHODS, Recovery
from idp.sign_in.levels import is_strong
from idp.sign_in.recent import is_recent_and_strong
from idp.web.account.dependencies import NoticeDependencies
from idp.web.account.notice_pages import NoticeEntry, NoticesPage
from idp.web.account.paths import NOTICES, OWN_NOT_ME
from idp.web.account.shell import ABOUT, AccountShell
from idp.web.factors.paths import CONFIRM
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.recovery.paths import NOT_ME_DONE

# A year of an ordinary account; the copy of one's own data holds them all.
_SHOWN = 100


class NoticesHandlers:
    def __init__(self, dependencies: NoticeDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        """What is shown counts as seen."""
        frame = await self._shell.visit(request, "notices")
        account, now = frame.view.account, self._web.clock.now()
        found = await self._dependencies.notices.of_person(account.person_id, _SHOWN)
        waiting = await self._dependencies.recoveries.open_of(account.person_id, account.id, now)
        page = NoticesPage(
            other_language_url=frame.other_language_url,
            action=NOTICES,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            entries=tuple(_entry(notice, frame.locale) for notice in found),
            recovery_ready_at=_ready_at(waiting, frame.locale),
            cancelled=query_form(request).get("done") == "cancelled",
            not_me_action=OWN_NOT_ME,
        )
        # Who knows the password alone does not hide from the owner that there is something to read.
        if is_strong(frame.view.session.amr) and any(notice.read_at is None for notice in found):
            self._web.ledger.enqueue(MarkNoticesRead(person_id=account.person_id, at=now))
        return self._shell.respond(request, page, frame)

    async def submit(self, request: Request) -> Response:
        """Cancel a recovery that waits."""
        view, action = await self._shell.form(request)
        if action == "cancel_recovery" and not is_recent_and_strong(view, self._web.clock.now()):
            return self._context.see_other(f"{CONFIRM}?to=notices")
        cancelled = action == "cancel_recovery" and await self._dependencies.not_me.cancel_recovery(
            view, origin_of(request)
        )
        return self._context.see_other(f"{NOTICES}?done=cancelled" if cancelled else NOTICES)

    async def not_me(self, request: Request) -> Response:
        """Lock the account of the person who is signed in here."""
        await self._context.accept_form(request, ABOUT)
        view = await self._shell.guard.visitor(request)
        await self._dependencies.not_me.report_from(view, origin_of(request))
        response = self._context.see_other(NOT_ME_DONE)
        self._context.cookies.end_session(response)
        return response


def _entry(notice: Notice, locale: Locale) -> NoticeEntry:
    until = notice.details.get("until")
    return NoticeEntry(
        kind=notice.kind,
        at=local_time(notice.at, locale),
        browser=notice.details.get("browser", ""),
        address=notice.details.get("address", ""),
        unread=notice.read_at is None,
        agency=notice.details.get("agency", ""),
        until=local_time(datetime.fromisoformat(until), locale) if until else "",
    )


def _ready_at(recovery: Recovery | None, locale: Locale) -> str | None:
    if recovery is None or recovery.way not in WAITING_METHODS:
        return None
    return local_time(recovery.ready_at, locale)
