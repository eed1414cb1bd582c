"""Which clients got tokens in a session: whom its browser may still tell (OIDC Front-Channel Logout 1.0)."""

from datetime import timedelta

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.grants.model import StartGrant
from idp.sessions.model import EndSession, Session
from records.structs import replace
from tests.support.running.sql_stores import NOW, grant_of, signed_in


async def granted(database: Database, session: Session, client_id: str, minutes: int = 0) -> None:
    grant = replace(grant_of(session, client_id=ClientId(client_id)), created_at=NOW + timedelta(minutes=minutes))
    assert await database.ledger.commit(StartGrant(grant=grant, issued_at=NOW))


async def test_each_client_is_named_once_the_one_that_got_tokens_last_first(database: Database) -> None:
    session = await signed_in(database)
    for minutes, client_id in enumerate(("bank", "portal", "desk", "bank")):
        await granted(database, session, client_id, minutes)
    found = await database.grants.clients_of(session.person_id, session.id, 10)
    assert found == ["bank", "desk", "portal"]
    assert await database.grants.clients_of(session.person_id, session.id, 2) == ["bank", "desk"]


async def test_an_ended_session_still_says_it_and_no_other_session_is_named(database: Database) -> None:
    session, other = await signed_in(database), await signed_in(database, "079999000002")
    await granted(database, session, "portal")
    await granted(database, other, "elsewhere")
    ended = EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout")
    assert await database.ledger.commit(ended)
    assert await database.grants.clients_of(session.person_id, session.id, 10) == ["portal"]
    assert await database.grants.clients_of(other.person_id, session.id, 10) == []
