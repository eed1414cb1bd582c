"""Whose subjects a client gets: a sector that is not its own, or that another agency uses, is the country's to give."""

from clients.document import Document, document_of
from clients.model import Client
from clients.ports import ClientStore
from clients.uri import parse_uri
from idp.admin.field_rules import needed
from idp.admin.permissions import Permission

# Derived by the registry. A change says it, so that whoever approves reads whose subjects the client will get.
SECTOR = "sector_identifier"


def change_document(client: Client) -> Document:
    """Return a client as changes have it before and after: its metadata, and the sector that came of them."""
    return {**document_of(client), **({SECTOR: client.sector_identifier} if client.sector_identifier else {})}


def without_sector(document: Document) -> Document:
    """Return the metadata of a change's document, as they are read again."""
    return {name: value for name, value in document.items() if name != SECTOR}


async def approval_of(store: ClientStore, before: Client, after: Client) -> Permission | None:
    """Return what approving a change takes, looking at all clients where the sector is new in production."""
    need = needed(before, after)
    if after.stage == "sandbox" or not _is_new(before, after):
        return need
    others = [] if _is_foreign(after) else await store.load_all()
    if _is_foreign(after) or any(shares_with_another_agency(after, other) for other in others):
        return Permission.CLIENTS_APPROVE_NATIONAL
    return need


def shares_with_another_agency(client: Client, other: Client) -> bool:
    """Say whether two clients know every person by the same subject (OIDC Core 8.1) and belong to two agencies."""
    same = client.sector_identifier is not None and other.sector_identifier == client.sector_identifier
    # In the sandbox it is nobody's yet: else whoever registers a host there would be asked about by its owner.
    return (
        same
        and other.stage == "production"
        and other.subject_type == client.subject_type == "pairwise"
        and other.agency != client.agency
    )


def _is_new(before: Client, after: Client) -> bool:
    moved = "agency", "subject_type", SECTOR
    return before.stage == "sandbox" or any(getattr(before, name) != getattr(after, name) for name in moved)


def _is_foreign(client: Client) -> bool:
    """Say whether the sector is no host where the client takes codes: an app's never is."""
    hosts = {uri.host for text in client.redirect_uris if (uri := parse_uri(text)).is_web}
    return client.sector_identifier is not None and client.sector_identifier not in hosts
