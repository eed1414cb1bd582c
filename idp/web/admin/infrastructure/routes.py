"""The rows of the console's table about signing keys, registers and upstream providers: the country's."""

from idp.admin.permissions import Permission
from idp.web.admin.infrastructure import infrastructure
from idp.web.admin.paths import KEYS
from idp.web.admin.visit import ConsoleRoute
from idp.web.http.route import GET, POST

_READ, _CHANGE = Permission.SETTINGS_READ, Permission.SETTINGS_CHANGE

INFRASTRUCTURE_ROUTES: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(
        KEYS,
        infrastructure.show_keys,
        _READ,
        methods=GET,
        menu="keys",
        national=True,
        returns="admin-keys",
    ),
    ConsoleRoute(KEYS, infrastructure.change_keys, _CHANGE, methods=POST, national=True),
    ConsoleRoute(
        infrastructure.REGISTERS,
        infrastructure.show_registers,
        _READ,
        methods=GET,
        menu="registers",
        national=True,
        returns="admin-registers",
    ),
    ConsoleRoute(infrastructure.REGISTERS, infrastructure.stop_register, _CHANGE, methods=POST, national=True),
    ConsoleRoute(
        infrastructure.UPSTREAMS,
        infrastructure.show_upstreams,
        _READ,
        methods=GET,
        menu="upstreams",
        national=True,
        returns="admin-upstreams",
    ),
    ConsoleRoute(infrastructure.UPSTREAMS, infrastructure.stop_upstream, _CHANGE, methods=POST, national=True),
)
