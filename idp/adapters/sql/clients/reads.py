"""The registry of clients on SQL: each client one JSON document, stamped with the registry's counter."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from clients.errors import ClientChangedError
from clients.model import Client, ClientId
from idp.adapters.sql.engine.binder import Binder
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Row, Step, statement
from records.structs import replace


class _ClientRow(NamedTuple):
    """The columns that are read of a client."""

    version: int
    resource_agency: str | None
    document: bytes


_LOAD = statement("SELECT version, resource_agency, document FROM clients WHERE version > :version ORDER BY version")
_FIND = statement("SELECT version, resource_agency, document FROM clients WHERE client_id = :client_id")
_VERSION = statement("SELECT version FROM change_counters WHERE topic = 'clients'")

# First of all, and in every save: its row lock makes stamps visible in the order they were given, so whoever has
# read version N never misses a change stamped N or lower.
RAISE_VERSION = statement("UPDATE change_counters SET version = version + 1 WHERE topic = 'clients'")
STAMP = "(SELECT version FROM change_counters WHERE topic = 'clients')"

# An agency may have closed since whoever saves looked: what it had has moved, and nothing new becomes its own.
_NOT_CLOSED = "NOT EXISTS (SELECT 1 FROM agencies g WHERE g.code = :agency AND g.closed_day IS NOT NULL)"
# Whoever has the same resource names the same owner; an agency that came first meanwhile makes it too late.
_SAME_OWNER = """NOT EXISTS (
    SELECT 1 FROM clients o
    WHERE o.audience = :audience AND o.client_id <> :client_id
      AND COALESCE(o.resource_agency, '') <> COALESCE(:resource_agency, '')
)"""
INSERT = statement(f"""
    INSERT INTO clients
        (client_id, version, backchannel_logout_uri, disabled_at, agency, audience, resource_agency, logo, document)
    SELECT :client_id, {STAMP}, :backchannel_logout_uri, :disabled_at, :agency, :audience, :resource_agency, :logo,
        :document
    WHERE {_NOT_CLOSED} AND {_SAME_OWNER}
    ON CONFLICT DO NOTHING
    RETURNING version
""")
UPDATE = statement(f"""
    UPDATE clients
    SET version = {STAMP}, backchannel_logout_uri = :backchannel_logout_uri, disabled_at = :disabled_at,
        agency = :agency, audience = :audience, resource_agency = :resource_agency, logo = :logo,
        document = :document
    WHERE client_id = :client_id AND version = :expected_version AND (agency = :agency OR {_NOT_CLOSED})
      AND {_SAME_OWNER}
    RETURNING version
""")  # noqa: S608 (constants of this module)


class SqlClients:
    """Implements `clients.ports.ClientStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def load_all(self) -> Sequence[Client]:
        """Return every client, disabled ones too."""
        return await self.changed_since(-1)

    async def find(self, client_id: ClientId) -> Client | None:
        """Return one client as it is now, disabled or not."""
        rows = await self._engine.read(_FIND, {"client_id": client_id})
        return _client(rows[0]) if rows else None

    async def changed_since(self, version: int) -> Sequence[Client]:
        """Return the clients stamped later than `version`."""
        return [_client(row) for row in await self._engine.read(_LOAD, {"version": version})]

    async def save(self, client: Client, *, expected_version: int | None) -> Client:
        """Write the client and return it with its new version, or raise ClientChangedError."""
        values = _CLIENT.parameters(client)
        writing = Step(INSERT, values, claim=True)
        if expected_version is not None:
            writing = Step(UPDATE, {**values, "expected_version": expected_version}, claim=True)
        rows = await self._engine.apply([Step(RAISE_VERSION, {}), writing])
        if rows is None:
            raise ClientChangedError(client.client_id)
        return replace(client, version=_version(rows))

    async def version(self) -> int:
        """Return the counter: the version of the latest change, 0 before the first."""
        return _version(await self._engine.read(_VERSION, {}))


def _version(rows: Sequence[Row]) -> int:
    version = rows[0][0]
    if not isinstance(version, int):
        raise TypeError("a version is a whole number")
    return version


def _client(row: Row) -> Client:
    # The stamp is given while the document is written, so the column and not the document holds the version. Whose its
    # resource is moves with that agency, without a look at who else has it.
    found = _ClientRow._make(row)
    client = msgspec.json.decode(found.document, type=Client)
    return replace(client, version=found.version, resource_agency=found.resource_agency)


def _audience(client: Client) -> str | None:
    return client.audience


# The version is stamped while it is written.
_CLIENT = Binder(Client, (INSERT,), by_hand={"audience": _audience, "document": msgspec.json.encode})
