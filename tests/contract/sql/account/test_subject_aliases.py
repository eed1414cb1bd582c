"""A sector that knew a merged person goes on to know the one they became by the same subject."""

import orjson

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.kernel.ids import new_id
from idp.sessions.model import EndSession, TellPortals
from tests.contract.sql.account.test_account_status import register
from tests.contract.sql.direct import run
from tests.support.running.sql_stores import HOUR, NOW, granted, signed_in

SECTOR = "sector:portal.example"


def quoted(value: str) -> str:
    return "'" + value + "'"


async def test_a_session_says_whom_the_asking_sector_knows(database: Database, store: str) -> None:
    session, merged = await signed_in(database), new_id()
    columns = ", ".join(quoted(value) for value in (session.person_id, SECTOR, merged))
    await run(store, f"INSERT INTO subject_aliases (person_id, sector, subject_id) VALUES ({columns})")
    for sector, known_as in ((SECTOR, merged), ("sector:other", session.person_id), ("", session.person_id)):
        view = await database.sessions.live(session.secret_hash, ClientId("portal"), NOW, sector)
        assert view is not None
        assert view.known_as == known_as


async def test_a_logout_notice_names_the_subject_that_the_portal_was_told(database: Database) -> None:
    await register(database, ClientId("portal"))
    await register(database, ClientId("bank"))
    session, merged = await signed_in(database), new_id()
    await granted(database, session, subject_id=merged)
    await granted(database, session, client_id="bank")
    assert await database.ledger.commit(
        EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout"),
        TellPortals(session_id=session.id, person_id=session.person_id, at=NOW, gives_up_at=NOW + HOUR),
    )
    reported = [orjson.loads(message.payload) for message in await database.outbox.lease(NOW, NOW + HOUR, 10)]
    assert {notice["client_id"]: notice["subject_id"] for notice in reported} == {"portal": merged, "bank": None}
    assert {notice["person_id"] for notice in reported} == {session.person_id}


async def test_the_clients_of_a_merged_person_are_told_under_its_own_subject(database: Database, store: str) -> None:
    stays, absorbed = await signed_in(database), await signed_in(database, "001899000002")
    await granted(database, stays, client_id="bank")
    await granted(database, absorbed)
    values = ", ".join(quoted(value) for value in (stays.person_id, new_id(), absorbed.person_id, absorbed.account_id))
    await run(
        store,
        "INSERT INTO merges (person_id, merge_id, merged_person_id, merged_account_id, before_sealed, done_by, at,"
        f" undo_until) VALUES ({values}, '', 'test', 0, 0)",
    )
    assert await database.identities.clients_of(stays.person_id) == [
        ("bank", stays.person_id),
        ("portal", absorbed.person_id),
    ]
    await run(store, "UPDATE merges SET undone_at = 1")
    assert await database.identities.clients_of(stays.person_id) == [("bank", stays.person_id)]
