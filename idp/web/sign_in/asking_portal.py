"""The portal that a person came from, as far as a page without a request can know it."""

from urllib.parse import parse_qs

from starlette.requests import Request

from clients.model import Client, ClientId
from clients.registry import ClientRegistry
from idp.protocol.endpoints import AUTHORIZE
from idp.web.http.cookies import Cookies

# Here people see to what is their own, or administer: whoever sent them once has no part in it.
_NO_PORTALS = ("/account/", "/admin/", "/developers/")


def asking_portal(request: Request, registry: ClientRegistry, cookies: Cookies) -> Client | None:
    """Return the client of an authorization request, or the one that sent this browser here last; None for neither.

    Both are what the browser says: what the registry does not know is nobody's.
    """
    path = str(request.scope["path"])
    if f"{path}/".startswith(_NO_PORTALS):
        return None
    named = _named(request) if path == AUTHORIZE else ""
    return registry.get(ClientId(named or cookies.portal(request)))


def _named(request: Request) -> str:
    """Return the client that a query names, also one that is otherwise not to be read."""
    query: bytes = request.scope["query_string"]
    return parse_qs(query.decode("latin-1"), errors="replace").get("client_id", [""])[0]
