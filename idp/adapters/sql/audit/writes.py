"""How audit events are written."""

import orjson

from idp.adapters.sql.audit import tables as tables_audit
from idp.adapters.sql.engine.statements import insert_into
from idp.adapters.sql.engine.writes import write
from idp.audit.model import RecordEvent

AUDIT_WRITES = dict(
    [
        write(
            RecordEvent,
            insert_into(tables_audit.audit_events),
            of="origin",
            event_id="id",
            details=lambda effect: orjson.dumps(dict(effect.details)).decode() if effect.details else "{}",
        )
    ]
)
