"""Sessions that ran out are ended by a job, once, and their portals are told."""

from datetime import datetime, timedelta

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.grants.model import StartGrant
from idp.sessions.expired import ExpiredSessions
from idp.sessions.model import EndSession, Session, StartSession
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.contract.sql.sessions.test_logout_notices import client
from tests.support.rigs.proof import HandClock
from tests.support.running.sql_stores import HOUR, NOW, grant_of, opening, session_of

MINUTE = timedelta(minutes=1)
ENDED = "SELECT end_reason FROM sessions WHERE ended_at IS NOT NULL"
NOTICES = "SELECT count(*) FROM outbox WHERE kind = 'logout_notice'"


@pytest.fixture
async def clock(database: Database) -> HandClock:
    await database.clients.save(client(ClientId("portal")), expected_version=None)
    return HandClock(NOW)


async def signed_in(database: Database, ends_at: datetime, number: str = "079999000003") -> Session:
    """Sign somebody in until then, and give the portal of the tests a grant."""
    effect = opening(number)
    session = replace(session_of(effect.account), expires_at=ends_at, idle_until=ends_at)
    assert await database.ledger.commit(
        effect, StartSession(session=session), StartGrant(grant=grant_of(session), issued_at=NOW)
    )
    return session


def job(database: Database, clock: HandClock) -> ExpiredSessions:
    return ExpiredSessions(database.expired_sessions, database.ledger, clock)


@pytest.mark.parametrize(("late", "ended"), [(timedelta(seconds=9), 0), (timedelta(seconds=11), 1)])
async def test_a_session_that_ran_out_is_ended_and_its_portal_told(
    database: Database, store: str, clock: HandClock, late: timedelta, ended: int
) -> None:
    """Not within the margin in which another server's clock may still renew it."""
    await signed_in(database, NOW + HOUR)
    over = job(database, clock)
    assert await over.run(10) == 0
    clock.at = NOW + HOUR + late
    assert await over.run(10) == ended
    assert await rows(store, ENDED) == [("expired",)] * ended
    assert await rows(store, NOTICES) == [(ended,)]


async def test_of_two_processes_one_tells_and_a_session_that_was_ended_is_told_once(
    database: Database, store: str, clock: HandClock
) -> None:
    session = await signed_in(database, NOW + HOUR)
    await signed_in(database, NOW + HOUR, "079999000004")
    first, second = job(database, clock), job(database, clock)
    assert await database.ledger.commit(
        EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout")
    )
    clock.at = NOW + HOUR + MINUTE
    assert [await one.run(10) for one in (first, second)] == [1, 0]
    assert sorted(await rows(store, ENDED)) == [("expired",), ("logout",)]
    assert await rows(store, NOTICES) == [(1,)]


async def test_more_than_fit_at_once_are_all_told_though_they_ran_out_together(
    database: Database, store: str, clock: HandClock
) -> None:
    for number in range(5):
        await signed_in(database, NOW + HOUR, f"07999900001{number}")
    over = job(database, clock)
    clock.at = NOW + HOUR + MINUTE
    assert [await over.run(2) for _ in range(4)] == [2, 2, 1, 0]
    assert await rows(store, NOTICES) == [(5,)]


@pytest.mark.parametrize(("away", "reported"), [(timedelta(hours=23), 1), (timedelta(hours=25), 0)])
async def test_what_ran_out_a_day_before_the_worker_came_is_history(
    database: Database, store: str, clock: HandClock, away: timedelta, reported: int
) -> None:
    await signed_in(database, NOW + HOUR)
    clock.at = NOW + HOUR + away
    assert await job(database, clock).run(10) == reported
    assert await rows(store, NOTICES) == [(reported,)]
