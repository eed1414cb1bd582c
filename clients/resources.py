"""Whose a resource is (RFC 8707 2): its first agency's, as long as any client in production names it."""

from collections.abc import Iterable

from clients.addresses.uri import parse_uri
from clients.errors import RuleBrokenError
from clients.model import Client
from records.structs import replace


def with_owner(client: Client, clients: Iterable[Client]) -> Client:
    """Return a client with the agency that its resource belongs to: that of the others who have it, else its own.

    `clients` are all that are stored, the client's own stored version among them. In the sandbox nothing is owned.
    """
    if client.audience is None:
        return replace(client, resource_agency=None)
    holders = [one for one in clients if one.audience == client.audience]
    others = [one for one in holders if one.client_id != client.client_id]
    # A client that stays with its agency keeps the owner, though everybody else has given the resource up.
    known = others or [one for one in holders if one.agency == client.agency]
    return replace(client, resource_agency=known[0].resource_agency if known else client.agency)


def is_first_of_its_host(client: Client, clients: Iterable[Client]) -> bool:
    """Say whether a client's agency has no resource on this host yet, or another agency has one there too."""
    host = _host(client.audience)
    others = [one for one in clients if one.client_id != client.client_id and _host(one.audience) == host]
    return host == "" or {one.resource_agency for one in others} != {client.agency}


def _host(resource: str | None) -> str:
    """Return the host of a resource; "" for one that names none."""
    try:
        return parse_uri(resource).host.lower().rstrip(".") if resource is not None else ""
    except RuleBrokenError:
        return ""
