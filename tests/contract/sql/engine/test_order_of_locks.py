"""Accounts, mandates, sessions, grants: whoever takes locks in this order waits for others and is stuck with nobody.

A deadlock is undone and tried again, so nobody would see it but for the second that it costs: PostgreSQL's log tells.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database, open_database
from idp.kernel.ids import MandateId, PersonId, SessionId, new_id
from idp.sessions.model import Session, StartSession
from records.structs import replace
from tests.contract.sql.account.test_merging import merging, name_of, person
from tests.contract.sql.delegation.test_leaving_mandates import close
from tests.contract.sql.direct import run
from tests.contract.sql.sessions.test_logout_notices import client
from tests.support.builders.mandates import accepted, ending, helping
from tests.support.rigs.mandates import MandateRig
from tests.support.running.servers import PostgresServer
from tests.support.running.sql_stores import NOW, granted, session_of

ROUNDS, BROWSERS = 8, 4


@pytest.fixture
async def nodes(postgres_store: str) -> AsyncIterator[tuple[Database, Database]]:
    """One store, opened by two processes, whose portal is told of logouts."""
    both = await open_database(postgres_store), await open_database(postgres_store)
    await both[0].clients.save(client(ClientId("portal")), expected_version=None)
    yield both
    for node in both:
        await node.close()


async def acting(database: Database, session: Session, mandate_id: MandateId, store: str) -> None:
    """Let a person act under a mandate in some browsers, each with a grant."""
    view = await database.sessions.live(session.secret_hash, ClientId(""), NOW)
    assert view is not None
    for _ in range(BROWSERS):
        another = replace(session_of(view.account), id=SessionId(new_id()))
        assert await database.ledger.commit(StartSession(session=another))
        await granted(database, another, mandate_id=mandate_id)
    await run(store, f"UPDATE sessions SET mandate_id = '{mandate_id}' WHERE person_id = '{session.person_id}'")


async def test_ends_of_mandates_and_undone_merges_never_lock_each_other_out(
    postgres: PostgresServer, postgres_store: str, nodes: tuple[Database, Database]
) -> None:
    here, there = nodes
    for turn in range(ROUNDS):
        stays, goes, third = [await person(here, f"00189900{turn:02}0{side}") for side in range(3)]
        held = await accepted(here, helping(third.person_id, goes.person_id), goes.person_id)
        given = await accepted(here, helping(goes.person_id, third.person_id), third.person_id)
        await merging(here).merge(name_of(stays), name_of(goes), "test", NOW)
        await acting(here, stays, held.id, postgres_store)
        await acting(here, third, given.id, postgres_store)
        await asyncio.gather(
            merging(here).undo(goes.account_id, NOW),
            there.ledger.commit(ending(held)),
            there.ledger.commit(ending(replace(given, principal_id=stays.person_id))),
        )
    assert "deadlock detected" not in postgres.log_text()


async def test_ends_of_mandates_and_closed_accounts_never_lock_each_other_out(
    postgres: PostgresServer, postgres_store: str, nodes: tuple[Database, Database]
) -> None:
    here, there = nodes
    rig = MandateRig(here)
    rig.clock.at = NOW
    for turn in range(ROUNDS):
        helper = await person(here, f"0018990{turn:02}000")
        mandate = await accepted(here, helping(PersonId(new_id()), helper.person_id), helper.person_id)
        await acting(here, helper, mandate.id, postgres_store)
        view = await here.sessions.live(helper.secret_hash, ClientId(""), NOW)
        assert view is not None
        await asyncio.gather(
            close(rig, replace(view, phone_sealed=None)),
            there.ledger.commit(ending(mandate)),
        )
    assert "deadlock detected" not in postgres.log_text()
