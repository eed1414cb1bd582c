"""The digest of what may be known of a client by everybody: what the public transparency log says of it."""

from collections.abc import Mapping
from hashlib import sha256

import orjson

from clients.document import document_of
from clients.model import Client

# Addresses of people.
_NOT_PUBLIC = frozenset({"contacts"})


def public_metadata(client: Client) -> dict[str, object]:
    """Return the metadata of a client (RFC 7591 2), its sector and picture, without secrets and people's addresses."""
    document = document_of(client).items()
    public = {name: value for name, value in document if name not in _NOT_PUBLIC}
    # Derived, and kept when a portal moves: nothing else says whose subjects it gets (OIDC Core 8.1).
    derived = {"sector_identifier": client.sector_identifier, "logo": client.logo}
    return {**public, **{name: value for name, value in derived.items() if value is not None}}


def public_digest(client: Client) -> str:
    """Return the digest of it as it stands: JSON in one spelling (RFC 8785 3.2), then SHA-256."""
    return f"sha256:{sha256(orjson.dumps(_sorted(public_metadata(client)))).hexdigest()}"


def _sorted(value: object) -> object:
    """Return a value with the members of its objects in the order of UTF-16 (RFC 8785 3.2.3)."""
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: str(name).encode("utf-16-be"))
        return {name: _sorted(value[name]) for name in names}
    return [_sorted(one) for one in value] if isinstance(value, list) else value
