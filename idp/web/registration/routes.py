"""The routes of opening an account."""

from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, GET, GET_POST, Route, bind
from idp.web.http.router import Row
from idp.web.registration.dependencies import RegistrationDependencies
from idp.web.registration.paths import REGISTER, REGISTER_CODE, REGISTER_PASSWORD, REGISTER_RESULT
from idp.web.registration.register import RegisterHandlers
from idp.web.sign_in.flow import Flow

ROUTES = (
    Route(
        REGISTER,
        RegisterHandlers,
        methods=GET_POST,
        visitors=ANYONE,
        get=RegisterHandlers.show_identity,
        post=RegisterHandlers.submit_identity,
    ),
    Route(
        REGISTER_CODE,
        RegisterHandlers,
        methods=GET_POST,
        visitors=ANYONE,
        get=RegisterHandlers.show_code,
        post=RegisterHandlers.submit_code,
        begins_at=REGISTER,
    ),
    Route(
        REGISTER_PASSWORD,
        RegisterHandlers,
        methods=GET_POST,
        visitors=ANYONE,
        get=RegisterHandlers.show_password,
        post=RegisterHandlers.submit_password,
        begins_at=REGISTER,
    ),
    Route(REGISTER_RESULT, RegisterHandlers, methods=GET, visitors=ANYONE, get=RegisterHandlers.show_result),
)


def registration_rows(dependencies: RegistrationDependencies, context: PageContext, flow: Flow) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(ROUTES, RegisterHandlers(dependencies, context, flow))
