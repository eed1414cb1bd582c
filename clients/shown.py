"""A client as it is shown to people and programs: all that is registered and kept of it, no secret, no hash of one."""

from datetime import datetime

from msgspec.structs import fields

from clients.document import Document, document_of
from clients.model import Client, ClientSecret
from clients.public_digest import public_digest

_SHOWN_OTHERWISE = frozenset({"client_name", "secrets"})


def client_document(client: Client) -> Document:
    """Return a client by its registered names (RFC 7591 2) with what the registry keeps; what is absent is null."""
    names = [member.name for member in fields(Client) if member.name not in _SHOWN_OTHERWISE]
    return {**dict.fromkeys(names), **document_of(client), **kept_of(client)}


def kept_of(client: Client) -> Document:
    """Return what the registry itself owns of a client, as it is shown."""
    return {
        "sector_identifier": client.sector_identifier,
        "logo": client.logo,
        "resource_agency": client.resource_agency,
        "version": client.version,
        "disabled_at": _moment(client.disabled_at),
        "created_at": _moment(client.created_at),
        "updated_at": _moment(client.updated_at),
        # What the public transparency log says of it.
        "public_digest": public_digest(client),
        "client_secrets": [_secret_document(secret) for secret in client.secrets],
    }


def _secret_document(secret: ClientSecret) -> Document:
    return {"created_at": _moment(secret.created_at), "expires_at": _moment(secret.expires_at)}


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
