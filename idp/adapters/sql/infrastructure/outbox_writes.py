"""How messages get into the outbox."""

from idp.adapters.sql import tables
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import Parameters, insert_into
from idp.adapters.sql.engine.writes import write
from idp.kernel.outbox import Enqueue


def _enqueue(effect: Enqueue) -> Parameters:
    return {
        "kind": effect.kind,
        "key": effect.key,
        "payload": effect.payload,
        "due_at": to_micros(effect.due_at),
        "gives_up_at": to_micros(effect.gives_up_at),
        "attempts": 0,
        "delivered": False,
        "result": "",
        "lane": effect.lane,
    }


OUTBOX_WRITES = dict(
    [
        write(
            Enqueue,
            _enqueue,
            insert_into(tables.outbox, "ON CONFLICT DO NOTHING", leaving_out=frozenset({"finished_at"})),
        )
    ]
)
