"""What approving a change of a client takes: of its members, its sector and its resource, and whose word."""

from collections.abc import Sequence

from clients.document import Document, document_of
from clients.errors import Problem
from clients.model import Client
from clients.resources import is_first_of_its_host
from clients.services.apis import newly_asked_apis
from idp.admin.clients.field_rules import changed_members, needed
from idp.admin.clients.sectors import SECTOR, is_the_countrys
from idp.admin.errors import InvalidInputError
from idp.admin.permissions import Permission
from idp.officers.roles import NATIONAL
from records.structs import replace

# Whose the resource is; with the sector what the registry derives, and whoever approves reads.
RESOURCE_AGENCY = "resource_agency"
LOGO = "logo"
_DERIVED = SECTOR, RESOURCE_AGENCY, LOGO
_API_MEMBERS = frozenset({"api_access", "exchange_apis"})


def change_document(client: Client) -> Document:
    """Return a client as changes have it before and after: its metadata, sector and picture, whose its resource is."""
    return {**document_of(client), **{name: value for name in _DERIVED if (value := getattr(client, name))}}


def metadata_of(document: Document) -> Document:
    """Return the metadata of a change's document, as they are read again."""
    return {name: value for name, value in document.items() if name not in _DERIVED}


def approval_of(before: Client, after: Client, clients: Sequence[Client]) -> Permission | None:
    """Return what approving a change takes, None for nobody else; `clients` are all that are stored."""
    need = needed(before, after)
    if after.stage == "sandbox":
        return need
    if is_the_countrys(before, after, clients) or _is_first(before, after, clients):
        return Permission.CLIENTS_APPROVE_NATIONAL
    return need


def asked_agency(before: Client, after: Client, clients: Sequence[Client]) -> str | None:
    """Return the agency whose resource or API a change takes up, `NATIONAL` for the country's; None for no other's."""
    if _takes_up_resource(before, after):
        return after.resource_agency or NATIONAL
    return min(_owners(before, after, clients) - {after.agency or NATIONAL}, default=None)


def demand_nothing_else(before: Client, after: Client, clients: Sequence[Client]) -> None:
    """Raise `InvalidInputError` for a change that takes up another agency's resource or API, and anything else.

    That agency decides on what is its own, not on where another's people and codes go.
    """
    if asked_agency(before, after, clients) is None:
        return
    members = changed_members(before, after)
    remedy = "ask for it in a change of its own, once the client is in production"
    if _takes_up_resource(before, after):
        if members != {"resource"}:
            reason = "the resource belongs to another agency, which decides on nothing else"
            raise InvalidInputError([Problem("resource", "anothers-resource", reason, remedy)])
    elif not members <= _API_MEMBERS or len(_owners(before, after, clients)) > 1:
        reason = "an API belongs to another agency, which decides on nothing else"
        raise InvalidInputError([Problem(_asked_by(before, after), "anothers-api", reason, remedy)])


def _asked_by(before: Client, after: Client) -> str:
    """Return the member by which a client would gain something at an API."""
    for_itself = newly_asked_apis(before, replace(after, exchange_apis=()))
    return "api_access" if for_itself else "exchange_apis"


def _takes_up_resource(before: Client, after: Client) -> bool:
    return after.audience is not None and after.audience != before.audience and not after.owns_audience


def _owners(before: Client, after: Client, clients: Sequence[Client]) -> frozenset[str]:
    """Return the agencies of the APIs at which a client would gain something, its own among them."""
    asked = newly_asked_apis(before, after)
    return frozenset(one.agency or NATIONAL for one in clients if one.client_id in asked)


def _is_first(before: Client, after: Client, clients: Sequence[Client]) -> bool:
    return after.owns_audience and after.audience != before.audience and is_first_of_its_host(after, clients)
