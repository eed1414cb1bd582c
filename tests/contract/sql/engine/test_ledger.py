"""The ledger: all or nothing, unknown effects, enqueued events, cancelled callers."""

import asyncio
import contextlib
import importlib
import pkgutil

import pytest

import idp
from clients.model import ClientId
from idp.adapters.sql.database import Database, open_database
from idp.adapters.sql.effects import WRITES
from idp.adapters.sql.engine.errors import UnstorableValueError
from idp.adapters.sql.engine.event_queue import MAX_WAITING
from idp.audit.model import ACTOR, EventName, RecordEvent
from idp.audit.refusals import WRITTEN
from idp.grants.model import ClaimOnce, StartFamily, StartGrant
from idp.kernel.effects import Effect
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.ids import EventId, PersonId, SessionId, new_id
from idp.sessions.model import StartSession
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.support.patience import patient
from tests.support.running.sql_stores import (
    HOUR,
    NOW,
    StatementCounter,
    digest,
    event,
    family_of,
    grant_of,
    opening,
    session_of,
    signed_in,
)


def effect_kinds(base: type[Effect]) -> set[type[Effect]]:
    """Return every effect that the product declares. What other effects derive from is no effect itself."""
    found = {leaf for kind in base.__subclasses__() for leaf in effect_kinds(kind) or {kind}}
    return {kind for kind in found if kind.__module__.startswith("idp.")}


async def events(store: str) -> set[object]:
    return {row[0] for row in await rows(store, "SELECT event_id FROM audit_events")}


def test_every_effect_of_every_package_can_be_written() -> None:
    for module in pkgutil.walk_packages(idp.__path__, "idp."):
        if module.name.startswith("idp.kernel.") or module.name.endswith(".model"):
            importlib.import_module(module.name)
    assert effect_kinds(Effect) == set(WRITES)


class Unheard(Effect):
    """An effect that no adapter knows."""


async def test_an_unknown_effect_is_refused_before_anything_is_written(store: str, database: Database) -> None:
    with pytest.raises(TypeError, match="Unheard"):
        await database.ledger.commit(event(), Unheard())
    with pytest.raises(TypeError, match="Unheard"):
        database.ledger.enqueue(event(), Unheard())
    assert await events(store) == set()


async def test_a_claim_cannot_be_noted(database: Database) -> None:
    with pytest.raises(ValueError, match="ClaimOnce"):
        database.ledger.enqueue(ClaimOnce(purpose="p", value_hash=digest("v"), expires_at=NOW))


async def test_an_event_is_exported_as_it_was_recorded_in_the_order_of_ids(database: Database) -> None:
    recorded = [event() for _ in range(5)]
    recorded[2] = replace(
        recorded[2],
        person_id=PersonId("p"),
        client_id=ClientId("c"),
        session_id=SessionId("s"),
        reason="why",
        details={"tên": "giá trị"},
    )
    recorded.sort(key=lambda one: one.id)
    assert await database.ledger.commit(*recorded)
    assert await database.audit_export("", 10) == recorded
    assert await database.audit_export(recorded[1].id, 2) == recorded[2:4]


async def test_refused_and_accepted_commits_of_one_batch_are_kept_apart(store: str, database: Database) -> None:
    session = await signed_in(database)
    grants = [grant_of(session, code=f"code {n % 20}") for n in range(60)]
    commits = [
        (StartGrant(grant=grant, issued_at=NOW), StartFamily(family=family_of(grant)), event()) for grant in grants
    ]
    answers = await asyncio.gather(*(database.ledger.commit(*commit) for commit in commits))
    assert answers.count(True) == 20
    won = {grant.id for grant, answer in zip(grants, answers, strict=True) if answer}
    assert {row[0] for row in await rows(store, "SELECT grant_id FROM grants")} == won
    assert {row[0] for row in await rows(store, "SELECT grant_id FROM refresh_families")} == won
    assert await events(store) == {commit[2].id for commit, answer in zip(commits, answers, strict=True) if answer}


async def test_a_commit_with_several_events_writes_each_of_them(store: str, database: Database) -> None:
    claims = [ClaimOnce(purpose="assertion", value_hash=digest(str(n % 2)), expires_at=NOW + HOUR) for n in range(4)]
    recorded = [[event() for _ in range(n)] for n in range(1, 5)]
    pairs = zip(claims, recorded, strict=True)
    answers = await asyncio.gather(*(database.ledger.commit(claim, *several) for claim, several in pairs))
    assert answers == [True, True, False, False]
    assert await events(store) == {one.id for several in recorded[:2] for one in several}


async def test_a_later_claim_undoes_what_stands_before_it(store: str, database: Database) -> None:
    used = ClaimOnce(purpose="p", value_hash=digest("v"), expires_at=NOW)
    assert await database.ledger.commit(used)
    effect = opening()
    assert not await database.ledger.commit(effect, StartSession(session=session_of(effect.account)), event(), used)
    assert await rows(store, "SELECT person_id FROM persons") == []
    assert await events(store) == set()


async def test_a_bad_commit_fails_alone_in_its_batch(store: str, database: Database) -> None:
    good = [event() for _ in range(20)]
    # A lone surrogate is no text: neither engine can store it.
    bad = replace(event(), reason="\ud800")
    commits = [database.ledger.commit(one) for one in [*good[:10], bad, *good[10:]]]
    answers = await asyncio.gather(*commits, return_exceptions=True)
    assert isinstance(answers.pop(10), UnstorableValueError)
    assert answers == [True] * 20
    assert await events(store) == {one.id for one in good}


async def test_a_cancelled_caller_loses_its_answer_and_not_its_commit(store: str, database: Database) -> None:
    hot, cold = event(), event()
    tasks = [
        asyncio.ensure_future(database.ledger.commit(hot)),
        asyncio.ensure_future(database.ledger.commit(opening(), cold)),
    ]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await database.ledger.commit(event())
    # A cancelled caller takes no commit with it.
    async with asyncio.timeout(patient(2)):
        while not {hot.id, cold.id} <= await events(store):  # noqa: ASYNC110 (nobody is left to be told)
            await asyncio.sleep(0.01)


async def test_noted_events_are_written_together_within_a_moment(
    store: str, database: Database, counter: StatementCounter
) -> None:
    noted = [event() for _ in range(100)]
    for one in noted:
        database.ledger.enqueue(one)
    assert await events(store) == set()
    async with asyncio.timeout(patient(2)):
        while not await events(store):  # noqa: ASYNC110 (they are written without anybody's asking)
            await asyncio.sleep(0.01)
    assert await events(store) == {one.id for one in noted}
    assert counter.take() == (1 if store.startswith("postgresql") else 100)


async def test_a_full_batch_of_noted_events_does_not_wait(store: str, database: Database) -> None:
    for _ in range(256):
        database.ledger.enqueue(event())
    await database.ledger.flush()
    assert len(await events(store)) == 256


async def test_noted_events_are_written_before_the_database_closes(store: str) -> None:
    database = await open_database(store)
    noted = event()
    database.ledger.enqueue(noted)
    await database.close()
    assert await events(store) == {noted.id}


async def test_noting_is_refused_when_too_many_events_wait(store: str) -> None:
    database = await open_database(store)
    noted: list[RecordEvent] = [event() for _ in range(MAX_WAITING)]
    for one in noted:
        database.ledger.enqueue(one)
    with pytest.raises(TemporarilyUnavailableError):
        database.ledger.enqueue(event())
    await database.close()
    assert await events(store) == {one.id for one in noted}


async def test_what_an_administrator_was_refused_is_written_however_often(store: str, database: Database) -> None:
    """Administrators of an agency share its network: who was refused fifty harmless things would hide the next."""
    refused = event(EventName.ADMIN_REFUSED)
    for _ in range(WRITTEN * 2):
        database.ledger.enqueue(replace(refused, id=EventId(new_id()), details={ACTOR: "an account"}))
    await database.ledger.flush()
    assert await rows(store, "SELECT count(*) FROM audit_events") == [(WRITTEN * 2,)]


async def test_refusals_of_nobody_are_written_some_and_those_of_a_person_all(store: str, database: Database) -> None:
    for person_id in (None, PersonId(new_id())):
        for _ in range(WRITTEN * 2):
            database.ledger.enqueue(event(EventName.AUTHORIZATION_REFUSED, person_id=person_id))
    await database.ledger.flush()
    nobody = "SELECT count(*) FROM audit_events WHERE person_id IS NULL"
    assert await rows(store, nobody) == [(WRITTEN,)]
    assert await rows(store, nobody.replace("IS NULL", "IS NOT NULL")) == [(WRITTEN * 2,)]
