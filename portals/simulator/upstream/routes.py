"""Where the upstream provider answers."""

from starlette.routing import Route

from portals.simulator.upstream.endpoints import certs, discovery, logout, token
from portals.simulator.upstream.names import REALM
from portals.simulator.upstream.pages import authorize, choose, control_page, press_control, set_control

_PROTOCOL = f"{REALM}/protocol/openid-connect"
UPSTREAM_ROUTES = [
    Route(f"{REALM}/.well-known/openid-configuration", discovery),
    Route(f"{_PROTOCOL}/auth", authorize),
    Route(f"{REALM}/login-actions/authenticate", choose, methods=["POST"]),
    Route(f"{_PROTOCOL}/token", token, methods=["POST"]),
    Route(f"{_PROTOCOL}/certs", certs),
    Route(f"{_PROTOCOL}/logout", logout, methods=["POST"]),
    Route("/upstream", control_page),
    Route("/upstream/form", press_control, methods=["POST"]),
    Route("/upstream/fault/{fault}", set_control, methods=["PUT"]),
]
