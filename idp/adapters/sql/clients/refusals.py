"""Counts what was refused of a client, by cause, and reads it."""

from collections.abc import Sequence
from typing import NamedTuple

from clients.model import ClientId
from idp.adapters.sql.clients.tables import client_refusals
from idp.adapters.sql.engine.instants import from_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import statement
from idp.adapters.sql.engine.writes import write
from idp.audit.client_refusals import MOST_CAUSES, CountedRefusals, CountRefusals, Refusal, RefusedAt


class _Row(NamedTuple):
    """The columns that are read, in their order."""

    client_id: ClientId
    proven: bool
    endpoint: str
    code: str
    said: str
    times: int
    first_at: int
    last_at: int


_COLUMNS = ", ".join(_Row._fields)
_SAME = "r.client_id = :client_id AND r.proven = :proven"
_CAUSE = f"{_SAME} AND r.endpoint = :endpoint AND r.code = :code AND r.said = :said"
# What is counted already goes on being counted however many causes there are.
_COUNT = statement(f"""
    INSERT INTO {client_refusals.name} ({_COLUMNS})
    SELECT :client_id, :proven, :endpoint, :code, :said, :times, :first_at, :last_at
    WHERE (SELECT COUNT(*) FROM client_refusals r WHERE {_SAME}) < :most
        OR EXISTS (SELECT 1 FROM client_refusals r WHERE {_CAUSE})
    ON CONFLICT (client_id, proven, endpoint, code, said) DO UPDATE SET times = client_refusals.times + excluded.times,
        last_at = CASE WHEN client_refusals.last_at > excluded.last_at THEN client_refusals.last_at
            ELSE excluded.last_at END
""")  # noqa: S608 (constants, here and below)
_OF_CLIENT = statement(f"""
    SELECT {_COLUMNS} FROM client_refusals WHERE client_id = :client_id ORDER BY last_at DESC LIMIT :limit
""")  # noqa: S608
REFUSAL_WRITES = dict([write(CountRefusals, _COUNT, of="refusal")])


class SqlRefusals:
    """Implements `idp.audit.client_refusals.RefusalReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def refusals(self, client_id: ClientId) -> Sequence[CountedRefusals]:
        """Return every cause that is kept, the latest first."""
        rows = await self._engine.read(_OF_CLIENT, {"client_id": client_id, "limit": 2 * MOST_CAUSES})
        return [_counted(_Row._make(row)) for row in rows]


def _counted(row: _Row) -> CountedRefusals:
    refusal = Refusal(
        client_id=row.client_id, endpoint=RefusedAt(row.endpoint), proven=bool(row.proven), code=row.code, said=row.said
    )
    return CountedRefusals(refusal, row.times, from_micros(row.first_at), from_micros(row.last_at))
