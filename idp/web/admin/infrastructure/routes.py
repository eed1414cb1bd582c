"""The rows of the console's table about signing keys, registers and upstream providers: the country's."""

from idp.admin.permissions import Permission
from idp.web.admin.infrastructure import infrastructure
from idp.web.admin.visit import ConsoleRoute

_GET, _POST = ("GET",), ("POST",)
_READ, _CHANGE = Permission.SETTINGS_READ, Permission.SETTINGS_CHANGE

ESTATE_ROUTES: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(infrastructure.KEYS, infrastructure.show_keys, _GET, _READ, part="keys", national=True),
    ConsoleRoute(infrastructure.KEYS, infrastructure.change_keys, _POST, _CHANGE, national=True),
    ConsoleRoute(infrastructure.REGISTERS, infrastructure.show_registers, _GET, _READ, part="registers", national=True),
    ConsoleRoute(infrastructure.REGISTERS, infrastructure.stop_register, _POST, _CHANGE, national=True),
    ConsoleRoute(infrastructure.UPSTREAMS, infrastructure.show_upstreams, _GET, _READ, part="upstreams", national=True),
    ConsoleRoute(infrastructure.UPSTREAMS, infrastructure.stop_upstream, _POST, _CHANGE, national=True),
)
