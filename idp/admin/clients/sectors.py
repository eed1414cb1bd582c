"""Which sector a client may use: only the country gives one that is not its own, or that another agency uses."""

from collections.abc import Iterable

from clients.addresses.uri import parse_uri
from clients.model import Client

# Derived by the registry. A change says it, so that whoever approves reads whose subjects the client will get.
SECTOR = "sector_identifier"


def is_the_countrys(before: Client, after: Client, clients: Iterable[Client]) -> bool:
    """Say whether a change in production brings a sector that the country gives; `clients` are all that are stored."""
    if not _is_new(before, after):
        return False
    return _is_foreign(after) or any(shares_with_another_agency(after, other) for other in clients)


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
