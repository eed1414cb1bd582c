"""How messages get into the outbox."""

from idp.adapters.sql import tables
from idp.adapters.sql.engine.binder import Fixed
from idp.adapters.sql.engine.statements import insert_into
from idp.adapters.sql.engine.writes import write
from idp.kernel.outbox import Enqueue

OUTBOX_WRITES = dict(
    [
        write(
            Enqueue,
            insert_into(tables.outbox, "ON CONFLICT DO NOTHING", leaving_out=frozenset({"finished_at"})),
            attempts=Fixed(0),
            delivered=Fixed(value=False),
            result=Fixed(""),
            lane=lambda effect: effect.lane,
        )
    ]
)
