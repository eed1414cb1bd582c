"""A client as registered metadata, the way `clients.metadata` reads it: for files, forms and comparing.

What the registry itself owns (secrets, versions, times, the derived sector) is not part of it.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta

from clients.model import Client

# A file, a form or a request neither states nor changes these.
REGISTRY_OWNED = frozenset({"secrets", "disabled_at", "version", "created_at", "updated_at", "sector_identifier"})

Document = dict[str, object]


def document_of(client: Client) -> Document:
    """Return the metadata of a client (RFC 7591 2); reading them again gives the same client, secrets apart."""
    document: Document = {}
    for member in fields(Client):
        if member.name in REGISTRY_OWNED:
            continue
        value: object = getattr(client, member.name)
        if member.name == "client_name":
            document |= {
                f"client_name#{tag}" if tag else "client_name": text for tag, text in client.client_name.items()
            }
        elif value is not None:
            document[member.name] = _plain(member.name, value)
    return document


def _plain(name: str, value: object) -> object:
    if name == "scope" and isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
