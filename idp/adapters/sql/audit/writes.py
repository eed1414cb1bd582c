"""How audit events are written."""

import orjson

from idp.adapters.sql.audit import tables as tables_audit
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import Parameters, insert_into
from idp.adapters.sql.engine.writes import write
from idp.audit.model import RecordEvent


def _record_event(effect: RecordEvent) -> Parameters:
    return {
        "event_id": effect.id,
        "name": effect.name.value,
        "at": to_micros(effect.at),
        "correlation_id": effect.origin.correlation_id,
        "address": effect.origin.address,
        "port": effect.origin.port,
        "person_id": effect.person_id,
        "client_id": effect.client_id,
        "session_id": effect.session_id,
        "reason": effect.reason,
        "details": orjson.dumps(dict(effect.details)).decode() if effect.details else "{}",
    }


AUDIT_WRITES = dict([write(RecordEvent, _record_event, insert_into(tables_audit.audit_events))])
