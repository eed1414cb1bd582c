"""Clients that own APIs, and those that call them: for the tests of service scopes and of token exchange."""

from collections.abc import Mapping
from typing import Final

from clients.model import TOKEN_EXCHANGE, Client, ClientId
from records.structs import replace
from tests.support.builders.protocol import CLIENT

DOSSIERS: Final = "https://dossiers.example/api"
RECORDS: Final = "https://records.example/api"
ARCHIVE: Final = "https://archive.example/api"


def api(client_id: str, resource: str, agency: str, exchange_apis: tuple[str, ...]) -> Client:
    """Return a client that owns an API, with two scopes to grant, and that may carry tokens on."""
    return replace(
        CLIENT,
        client_id=ClientId(client_id),
        redirect_uris=(),
        grant_types=("client_credentials", TOKEN_EXCHANGE),
        response_types=(),
        scope=("openid",),
        agency=agency,
        resource=resource,
        resource_agency=agency,
        service_scopes=(f"{client_id}.read", f"{client_id}.write"),
        exchange_apis=exchange_apis,
    )


# A portal, the API behind it, the API behind that, and one more.
PORTAL: Final = replace(CLIENT, resource=DOSSIERS, resource_agency="H55", agency="H55")
DOSSIERS_API: Final = api("dossiers", DOSSIERS, "H55", exchange_apis=("records",))
RECORDS_API: Final = api("records", RECORDS, "G01", exchange_apis=("archive", "dossiers"))
ARCHIVE_API: Final = api("archive", ARCHIVE, "G02", exchange_apis=("records", "dossiers"))


def known(*clients: Client) -> Mapping[ClientId, Client]:
    """Return a registry of these; of two with one id the later one."""
    return {client.client_id: client for client in clients}


EVERYBODY: Final = known(PORTAL, DOSSIERS_API, RECORDS_API, ARCHIVE_API)
