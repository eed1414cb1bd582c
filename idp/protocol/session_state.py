"""`session_state`: by what a client's page sees that the session here changed (OIDC Session Management 1.0)."""

from hashlib import sha256
from secrets import token_urlsafe

from clients.addresses.uri import origin_of
from clients.model import Client, ClientId
from clients.profiles import profile_of
from idp.kernel.ids import SessionId
from idp.protocol.provider import Provider

_SALT_BYTES = 16


def watches_session(client: Client) -> bool:
    """Say whether the client's authorization responses carry `session_state`."""
    return client.session_management or profile_of(client).session_management


def session_state_for(provider: Provider, client: Client, redirect_uri: str, session_id: SessionId) -> dict[str, str]:
    """Return the parameter for the origin that the response goes to (Session Management 2); none for an app's scheme.

    The salt is new each time, so that two responses tell nothing together.
    """
    origin = origin_of(redirect_uri)
    if origin is None or not watches_session(client):
        return {}
    state = provider.subjects.browser_state(session_id)
    return {"session_state": session_state(client.client_id, origin, state, token_urlsafe(_SALT_BYTES))}


def session_state(client_id: ClientId, origin: str, browser_state: str, salt: str) -> str:
    """Return what the provider's page recalculates in the browser (Session Management 3.2)."""
    digest = sha256(f"{client_id} {origin} {browser_state} {salt}".encode()).hexdigest()
    return f"{digest}.{salt}"
