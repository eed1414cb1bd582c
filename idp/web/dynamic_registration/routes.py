"""The routes of clients that register themselves."""

from idp.admin.dynamic_registration.service import DynamicRegistration
from idp.protocol.endpoints import REGISTRATION
from idp.web.dynamic_registration.handlers import DynamicRegistrationHandlers
from idp.web.http.route import POST, RouteFacts
from idp.web.http.router import Row

_CLIENT = f"{REGISTRATION}/{{client_id}}"

ROUTES = (
    RouteFacts(REGISTRATION, methods=POST, answers="json"),
    RouteFacts(_CLIENT, methods=("GET", "PUT", "DELETE"), answers="json"),
)


def dynamic_registration_rows(service: DynamicRegistration) -> list[Row]:
    """Return the routes with their handlers."""
    handlers = DynamicRegistrationHandlers(service)
    return [
        (REGISTRATION, handlers.register, POST),
        (_CLIENT, handlers.read, ("GET",)),
        (_CLIENT, handlers.change, ("PUT",)),
        (_CLIENT, handlers.delete, ("DELETE",)),
    ]
