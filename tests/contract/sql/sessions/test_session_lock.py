"""The race of a redemption and a logout on PostgreSQL, held still at its worst moment."""

import asyncio

import asyncpg

from clients.model import ClientId
from idp.adapters.sql.database import Database, open_database
from idp.grants.model import StartGrant
from idp.sessions.model import EndSession, Session, TellPortals
from tests.contract.sql.direct import until_waited_for
from tests.contract.sql.sessions.test_logout_notices import client
from tests.support.running.sql_stores import HOUR, NOW, event, grant_of, signed_in


async def prepared(url: str) -> tuple[Database, Session]:
    database = await open_database(url)
    await database.clients.save(client(ClientId("portal")), expected_version=None)
    return database, await signed_in(database)


async def test_a_redemption_waits_for_a_logout_and_then_finds_the_session_ended(postgres_store: str) -> None:
    database, session = await prepared(postgres_store)
    other = await asyncpg.connect(postgres_store.replace("+asyncpg", ""))
    logout = other.transaction()
    await logout.start()
    await other.execute("UPDATE sessions SET ended_at = 1, end_reason = 'logout'")
    redemption = asyncio.ensure_future(
        database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=NOW), event())
    )
    await until_waited_for(other)
    assert not redemption.done()
    await logout.commit()
    assert await redemption is False
    await other.close()
    await database.close()


async def test_a_logout_waits_for_a_redemption_and_then_tells_its_portal(postgres_store: str) -> None:
    database, session = await prepared(postgres_store)
    other = await asyncpg.connect(postgres_store.replace("+asyncpg", ""))
    redemption = other.transaction()
    await redemption.start()
    # What the redemption's statement does, stopped before its end.
    await other.fetch("SELECT 1 FROM sessions WHERE session_id = $1 FOR SHARE", session.id)
    ending = EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout")
    telling = TellPortals(session_id=session.id, person_id=session.person_id, at=NOW, gives_up_at=NOW + HOUR)
    logout = asyncio.ensure_future(database.ledger.commit(ending, telling))
    await until_waited_for(other)
    assert not logout.done()
    await other.execute(
        "INSERT INTO grants (person_id, grant_id, code_hash, client_id, session_id, account_id, scope, auth_time, acr,"
        " amr, offline, created_at, expires_at)"
        " VALUES ($1, 'g', 'c', 'portal', $2, $3, '', 0, '', '', FALSE, 0, 0)",
        session.person_id,
        session.id,
        session.account_id,
    )
    await redemption.commit()
    assert await logout is True
    assert [message.key for message in await database.outbox.lease(NOW, NOW + HOUR, 10)] == [f"{session.id}:portal"]
    await other.close()
    await database.close()
