"""Reads the audit events of one person, newest first."""

from collections.abc import Sequence

from idp.adapters.sql.audit.log import EVENT_COLUMNS, event_of
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, statement
from idp.audit.model import RecordEvent
from idp.kernel.ids import PersonId

# With those of persons who were merged into this one: nothing that was written is rewritten.
_WHOSE = """
    (SELECT :person_id AS whose_id
     UNION ALL SELECT merged_person_id FROM merges WHERE person_id = :person_id AND undone_at IS NULL) whose
"""
_NEWEST = statement(f"""
    SELECT {EVENT_COLUMNS} FROM {_WHOSE} JOIN audit_events ON audit_events.person_id = whose.whose_id
    ORDER BY event_id DESC LIMIT :limit
""")  # noqa: S608 (constants of ours)
_OLDER = statement(f"""
    SELECT {EVENT_COLUMNS} FROM {_WHOSE} JOIN audit_events ON audit_events.person_id = whose.whose_id
    WHERE event_id < :before
    ORDER BY event_id DESC LIMIT :limit
""")  # noqa: S608 (likewise)


class SqlActivity:
    """Implements `idp.account.activity.ActivityReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def activity_of(self, person_id: PersonId, before_id: str, limit: int) -> Sequence[RecordEvent]:
        """Return up to `limit` events older than `before_id` ("" for the newest), newest first."""
        asked: Parameters = {"person_id": person_id, "before": before_id, "limit": limit}
        return [event_of(row) for row in await self._engine.read(_OLDER if before_id else _NEWEST, asked)]
