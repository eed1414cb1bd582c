"""What clients ask the person of an account, who decides each by itself (CIBA 8)."""

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from idp.kernel.locales import Locale
from idp.oauth.devices.approval import DeviceAsked, FoundDevice
from idp.web.account.shell import AccountShell
from idp.web.device_grant.dependencies import DeviceDependencies
from idp.web.device_grant.pages import AskedEntry, AskedPage, DeviceEnd
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import query_form
from idp.web.sign_in.flow import Flow
from idp.web.sign_in.paths import ASKED_OF_YOU

_ENDS: dict[str, DeviceEnd] = {word: word for word in get_args(DeviceEnd)}


class AskedHandlers:
    def __init__(self, dependencies: DeviceDependencies, context: PageContext, flow: Flow) -> None:
        self._web = dependencies.web
        self._approval = dependencies.approval
        self._context = context
        self._flow = flow
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "asked")
        asked = await self._approval.asked_of(self._web.registry, frame.view.account)
        page = AskedPage(
            other_language_url=frame.other_language_url,
            action=ASKED_OF_YOU,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            asked=tuple(_entry(number, one, frame.locale) for number, one in enumerate(asked, 1)),
            done=_ENDS.get(query_form(request).get("done") or ""),
        )
        return self._shell.respond(request, page, frame)

    async def submit(self, request: Request) -> Response:
        """Open one of those that are asked of this person, or look again."""
        view, action = await self._shell.form(request)
        for one in await self._approval.asked_of(self._web.registry, view.account):
            if action == one.device.device_hash.hex():
                found = FoundDevice(one.device.device_hash, one.request.client)
                return await self._flow.begin_device(request, found, view.account.id)
        return self._context.see_other(ASKED_OF_YOU)


def _entry(number: int, asked: DeviceAsked, locale: Locale) -> AskedEntry:
    return AskedEntry(
        number=number,
        id=asked.device.device_hash.hex(),
        client_name=asked.request.client.name(locale),
        message=asked.message,
        asked_at=local_time(asked.device.created_at, locale),
    )
