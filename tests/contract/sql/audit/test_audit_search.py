"""Searching the audit log in the store: by each thing the right events, newest first, within a span, by an index."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from clients.model import Client, ClientId
from idp.adapters.sql.audit import search as audit_search
from idp.adapters.sql.database import Database
from idp.admin.audit.search import By, LoggedEvent, Span
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.ids import AccountId, PersonId, RoleGrantId, SessionId, first_id, new_id
from idp.officers.model import Officer
from idp.officers.roles import GrantRole, Role, RoleGrant
from records.structs import replace
from tests.contract.sql.direct import run
from tests.contract.sql.engine.test_postgres_plans import plan_of
from tests.contract.sql.officers.test_officers import issued, officer_of
from tests.support.running.sql_stores import NOW, opening

MINUTE = timedelta(minutes=1)
ORIGIN = Origin("correlation", "192.0.2.1", 443)


def event_at(at: datetime, name: EventName = EventName.TOKEN_ISSUED, **members: object) -> RecordEvent:
    """Return an event whose id is of the instant, as the clock would have made it."""
    event_id = first_id(at)[:10] + new_id()[10:]
    return RecordEvent(id=event_id, name=name, at=at, origin=ORIGIN, **members)  # type: ignore[arg-type]


def client_of(client_id: ClientId, agency: str) -> Client:
    return Client(client_id=client_id, client_name={"": client_id}, agency=agency, created_at=NOW, updated_at=NOW)


def ids(found: Sequence[LoggedEvent]) -> list[str]:
    return [event.id for event in found]


def grant_of(officer: Officer) -> GrantRole:
    """Return a role of an officer: who holds none never acts."""
    ends_at = NOW + timedelta(days=1)
    grant = RoleGrant(
        RoleGrantId(new_id()),
        officer.person_id,
        officer.account_id,
        Role.AUDITOR,
        officer.agency,
        "test",
        NOW,
        NOW,
        ends_at,
    )
    return GrantRole(grant=grant)


async def kept(database: Database, *events: RecordEvent) -> list[str]:
    """Write events and return their ids, newest first."""
    assert await database.ledger.commit(*events)
    return sorted((event.id for event in events), reverse=True)


async def test_events_are_shown_as_they_were_written(database: Database) -> None:
    event = event_at(NOW, client_id="portal", person_id="p" * 26, session_id="s" * 26, reason="r", details={"a": "b"})
    await kept(database, event)
    (found,) = await database.audit_search.newest_first(By.TIME, "", Span(), 10)
    assert found == LoggedEvent(
        event.id, "client:token:issued", NOW, "r", ClientId("portal"), PersonId("p" * 26), SessionId("s" * 26),
        "correlation", "192.0.2.1", 443, {"a": "b"},
    )  # fmt: skip


async def test_each_way_of_reading_finds_its_own(database: Database) -> None:
    noise = [event_at(NOW + n * MINUTE, client_id="other", details={"actor": "someone"}) for n in range(3)]
    named = [event_at(NOW + n * MINUTE, EventName.KEY_ROTATED) for n in range(3)]
    of_client = [event_at(NOW + n * MINUTE, client_id="portal") for n in range(3)]
    acted = [event_at(NOW + n * MINUTE, EventName.CLIENT_STOPPED, details={"actor": "a" * 26}) for n in range(3)]
    await kept(database, *noise)
    for by, value, events in (
        (By.NAME, EventName.KEY_ROTATED, named),
        (By.CLIENT, "portal", of_client),
        (By.ACTOR, "a" * 26, acted),
    ):
        expected = await kept(database, *events)
        assert ids(await database.audit_search.newest_first(by, value, Span(), 10)) == expected
        assert ids(await database.audit_search.newest_first(by, value, Span(), 2)) == expected[:2]
        assert ids(await database.audit_search.newest_first(by, value, Span(before_id=expected[0]), 10)) == expected[1:]
        since = first_id(NOW + MINUTE)
        assert ids(await database.audit_search.newest_first(by, value, Span(from_id=since), 10)) == expected[:2]
        assert ids(await database.audit_search.newest_first(by, "nobody", Span(), 10)) == []


async def test_a_person_is_found_by_account(database: Database) -> None:
    account = (effect := opening()).account
    other = opening("001899000002").account
    await database.ledger.commit(effect)
    expected = await kept(database, *(event_at(NOW, person_id=one.person_id) for one in (account, account)))
    await kept(database, event_at(NOW, person_id=other.person_id))
    assert ids(await database.audit_search.newest_first(By.ACCOUNT, account.id, Span(), 10)) == expected
    assert await database.audit_search.person_of(account.id) == account.person_id
    assert await database.audit_search.person_of(other.id) is None
    assert await database.audit_search.newest_first(By.ACCOUNT, other.id, Span(), 10) == []


async def test_agencies_see_events_of_their_clients_and_officers_once(database: Database) -> None:
    officer, foreign = (
        await issued(database),
        await issued(database, replace(officer_of("H29-AAAAAA"), agency="H29"), "h29.nvbinh"),
    )
    for client_id, agency in (("mine", officer.agency), ("mine-too", officer.agency), ("theirs", "H29")):
        await database.clients.save(client_of(ClientId(client_id), agency), expected_version=None)
    for one in (officer, foreign):
        assert await database.ledger.commit(grant_of(one))
    both = event_at(
        NOW + 3 * MINUTE, client_id="mine", person_id=officer.person_id, details={"actor": officer.account_id}
    )
    mine = await kept(
        database,
        event_at(NOW, client_id="mine"),
        event_at(NOW + MINUTE, client_id="mine-too"),
        event_at(NOW + 2 * MINUTE, person_id=officer.person_id),
        both,
        event_at(NOW + 4 * MINUTE, EventName.CLIENT_STOPPED, details={"actor": officer.account_id}),
    )
    await kept(
        database,
        event_at(NOW, client_id="theirs"),
        event_at(NOW, person_id=foreign.person_id),
        event_at(NOW, EventName.CLIENT_STOPPED, details={"actor": foreign.account_id}),
        event_at(NOW, EventName.KEY_ROTATED),
    )
    search = database.audit_search
    found = [one for one in await search.of_agencies([officer.agency], Span(first_id(NOW)), 20) if one.id in mine]
    assert ids(found) == mine
    shown = ids(await search.of_agencies([officer.agency, "H99"], Span(first_id(NOW), mine[1]), 2))
    assert shown == mine[2:4]
    assert await search.of_agencies([], Span(), 20) == []
    assert await search.officer_agency(officer.account_id) == officer.agency
    assert await search.officer_agency(AccountId(new_id())) is None


async def test_of_many_holders_the_newest_events_are_found_whoever_they_are_of(database: Database) -> None:
    # One client is busy, most rest: with fewer places than clients, and with more.
    agency = f"H98.{new_id()[-8:].upper()}"
    clients = [f"client-{new_id()}" for _ in range(9)]
    for client_id in clients:
        await database.clients.save(client_of(ClientId(client_id), agency), expected_version=None)
    turns = [clients[place % 7 if place % 3 == 0 else 0] for place in range(40)]
    expected = await kept(database, *(event_at(NOW + place * MINUTE, client_id=one) for place, one in enumerate(turns)))
    search, before = database.audit_search, ""
    for limit in (1, 3, 5, 12, 40, 60):
        assert ids(await search.of_agencies([agency], Span(), limit)) == expected[:limit]
        since = Span(from_id=expected[20], before_id=expected[4])
        assert ids(await search.of_agencies([agency], since, limit)) == expected[5:21][:limit]
    paged: list[str] = []
    while page := ids(await search.of_agencies([agency], Span(before_id=before or "w"), 4)):
        paged, before = [*paged, *page], page[-1]
    assert paged == expected


async def test_the_newest_events_are_looked_through_for_those_of_agencies(database: Database) -> None:
    await database.clients.save(client_of(ClientId("mine"), "H98"), expected_version=None)
    officer = await issued(database)
    assert await database.ledger.commit(grant_of(officer))
    theirs = [
        event_at(NOW, client_id="mine"),
        event_at(NOW + 10 * MINUTE, EventName.KEY_ROTATED, client_id="mine"),
        event_at(NOW + 20 * MINUTE, person_id=officer.person_id),
        event_at(NOW + 30 * MINUTE, EventName.CLIENT_STOPPED, details={"actor": officer.account_id}),
    ]
    noise = [event_at(NOW + place * MINUTE, client_id="other") for place in range(1, 40) if place % 10]
    every, mine = await kept(database, *theirs, *noise), [event.id for event in reversed(theirs)]
    search, agencies, span = database.audit_search, [officer.agency, "H98"], Span(from_id=first_id(NOW))

    found, last_id = await search.recent_of_agencies(agencies, "", span, 15, 9)
    assert (ids(found), last_id) == (mine[:1], every[14])
    assert ids((await search.recent_of_agencies(agencies, "", span, 30, 1))[0]) == mine[:1]
    found, last_id = await search.recent_of_agencies(agencies, "", span, len(every) + 1, 9)
    assert (ids(found), last_id) == (mine, "")
    before = replace(span, before_id=mine[1])
    assert ids((await search.recent_of_agencies(agencies, "", before, 99, 9))[0]) == mine[2:]
    found, last_id = await search.recent_of_agencies(agencies, EventName.KEY_ROTATED, span, 99, 9)
    assert (ids(found), last_id) == (mine[2:3], "")
    assert await search.recent_of_agencies(["H97"], "", span, 1, 9) == ([], every[0])
    assert await search.recent_of_agencies([], EventName.KEY_RETIRED, span, 1, 9) == ([], "")


async def test_a_row_of_another_hand_is_shown_and_breaks_nothing(database: Database, store: str) -> None:
    event = event_at(NOW, client_id="portal", details={"a": "b"})
    await kept(database, event)
    await run(store, "UPDATE audit_events SET name = 'no:such:name', details = '[]'")
    (found,) = await database.audit_search.newest_first(By.CLIENT, "portal", Span(), 10)
    assert (found.name, found.details) == ("no:such:name", {})


INDEXES = {
    By.TIME: "pk_audit_events",
    By.NAME: "ix_audit_events_name",
    By.CLIENT: "ix_audit_events_client_id",
    By.ACTOR: "ix_audit_events_actor",
    By.ACCOUNT: "ix_audit_events_person_id",
}


@pytest.mark.parametrize("by", By)
async def test_each_way_of_reading_has_an_index_of_its_own(unused_postgres_store: str, by: By) -> None:
    plan = await plan_of(unused_postgres_store, audit_search._STATEMENTS[by].numbered)
    assert INDEXES[by] in plan
    assert "Seq Scan" not in plan
    if by is not By.ACCOUNT:
        assert "Sort" not in plan, "the index gives the order"
    assert "Join Filter" not in plan


async def test_what_belongs_to_agencies_is_probed_for_each_of_them(unused_postgres_store: str) -> None:
    plan = await plan_of(unused_postgres_store, audit_search._OF_AGENCIES.numbered)
    used = set(re.findall(r"Backward using (\w+)", plan))
    assert used == {INDEXES[by] for by in (By.CLIENT, By.ACTOR, By.ACCOUNT)}
    assert "Seq Scan" not in plan


@pytest.mark.parametrize(("asked", "index"), [("_RECENT_OF_AGENCIES", By.TIME), ("_RECENT_OF_A_NAME", By.NAME)])
async def test_the_newest_events_are_read_in_the_order_of_an_index(
    unused_postgres_store: str, asked: str, index: By
) -> None:
    plan = await plan_of(unused_postgres_store, getattr(audit_search, asked).numbered)
    assert f"Backward using {INDEXES[index]}" in plan
    assert "Seq Scan" not in plan
