"""What became of a client's requests and of messages to it: the newest of each kind, by one index."""

from collections.abc import Sequence

from clients.model import ClientId
from idp.adapters.sql.audit.log import EVENT_COLUMNS
from idp.adapters.sql.audit.search import event_logged
from idp.adapters.sql.audit.tables import OUTCOMES
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import statement
from idp.admin.audit.search import LoggedEvent
from idp.admin.clients.failures import PLACES
from idp.audit.model import EventName


def _newest(number: int, name: EventName, limit: str) -> str:
    """Return the newest events of one name. The condition of the index stands there as it is written there."""
    return f"""
    SELECT * FROM (
        SELECT {EVENT_COLUMNS} FROM audit_events WHERE client_id = :client_id AND name = '{name}' AND {OUTCOMES}
        ORDER BY event_id DESC LIMIT {limit}) part{number}
    """  # noqa: S608 (constants of ours)


_PARTS = [_newest(number, name, ":limit") for number, name in enumerate(PLACES)]
STATEMENT = statement(" UNION ALL ".join([*_PARTS, _newest(len(_PARTS), EventName.LOGOUT_NOTICE_DELIVERED, "1")]))


class SqlClientOutcomes:
    """Implements `idp.admin.clients.failures.OutcomeReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def outcomes(self, client_id: ClientId, limit: int) -> Sequence[LoggedEvent]:
        """Return the newest events of each kind. One round trip."""
        rows = await self._engine.read(STATEMENT, {"client_id": client_id, "limit": limit})
        return [event_logged(row) for row in rows]
