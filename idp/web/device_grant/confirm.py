"""The page where a person lets a device in or not, and the page that says how it ended (RFC 8628 3.3, 5.4)."""

from typing import get_args

from starlette.requests import Request
from starlette.responses import Response

from clients.local_days import day_of
from clients.model import Client
from idp.delegation.principals import principal_of
from idp.kernel.locales import Locale
from idp.metrics.model import Place
from idp.oauth.devices.approval import DeviceAsking, DeviceOutcome
from idp.protocol.authorize.interaction import Step
from idp.protocol.device.user_codes import shown
from idp.protocol.endpoints import DEVICE
from idp.protocol.forms import Form
from idp.sessions.model import SessionView
from idp.web.account.person import person_of
from idp.web.account.portals import PATH as PORTALS
from idp.web.account.released_claims import released_claims
from idp.web.device_grant.dependencies import DeviceDependencies
from idp.web.device_grant.pages import DeviceConfirmPage, DeviceDonePage, DeviceEnd
from idp.web.http.errors import WebError
from idp.web.http.leaving import LeaveEarly
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of
from idp.web.oauth.logos import logo_url
from idp.web.sign_in.flow import PAGES, Flow, Visit
from idp.web.sign_in.paths import CONFIRM_DEVICE
from idp.web.sign_in.sign_in import state_notice

_SHOWN = "shown"
_ENDS: dict[str, DeviceEnd] = {word: word for word in get_args(DeviceEnd)}


class DeviceConfirmHandlers:
    def __init__(self, dependencies: DeviceDependencies, context: PageContext, flow: Flow) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._flow = flow

    async def show(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        return await self._page(request, visit, *await self._asked(request, visit))

    async def submit(self, request: Request) -> Response:
        """Only a pressed `allow` lets the device in; anything else is a no."""
        visit = await self._flow.visit(request)
        form, _ = await self._context.accept_form(request, visit.about)
        asking, view = await self._asked(request, visit)
        if form.get("action") != "allow":
            return await self._flow.refuse(request, visit, Place.DEVICE)
        if not self._context.form_key.matches(_said(asking, view), _read_mark(form)):
            # Another session than the page was shown to, or another request than it spoke of.
            return await self._page(request, visit, asking, view)
        locale = self._context.locale(request, asking.case.request.ui_locales)
        outcome = await self._dependencies.approval.allow(asking, locale, origin_of(request))
        if outcome is DeviceOutcome.ALLOWED:
            self._flow.passed(visit, Place.DEVICE)
        return await self._flow.end_device(request, visit, outcome)

    async def done(self, request: Request) -> Response:
        """Say how it ended. The page knows nothing of anybody: the word in its address is all it shows."""
        outcome = _ENDS.get(request.path_params["name"])
        if outcome is None:
            raise WebError(404, "not_found")
        locale = self._context.locale(request)
        page = DeviceDonePage(
            other_language_url=self._context.other_language_url(request, locale),
            outcome=outcome,
            again_url=DEVICE,
            portals_url=PORTALS,
        )
        return self._context.respond(request, page, locale)

    async def _asked(self, request: Request, visit: Visit) -> tuple[DeviceAsking, SessionView]:
        if visit.interaction is None:
            raise LeaveEarly(self._context.see_other(DEVICE))
        asking = await self._flow.asking(request, visit)
        if asking.ask.step is not Step.DEVICE or not isinstance(asking, DeviceAsking) or asking.session is None:
            raise LeaveEarly(self._context.see_other(visit.address(PAGES[asking.ask.step])))
        return asking, asking.session

    async def _page(self, request: Request, visit: Visit, asking: DeviceAsking, view: SessionView) -> Response:
        browser, asked = self._context.cookies.browser(request), asking.case.request
        if browser is None:
            raise WebError(400, "request_expired", "no browser mark")
        locale, client = self._context.locale(request, asked.ui_locales), asked.client
        page = DeviceConfirmPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=visit.address(CONFIRM_DEVICE),
            hidden=(
                *self._context.hidden(browser, visit.about),
                (_SHOWN, self._context.form_key.digest(_said(asking, view)).hex()),
            ),
            display_name=str(person_of(view, self._web).get("name", "")),
            code=shown(visit.user_code) if visit.user_code else "",
            message=self._dependencies.approval.message_of(asking.device),
            asked_at=local_time(asking.device.created_at, locale),
            client_name=client.name(locale),
            agency=await self._agency(client, locale),
            logo_url=logo_url(client.logo),
            proven=client.confidential,
            claims=released_claims(asked.scope),
            notice=state_notice(asked, locale),
            policy_uri=client.policy_uri,
            offline="offline_access" in asked.scope,
            acting_for=principal_of(self._web.sealer, asking.acting).name if asking.acting else "",
        )
        return self._context.respond(request, page, locale)

    async def _agency(self, client: Client, locale: Locale) -> str:
        """Return what the client's agency is called today; its code where the tree has no name for it."""
        if client.agency is None:
            return ""
        agency = await self._dependencies.agencies.get(client.agency)
        period = agency.on(day_of(self._web.clock.now())) if agency else None
        return period.names.of(locale) if period else client.agency


def _said(asking: DeviceAsking, view: SessionView) -> str:
    """Return to whom the page speaks and of what: a pressed button lets nothing else in."""
    asked, acting = asking.case.request, asking.acting
    about = [
        view.session.id,
        asking.device.device_hash.hex(),
        asked.client.client_id,
        " ".join(asked.scope),
        acting.mandate_id if acting else "",
    ]
    return "device|" + "|".join(about)


def _read_mark(form: Form) -> bytes:
    try:
        return bytes.fromhex(form.get(_SHOWN) or "")
    except ValueError:
        return b""
