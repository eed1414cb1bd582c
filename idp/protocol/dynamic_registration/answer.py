"""The client information response (RFC 7591 3.2.1, RFC 7592 3, OIDC Registration 3.2)."""

from msgspec import Struct

from clients.document import document_of
from clients.model import Client
from idp.protocol.answers import Answer
from idp.protocol.dynamic_registration.members import REGISTRABLE, SOFTWARE_STATEMENT, base_of
from records.structs import Unprinted


class Registered(Unprinted, Struct, frozen=True, kw_only=True):
    """A registered client as it is told to whoever manages it."""

    client: Client
    # Where it is read, changed and deleted, and the token for it.
    address: str
    token: str
    # Made by this request; None where there is none, or it was told before.
    secret: str | None = None
    statement: str | None = None


def information(registered: Registered, status: int) -> Answer:
    """Return everything that is registered of what a client decides itself; what is empty is left out."""
    client = registered.client
    members = {
        name: value
        for name, value in document_of(client).items()
        if base_of(name) in REGISTRABLE and value not in ("", [], {})
    }
    body: dict[str, object] = {
        "client_id": client.client_id,
        "client_id_issued_at": int(client.created_at.timestamp()),
        **members,
        "registration_client_uri": registered.address,
        "registration_access_token": registered.token,
    }
    if registered.secret is not None:
        # It does not end by itself (RFC 7591 3.2.1).
        body |= {"client_secret": registered.secret, "client_secret_expires_at": 0}
    if registered.statement is not None:
        body[SOFTWARE_STATEMENT] = registered.statement
    return Answer(status, body)
