"""The routes of a device's code."""

from idp.protocol.endpoints import DEVICE
from idp.web.device_grant.asked import AskedHandlers
from idp.web.device_grant.code import CODE_PLACE, PLACE, DeviceCodeHandlers
from idp.web.device_grant.confirm import DeviceConfirmHandlers
from idp.web.device_grant.dependencies import DeviceDependencies
from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, EVERY_ACCOUNT, GET, GET_POST, Route, bind
from idp.web.http.router import Row
from idp.web.sign_in.flow import Flow
from idp.web.sign_in.paths import ASKED_OF_YOU, CONFIRM_DEVICE, DEVICE_DONE

_CONFIRM = DeviceConfirmHandlers

ROUTES = (
    Route(DEVICE, DeviceCodeHandlers, methods=GET_POST, visitors=EVERY_ACCOUNT, returns=PLACE),
    Route(CONFIRM_DEVICE, _CONFIRM, methods=GET_POST, visitors=ANYONE, begins_at=DEVICE),
    Route(
        f"{DEVICE}/{{name}}",
        DeviceCodeHandlers,
        methods=GET,
        visitors=EVERY_ACCOUNT,
        get=DeviceCodeHandlers.show_code,
        returns=CODE_PLACE,
    ),
    Route(ASKED_OF_YOU, AskedHandlers, methods=GET_POST, visitors=EVERY_ACCOUNT, menu="asked", returns="asked"),
    Route(f"{DEVICE_DONE}/{{name}}", _CONFIRM, methods=GET, visitors=ANYONE, get=_CONFIRM.done),
)


def device_rows(dependencies: DeviceDependencies, context: PageContext, flow: Flow) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(
        ROUTES,
        DeviceCodeHandlers(dependencies, context, flow),
        DeviceConfirmHandlers(dependencies, context, flow),
        AskedHandlers(dependencies, context, flow),
    )
