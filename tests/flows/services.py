"""Clients without people for the flows: APIs, those that call them, and one that signs."""

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import Portal, portal
from tests.support.parties.client_credentials import SignedAssertion, new_key, public_set
from tests.support.running.listener import Listener

KEY = new_key("svc-signer-1")


def service(listener: Listener, client_id: str, **members: object) -> Portal:
    """Return a client without people, with a secret; a member that is None is left out."""
    nobody: dict[str, object] = {
        "redirect_uris": [],
        "response_types": [],
        "post_logout_redirect_uris": [],
        "grant_types": ["client_credentials"],
        "scope": "openid",
        "agency": "G22",
    }
    made = portal(ClientId(client_id), listener, **nobody | members)
    left_out = {"backchannel_logout_uri", *(name for name, value in members.items() if value is None)}
    return replace(made, entry={name: value for name, value in made.entry.items() if name not in left_out})


def signer(listener: Listener, client_id: str, **members: object) -> Portal:
    """Return a service that proves itself by `KEY`."""
    method = {"token_endpoint_auth_method": "private_key_jwt", "jwks": public_set(KEY)}
    made = service(listener, client_id, **method | members)
    entry = {name: value for name, value in made.entry.items() if name != "client_secret"}
    return replace(made, entry=entry, credentials=SignedAssertion(KEY))
