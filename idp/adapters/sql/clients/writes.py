"""How clients are written together with the change that wants it."""

import msgspec

from idp.adapters.sql.clients.reads import INSERT, RAISE_VERSION, UPDATE
from idp.adapters.sql.engine.writes import write
from idp.admin.clients.effects import RegisterClient, ReplaceClient


def _audience(effect: RegisterClient | ReplaceClient) -> str | None:
    return effect.client.audience


def _document(effect: RegisterClient | ReplaceClient) -> bytes:
    return msgspec.json.encode(effect.client)


CLIENT_WRITES = dict(
    [
        write(RegisterClient, RAISE_VERSION, INSERT, of="client", audience=_audience, document=_document, decides=1),
        write(ReplaceClient, RAISE_VERSION, UPDATE, of="client", audience=_audience, document=_document, decides=1),
    ]
)
