"""Sessions that rest too long are over; using one lets it rest anew, and never revives it."""

from datetime import timedelta

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.sessions.model import EndSession, KeepSession, Session, StartSession
from records.structs import replace
from tests.support.running.sql_stores import HOUR, NOW, opening, session_of

TICK = timedelta(microseconds=1)


async def resting(database: Database) -> Session:
    effect = opening()
    session = replace(session_of(effect.account), idle_until=NOW + HOUR)
    assert await database.ledger.commit(effect, StartSession(session=session))
    return session


def keep(session: Session, until: timedelta) -> KeepSession:
    return KeepSession(session_id=session.id, person_id=session.person_id, idle_until=NOW + until)


async def test_a_session_rests_until_its_last_microsecond_and_not_at_its_end(database: Database) -> None:
    session = await resting(database)
    assert await database.sessions.live(session.secret_hash, ClientId(""), NOW + HOUR - TICK) is not None
    assert await database.sessions.live(session.secret_hash, ClientId(""), NOW + HOUR) is None


async def test_a_used_session_rests_anew(database: Database) -> None:
    session = await resting(database)
    assert await database.ledger.commit(keep(session, 2 * HOUR))
    found = await database.sessions.live(session.secret_hash, ClientId(""), NOW + HOUR)
    assert found is not None
    assert found.session.idle_until == NOW + 2 * HOUR


async def test_a_late_note_never_shortens_the_rest(database: Database) -> None:
    session = await resting(database)
    await database.ledger.commit(keep(session, 2 * HOUR))
    await database.ledger.commit(keep(session, HOUR))
    assert await database.sessions.live(session.secret_hash, ClientId(""), NOW + HOUR) is not None


async def test_use_does_not_revive_an_ended_session(database: Database) -> None:
    session = await resting(database)
    assert await database.ledger.commit(
        EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout")
    )
    await database.ledger.commit(keep(session, 2 * HOUR))
    assert await database.sessions.live(session.secret_hash, ClientId(""), NOW) is None


async def test_use_does_not_slide_past_the_overall_limit(database: Database) -> None:
    session = await resting(database)
    await database.ledger.commit(keep(session, 100 * HOUR))
    assert await database.sessions.live(session.secret_hash, ClientId(""), session.expires_at) is None
