"""Reads notices and the codes that they carry."""

from collections.abc import Sequence
from datetime import datetime

import orjson

from idp.account.notices.model import Notice, NoticeKind, NotMeCode
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Row, statement
from idp.kernel.ids import AccountId, NoticeId, PersonId

_OF_PERSON = statement("""
    SELECT notice_id, person_id, account_id, kind, at, details, read_at FROM notices
    WHERE person_id = :person_id ORDER BY notice_id DESC LIMIT :limit
""")
_UNREAD = statement("SELECT count(*) FROM notices WHERE person_id = :person_id AND read_at IS NULL")
_NOT_ME_CODE = statement("""
    SELECT m.person_id, m.account_id, m.notice_id, COALESCE(n.at, :now) FROM alarms m
    LEFT JOIN notices n ON n.person_id = m.person_id AND n.notice_id = m.notice_id
    WHERE m.code_hash = :code_hash AND m.used_at IS NULL AND m.expires_at > :now
""")


class SqlNotices:
    """Implements `idp.recovery.ports.NoticeReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of_person(self, person_id: PersonId, limit: int) -> Sequence[Notice]:
        """Return a person's newest notices, the newest first."""
        rows = await self._engine.read(_OF_PERSON, {"person_id": person_id, "limit": limit})
        return [_notice(row) for row in rows]

    async def unread(self, person_id: PersonId) -> int:
        """Return how many notices a person has not seen yet."""
        rows = await self._engine.read(_UNREAD, {"person_id": person_id})
        return int(str(rows[0][0]))

    async def not_me_code(self, code_hash: bytes, now: datetime) -> NotMeCode | None:
        """Return whose account a code locks; None if it is unknown, was used or has expired."""
        rows = await self._engine.read(_NOT_ME_CODE, {"code_hash": code_hash, "now": to_micros(now)})
        return _not_me_code(rows[0]) if rows else None


def _not_me_code(row: Row) -> NotMeCode:
    person_id, account_id, notice_id, at = row
    return NotMeCode(
        PersonId(str(person_id)), AccountId(str(account_id)), NoticeId(str(notice_id)), from_micros(int(str(at)))
    )


def _notice(row: Row) -> Notice:
    notice_id, person_id, account_id, kind, at, details, read_at = row
    reported: dict[str, str] = orjson.loads(str(details))
    return Notice(
        id=NoticeId(str(notice_id)),
        person_id=PersonId(str(person_id)),
        account_id=AccountId(str(account_id)),
        kind=NoticeKind(str(kind)),
        at=from_micros(int(str(at))),
        details=reported,
        read_at=from_micros_or_none(None if read_at is None else int(str(read_at))),
    )
