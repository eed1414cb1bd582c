"""For which portal a person is here, on a page of no request: what a browser says is held to the registry."""

import pytest
from starlette.requests import Request

from clients.registry import ClientRegistry
from idp.web.http.cookies import Cookies
from idp.web.sign_in.asking_portal import asking_portal
from tests.support.builders.protocol import CLIENT
from tests.support.running.client_store import MemoryClientStore

KNOWN = CLIENT.client_id


async def asked(path: str, query: bytes = b"", cookie: str = "") -> str:
    """Return the id of the portal that is found, "" for none."""
    store, registry = MemoryClientStore(), ClientRegistry()
    await store.save(CLIENT, expected_version=None)
    await registry.refresh(store)
    headers = [(b"cookie", f"idp-portal={cookie}".encode())] if cookie else []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": headers}
    found = asking_portal(Request(scope), registry, Cookies(secure=False))
    return found.client_id if found else ""


@pytest.mark.parametrize(
    ("path", "query", "cookie", "found"),
    [
        ("/recover", b"", KNOWN, KNOWN),
        ("/recover", b"", "", ""),
        ("/recover", b"", "nobody", ""),
        ("/recover", b"client_id=" + KNOWN.encode(), "", ""),
        ("/authorize", b"x=%ff&client_id=" + KNOWN.encode(), "", KNOWN),
        ("/authorize", b"client_id=nobody", KNOWN, ""),
        ("/authorize", b"client_id=%00%ff\xff", "", ""),
        ("/authorize", b"", KNOWN, KNOWN),
        ("/account/totp", b"", KNOWN, ""),
        ("/account", b"", KNOWN, ""),
        # A step of signing in at a portal, and no page of one's own account.
        ("/account-kind", b"", KNOWN, KNOWN),
        ("/admin/clients", b"client_id=" + KNOWN.encode(), KNOWN, ""),
    ],
)
async def test_whose_help_it_is(path: str, query: bytes, cookie: str, found: str) -> None:
    assert await asked(path, query, cookie) == found
