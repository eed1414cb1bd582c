"""How clients are written together with the change that wants it."""

import msgspec

from idp.adapters.sql.clients.reads import INSERT, RAISE_VERSION, UPDATE
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.admin.clients.effects import HoldClient, RegisterClient, ReplaceClient


def _audience(effect: RegisterClient | ReplaceClient) -> str | None:
    return effect.client.audience


def _document(effect: RegisterClient | ReplaceClient) -> bytes:
    return msgspec.json.encode(effect.client)


# An update that changes nothing takes the row's lock, as HoldAccount does.
_HOLD = statement(
    "UPDATE clients SET version = version WHERE client_id = :client_id AND version = :version RETURNING 1"
)

CLIENT_WRITES = dict(
    [
        write(RegisterClient, RAISE_VERSION, INSERT, of="client", audience=_audience, document=_document, decides=1),
        write(ReplaceClient, RAISE_VERSION, UPDATE, of="client", audience=_audience, document=_document, decides=1),
        write(HoldClient, _HOLD),
    ]
)
