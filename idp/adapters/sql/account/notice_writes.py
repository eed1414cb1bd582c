"""How notices and the codes they carry are kept and used."""

import orjson

from idp.account.notices.model import AddNotice, ArmAlarm, MarkNoticesRead, UseAlarm
from idp.adapters.sql import tables_citizens as tables
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.statements import Parameters, insert_into, statement
from idp.adapters.sql.engine.writes import write

_MARK_READ = statement("""
    UPDATE notices SET read_at = :at WHERE person_id = :person_id AND read_at IS NULL AND at <= :at
""")
_USE_ALARM = statement("""
    UPDATE alarms SET used_at = :now WHERE code_hash = :code_hash AND used_at IS NULL AND expires_at > :now
    RETURNING 1
""")


def _add(effect: AddNotice) -> Parameters:
    notice = effect.notice
    return {
        "person_id": notice.person_id,
        "notice_id": notice.id,
        "account_id": notice.account_id,
        "kind": notice.kind.value,
        "details": orjson.dumps(dict(notice.details)).decode(),
        "at": to_micros(notice.at),
    }


def _mark_read(effect: MarkNoticesRead) -> Parameters:
    return {"person_id": effect.person_id, "at": to_micros(effect.at)}


def _arm(effect: ArmAlarm) -> Parameters:
    return {
        "code_hash": effect.code_hash,
        "person_id": effect.person_id,
        "account_id": effect.account_id,
        "notice_id": effect.notice_id,
        "expires_at": to_micros(effect.expires_at),
    }


def _use(effect: UseAlarm) -> Parameters:
    return {"code_hash": effect.code_hash, "now": to_micros(effect.now)}


NOTICE_WRITES = dict(
    [
        write(AddNotice, _add, insert_into(tables.notices, leaving_out=frozenset({"read_at"}))),
        write(MarkNoticesRead, _mark_read, _MARK_READ),
        write(ArmAlarm, _arm, insert_into(tables.alarms, leaving_out=frozenset({"used_at"}))),
        write(UseAlarm, _use, _USE_ALARM),
    ]
)
