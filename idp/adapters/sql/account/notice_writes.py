"""How notices and the codes they carry are kept and used."""

import orjson

from idp.account.notices.model import AddNotice, IssueNotMeCode, MarkNoticesRead, UseNotMeCode
from idp.adapters.sql import tables_citizens as tables
from idp.adapters.sql.engine.statements import insert_into, statement
from idp.adapters.sql.engine.writes import write

_MARK_READ = statement("""
    UPDATE notices SET read_at = :at WHERE person_id = :person_id AND read_at IS NULL AND at <= :at
""")
_USE_NOT_ME_CODE = statement("""
    UPDATE alarms SET used_at = :now WHERE code_hash = :code_hash AND used_at IS NULL AND expires_at > :now
    RETURNING 1
""")


NOTICE_WRITES = dict(
    [
        write(
            AddNotice,
            insert_into(tables.notices, leaving_out=frozenset({"read_at"})),
            of="notice",
            details=lambda effect: orjson.dumps(dict(effect.notice.details)).decode(),
        ),
        write(MarkNoticesRead, _MARK_READ),
        write(IssueNotMeCode, insert_into(tables.alarms, leaving_out=frozenset({"used_at"}))),
        write(UseNotMeCode, _USE_NOT_ME_CODE),
    ]
)
