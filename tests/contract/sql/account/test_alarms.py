"""The code that a notice carries is used once, and not after its time."""

import asyncio

from idp.account.notices.model import IssueNotMeCode, UseNotMeCode
from idp.adapters.sql.database import Database
from idp.kernel.ids import AccountId, NoticeId, PersonId, new_id
from tests.support.running.sql_stores import HOUR, NOW, digest

CODE = digest("ABCDEFGHJK")


def armed() -> IssueNotMeCode:
    return IssueNotMeCode(
        code_hash=CODE,
        person_id=PersonId(new_id()),
        account_id=AccountId(new_id()),
        notice_id=NoticeId(new_id()),
        expires_at=NOW + HOUR,
    )


async def test_an_alarm_is_used_once(database: Database) -> None:
    assert await database.ledger.commit(armed())
    assert await database.ledger.commit(UseNotMeCode(code_hash=CODE, now=NOW))
    assert not await database.ledger.commit(UseNotMeCode(code_hash=CODE, now=NOW))


async def test_of_many_at_once_one_uses_it(database: Database) -> None:
    await database.ledger.commit(armed())
    answers = await asyncio.gather(*(database.ledger.commit(UseNotMeCode(code_hash=CODE, now=NOW)) for _ in range(20)))
    assert sum(answers) == 1


async def test_i24_an_alarm_expires_without_a_cleaner(database: Database) -> None:
    await database.ledger.commit(armed())
    assert not await database.ledger.commit(UseNotMeCode(code_hash=CODE, now=NOW + HOUR))


async def test_an_unknown_code_locks_nobody(database: Database) -> None:
    assert not await database.ledger.commit(UseNotMeCode(code_hash=digest("another"), now=NOW))
