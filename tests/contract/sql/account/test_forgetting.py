"""What the law kept of a closed account goes when its time is over: all of it, once, and nobody else's."""

import asyncio
from datetime import datetime, timedelta

from idp.account.forgetting import KEPT_AFTER_CLOSING, Forgetting
from idp.account.model import AccountStatus, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.adapters.sql.schema import metadata
from idp.audit.model import EventName
from idp.kernel.ids import PersonId
from idp.sessions.model import Session, StartSession
from tests.contract.sql.account.test_own_account import closing, consent, opening_again
from tests.contract.sql.direct import rows, run
from tests.support.builders.mandates import accepted, delegating, helping, represented
from tests.support.rigs.proof import HandClock
from tests.support.running.sql_stores import HOUR, NOW, digest, event, granted, session_of, signed_in

NUMBER, OTHER = "001899000001", "079999000002"
MOMENT = timedelta(microseconds=1)
OVER = NOW + KEPT_AFTER_CLOSING + MOMENT


def forgetting_at(database: Database, at: datetime) -> Forgetting:
    clock = HandClock()
    clock.at = at
    return Forgetting(database.closed_accounts, database.ledger, clock)


async def lived(database: Database, number: str = NUMBER) -> Session:
    """Return the session of somebody with a trace in many tables."""
    session = await signed_in(database, number)
    await granted(database, session, client_id="bank", offline=True)
    assert await database.ledger.commit(consent(session), event(EventName.CONSENT_GIVEN, person_id=session.person_id))
    return session


async def tables_with(store: str, person_id: PersonId) -> set[str]:
    named = [table.name for table in metadata.sorted_tables if "person_id" in table.columns]
    return {
        name for name in named if await rows(store, f"SELECT 1 FROM {name} WHERE person_id = '{person_id}' LIMIT 1")
    }


async def test_luat_91_2025_d14_five_years_after_the_closing_nothing_names_the_person(
    database: Database, store: str
) -> None:
    session = await lived(database)
    assert await database.ledger.commit(*closing(session))
    kept = await tables_with(store, session.person_id)
    assert {"accounts", "identifiers", "grants", "persons", "audit_events", "sessions", "refresh_families"} <= kept
    assert await forgetting_at(database, OVER).forget_due(10) == 1
    assert await tables_with(store, session.person_id) == set()
    assert await database.own_account.former_person(digest(NUMBER)) is None
    # What remains says that something was forgotten, and not whose it was.
    (reported,) = [one for one in await database.audit_export("", 10) if one.name is EventName.ACCOUNT_FORGOTTEN]
    assert (reported.person_id, reported.details, reported.reason) == (None, {}, "kept_long_enough")


async def test_no_mandate_names_a_forgotten_person_and_others_keep_what_they_hold(
    database: Database, store: str
) -> None:
    gone, other = await lived(database), await lived(database, OTHER)
    top = await represented(database, gone.person_id)
    kept = await accepted(database, delegating(top, other.person_id), other.person_id)
    await accepted(database, helping(gone.person_id, other.person_id), other.person_id)
    await accepted(database, helping(other.person_id, gone.person_id), gone.person_id)
    assert await database.ledger.commit(*closing(gone))
    assert await forgetting_at(database, OVER).forget_due(10) == 1
    assert await rows(store, "SELECT mandate_id, giver_id FROM mandates") == [(kept.id, None)]


async def test_before_its_time_everything_stays(database: Database, store: str) -> None:
    session = await lived(database)
    assert await database.ledger.commit(*closing(session))
    before = await tables_with(store, session.person_id)
    assert await forgetting_at(database, OVER - MOMENT).forget_due(10) == 0
    assert await tables_with(store, session.person_id) == before


async def test_an_open_account_is_never_forgotten_whatever_number_it_had_before(database: Database, store: str) -> None:
    session = await lived(database)
    await run(store, "UPDATE identifiers SET valid_to = 1")
    assert await forgetting_at(database, OVER).forget_due(10) == 0
    assert "accounts" in await tables_with(store, session.person_id)


async def test_the_number_of_a_person_who_died_leads_to_the_closed_account_for_good(
    database: Database, store: str
) -> None:
    """Nobody takes over the number of the dead."""
    session = await lived(database)
    died = SetAccountStatus(
        account_id=session.account_id,
        person_id=session.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.CLOSED,
        at=NOW,
        reason="died",
        gives_up_at=NOW + HOUR,
    )
    assert await database.ledger.commit(died)
    assert await forgetting_at(database, OVER).forget_due(10) == 0
    assert "identifiers" in await tables_with(store, session.person_id)


async def test_who_came_back_keeps_the_person_and_loses_the_old_account_only(database: Database, store: str) -> None:
    """The pairwise subject is made from the person: it must survive."""
    session = await lived(database)
    assert await database.ledger.commit(*closing(session))
    opened = opening_again(NUMBER, session.person_id)
    again = session_of(opened.account)
    assert await database.ledger.commit(opened, StartSession(session=again))
    grant, _ = await granted(database, again, client_id="portal")
    assert await forgetting_at(database, OVER).forget_due(10) == 1
    assert await rows(store, "SELECT account_id FROM accounts") == [(again.account_id,)]
    assert await rows(store, "SELECT grant_id FROM grants") == [(grant.id,)]
    assert await rows(store, "SELECT account_id FROM identifiers") == [(again.account_id,)]
    assert {"persons", "audit_events"} <= await tables_with(store, session.person_id)
    record = await database.accounts.for_sign_in(digest(NUMBER))
    assert record is not None
    assert record.account.person_id == session.person_id


async def test_nobody_else_loses_a_row(database: Database, store: str) -> None:
    gone, other = await lived(database), await lived(database, OTHER)
    before = {name: await rows(store, f"SELECT count(*) FROM {name} WHERE person_id = '{other.person_id}'")
              for name in await tables_with(store, other.person_id)}  # fmt: skip
    assert await database.ledger.commit(*closing(gone))
    assert await forgetting_at(database, OVER).forget_due(10) == 1
    for name, count in before.items():
        assert await rows(store, f"SELECT count(*) FROM {name} WHERE person_id = '{other.person_id}'") == count, name


async def test_of_two_processes_that_forget_at_once_each_account_is_forgotten_by_one(
    database: Database, neighbour: Database, store: str
) -> None:
    for number in (NUMBER, OTHER):
        assert await database.ledger.commit(*closing(await lived(database, number)))
    both = [forgetting_at(one, OVER) for one in (database, neighbour)]
    await asyncio.gather(*(one.forget_due(10) for one in both))
    forgotten = [one for one in await database.audit_export("", 10) if one.name is EventName.ACCOUNT_FORGOTTEN]
    assert len(forgotten) == 2
    assert await rows(store, "SELECT 1 FROM accounts") == []


async def test_a_batch_is_no_larger_than_wanted(database: Database) -> None:
    for number in (NUMBER, OTHER):
        assert await database.ledger.commit(*closing(await lived(database, number)))
    forgetting = forgetting_at(database, OVER)
    assert [await forgetting.forget_due(1) for _ in range(3)] == [1, 1, 0]


async def test_who_went_up_in_another_is_not_forgotten_alone(database: Database, store: str) -> None:
    """A number of theirs may have ended long before; their subjects are the other's now."""
    session = await lived(database)
    await run(store, "UPDATE accounts SET status = 'closed', locked_for = 'merged'")
    await run(store, "UPDATE identifiers SET valid_to = valid_from")
    assert await forgetting_at(database, OVER).forget_due(10) == 0
    assert await rows(store, "SELECT person_id FROM accounts") == [(session.person_id,)]
