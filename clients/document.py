"""A client as registered metadata, the way `clients.metadata` reads it: for files, forms and comparing.

What the registry itself owns (secrets, versions, times, what it derives and fetches) is not part of it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

import msgspec
from msgspec.structs import fields

from clients.model import Client
from records.structs import replace

# A file, a form or a request neither states nor changes these.
REGISTRY_OWNED = frozenset(
    {"secrets", "disabled_at", "version", "created_at", "updated_at", "sector_identifier", "resource_agency", "logo"}
)

# Came later than most clients, with a default that is theirs too: it is not said, so that their public digests stay.
DEFAULTS_OF_LATER: Mapping[str, object] = MappingProxyType(
    {
        "access_token_format": "jwt",
        "administration_roles": (),
        "api_access": {},
        "authorization_details_types": (),
        "authorization_signed_response_alg": "ES256",
        "claims_in_id_token": False,
        "dpop_bound_access_tokens": False,
        "exchange_apis": (),
        "frontchannel_logout_session_required": False,
        "officer_agencies": (),
        "officer_roles": (),
        "request_uris": (),
        "require_pushed_authorization_requests": False,
        "require_signed_request_object": False,
        "service_scopes": (),
        "session_management": False,
        "session_state_in_token_response": False,
        "tls_client_certificate_bound_access_tokens": False,
    }
)

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
        elif value is not None and not _goes_without_saying(member.name, value):
            document[member.name] = _plain(member.name, value)
    return document


def _goes_without_saying(name: str, value: object) -> bool:
    return name in DEFAULTS_OF_LATER and value == DEFAULTS_OF_LATER[name]


def restored(document: Document, known: Client) -> Client:
    """Return a client as its document said, judged by no rule; what the registry owns is the known one's.

    The document was read by the rules of its day. Raises `msgspec.ValidationError` for one that no registry wrote.
    """
    members: dict[str, object] = {"client_name": {}, "created_at": known.created_at, "updated_at": known.updated_at}
    names = {name: text for name, text in document.items() if name.partition("#")[0] == "client_name"}
    members |= {name: _member(name, value) for name, value in document.items() if name not in names}
    members["client_name"] = {name.partition("#")[2]: text for name, text in names.items()}
    owned = {name: getattr(known, name) for name in REGISTRY_OWNED}
    return replace(msgspec.convert(members, Client), **owned)


def _member(name: str, value: object) -> object:
    if name == "scope" and isinstance(value, str):
        return tuple(value.split(" "))
    if name == "default_max_age" and isinstance(value, int):
        return timedelta(seconds=value)
    return value


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
