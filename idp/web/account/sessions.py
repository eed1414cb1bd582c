"""Where one is signed in, and which browsers the account knows: seen and ended."""

from typing import get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.account.rating_effects import Occasion
from idp.kernel.ids import DeviceId, SessionId
from idp.kernel.locales import Locale
from idp.sessions.model import SessionView
from idp.sessions.own_sessions import OwnSession
from idp.sign_in.shown_method import method_of
from idp.web.account.dependencies import AccountDependencies
from idp.web.account.pages import DeviceEntry, SessionEntry, SessionsDone, SessionsPage
from idp.web.account.shell import AccountShell, Frame
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.sessions.paths import SIGNED_OUT

PATH = "/account/sessions"

_DONE: dict[str, SessionsDone] = {word: word for word in get_args(SessionsDone)}


class SessionsHandlers:
    def __init__(self, dependencies: AccountDependencies, context: PageContext) -> None:
        self._own = dependencies.sessions
        self._ratings = dependencies.ratings
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "sessions")
        return self._shell.respond(request, await self._page(request, frame), frame)

    async def submit(self, request: Request) -> Response:
        """End one, the others, or all; forget a device."""
        view, action = await self._shell.form(request)
        if action in {"end_all", f"end:{view.session.id}"}:
            return await self._leave(request, view, everywhere=action == "end_all")
        done = await self._do(request, view, action)
        return self._context.see_other(f"{PATH}?{urlencode({'done': done})}")

    async def _do(self, request: Request, view: SessionView, action: str) -> SessionsDone:
        origin = origin_of(request)
        verb, _, target = action.partition(":")
        if verb == "end_others":
            await self._own.end_others(view, origin)
            return "others_ended"
        if verb == "forget":
            return "forgotten" if await self._own.forget_device(view, DeviceId(target), origin) else "gone"
        return "ended" if await self._own.end(view, SessionId(target), origin) else "gone"

    async def _leave(self, request: Request, view: SessionView, *, everywhere: bool) -> Response:
        origin = origin_of(request)
        if everywhere:
            await self._own.end_all(view, origin)
        else:
            await self._own.end(view, view.session.id, origin)
        method, portal = method_of(view.session.amr), self._context.cookies.portal(request)
        token = self._ratings.offer(Occasion.SIGN_OUT, method, portal)
        response = self._context.see_other(f"{SIGNED_OUT}?{urlencode({'s': view.session.id, 'r': token})}")
        self._context.cookies.end_session(response)
        return response

    async def _page(self, request: Request, frame: Frame) -> SessionsPage:
        view, locale = frame.view, frame.locale
        sessions, devices = await self._own.live(view), await self._own.devices(view)
        return SessionsPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            sessions=tuple(_session(one, view.session.id, locale) for one in sessions),
            devices=tuple(
                DeviceEntry(
                    id=device.id,
                    browser=device.browser,
                    since=local_time(device.created_at, locale),
                    last_seen=local_time(device.last_seen_at, locale),
                    this_one=device.id == view.session.device_id,
                )
                for device in devices
            ),
            done=_DONE.get(query_form(request).get("done") or ""),
        )


def _session(session: OwnSession, this_id: str, locale: Locale) -> SessionEntry:
    return SessionEntry(
        id=session.id,
        browser=session.browser,
        address=session.address,
        started=local_time(session.started_at, locale),
        used=local_time(session.used_at, locale),
        shared_computer=session.shared_computer,
        this_one=session.id == this_id,
    )
