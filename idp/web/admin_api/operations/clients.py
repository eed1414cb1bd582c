"""GET /clients: the relying parties of one's own agencies."""

from typing import Annotated

import msgspec

from clients.document import Document, document_of
from clients.local_days import day_of
from clients.model import Client as KeptClient
from clients.model import ClientId
from clients.profiles import profile_of
from clients.shown import kept_of
from idp.admin.permissions import Permission
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.paging import PageQuery, cursor_of, position_of
from idp.web.admin_api.problems import Code

_Object = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "object"})]


class ClientSummary(msgspec.Struct, frozen=True):
    """A client in a list. `version` is its ETag."""

    client_id: ClientId
    client_name: str
    agency: str | None
    sector: str
    security_profile: str
    stage: str
    active: bool
    version: int
    warnings: list[str]


class ClientsQuery(PageQuery, frozen=True, forbid_unknown_fields=True):
    """Which page of the clients that words find."""

    q: Annotated[
        str, msgspec.Meta(max_length=100, description="Beginnings of words of names, ids, agencies, hosts.")
    ] = ""


class ClientPage(msgspec.Struct, frozen=True):
    """A page of clients in the order of their ids; `next` is the cursor to the following one, null at the end."""

    items: list[ClientSummary]
    next: str | None


class Client(msgspec.Struct, frozen=True):
    """A client. `metadata` has the names of RFC 7591 and our own, and may be sent back changed (PUT).

    `kept` is what the registry itself owns: times, the derived sector, when secrets end; never a secret. `warnings` say
    what whoever looks at it should know.
    """

    client_id: ClientId
    agency: str | None
    active: bool
    version: int
    metadata: _Object
    kept: _Object
    warnings: list[str]


async def list_clients(parts: AdminApiDependencies, call: Call[ClientsQuery, Nothing]) -> Reply:
    """Return a page of the clients that the actor may see."""
    limit, position = call.query.limit, position_of(call.query.after)
    after = ClientId(position[0]) if position else ClientId("")
    found = await parts.clients.page(call.actor, after, limit + 1, day_of(call.now), call.query.q)
    shown = found[:limit]
    following = cursor_of(shown[-1].client_id) if len(found) > limit else None
    return Reply(ClientPage([_row(client) for client in shown], following))


async def show_client(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return one client."""
    client = await parts.registrations.find(call.actor, ClientId(call.path["client_id"]))
    metadata, kept = _raw(document_of(client)), _raw(kept_of(client))
    reported = Client(client.client_id, client.agency, client.active, client.version, metadata, kept, _warnings(client))
    return Reply(reported, version=str(client.version))


def _raw(document: Document) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(document))


def _row(client: KeptClient) -> ClientSummary:
    return ClientSummary(
        client_id=client.client_id,
        client_name=client.name("vi"),
        agency=client.agency,
        sector=client.sector,
        security_profile=client.security_profile,
        stage=client.stage,
        active=client.active,
        version=client.version,
        warnings=_warnings(client),
    )


def _warnings(client: KeptClient) -> list[str]:
    warning = profile_of(client).warning
    return [] if warning is None else [warning]


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/clients",
        "list_clients",
        list_clients,
        summary="The clients of one's own agencies, in the order of their ids; all or those that words find.",
        permission=Permission.CLIENTS_READ,
        scope="admin:read",
        query=ClientsQuery,
        body=Nothing,
        answer=ClientPage,
    ),
    operation(
        "GET",
        "/clients/{client_id}",
        "show_client",
        show_client,
        summary="Everything that is registered of one client, without its secrets.",
        permission=Permission.CLIENTS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=Client,
        codes=(Code.NOT_FOUND,),
    ),
)
