"""A mandate that ends while it is used: tokens, sessions and portals hear of it in the same commit."""

import asyncio
from collections.abc import Callable

import asyncpg
import msgspec
import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database, open_database
from idp.delegation.effects import LeaveMandates, OfferMandate, SuspendMandates
from idp.delegation.model import Mandate, Power
from idp.grants.model import Grant, StartFamily, StartGrant
from idp.kernel.effects import Effect
from idp.kernel.ids import PersonId, new_id
from idp.sessions.model import RenewSession, Session
from records.structs import replace
from tests.contract.sql.direct import rows, run, until_waited_for
from tests.contract.sql.sessions.test_logout_notices import client
from tests.support.builders.mandates import accepted, accepting, delegating, ending, helping, represented
from tests.support.running.sql_stores import HOUR, NOW, digest, event, family_of, grant_of, signed_in

MAY_PASS_ON = frozenset({Power.FILE, Power.DELEGATE})


def suspending(mandate: Mandate) -> SuspendMandates:
    return SuspendMandates(principal_id=mandate.principal_id, given_under=mandate.id, at=NOW, gives_up_at=NOW + HOUR)


async def in_use(database: Database, store: str) -> tuple[Mandate, Mandate, Session, Grant]:
    """A clerk who passed on to somebody, who acts: clerk's mandate, theirs, their session, their grant."""
    await database.clients.save(client(ClientId("portal")), expected_version=None)
    clerk_id, session = PersonId(new_id()), await signed_in(database)
    boss = await represented(database, PersonId(new_id()))
    clerk = await accepted(database, delegating(boss, clerk_id, MAY_PASS_ON), clerk_id)
    temp = await accepted(database, delegating(clerk, session.person_id), session.person_id)
    grant = replace(grant_of(session), mandate_id=temp.id)
    assert await database.ledger.commit(
        StartGrant(grant=grant, issued_at=NOW), StartFamily(family=family_of(grant)), event()
    )
    await run(store, f"UPDATE sessions SET mandate_id = '{temp.id}', acting_chosen_at = 1")
    return clerk, temp, session, grant


async def alive(database: Database, grant: Grant) -> bool:
    life = await database.grants.life(grant.id, "jti", NOW)
    return life is not None and life.alive


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("fall", [ending, suspending])
async def test_revoked_above_or_here_is_revoked_everywhere_at_once(
    store: str, database: Database, neighbour: Database, fall: Callable[[Mandate], Effect], which: int
) -> None:
    fallen = await in_use(database, store)
    session, grant = fallen[2], fallen[3]
    assert await database.ledger.commit(fall((fallen[0], fallen[1])[which]))
    assert not await alive(neighbour, grant)
    assert await rows(store, "SELECT mandate_id, acting_chosen_at, ended_at FROM sessions") == [(None, None, None)]
    (message,) = await neighbour.outbox.lease(NOW, NOW + HOUR, 10)
    reported = msgspec.json.decode(message.payload)
    assert reported == {
        "session_id": session.id,
        "client_id": "portal",
        "person_id": session.person_id,
        "subject_id": None,
    }
    assert not await neighbour.ledger.commit(
        StartGrant(grant=replace(grant_of(session), mandate_id=grant.mandate_id), issued_at=NOW)
    )


async def test_what_the_person_does_for_themself_goes_on(store: str, database: Database) -> None:
    clerk, _, session, _ = await in_use(database, store)
    own = grant_of(session)
    assert await database.ledger.commit(StartGrant(grant=own, issued_at=NOW), event())
    assert await database.ledger.commit(ending(clerk))
    assert await alive(database, own)


async def test_a_portal_without_a_grant_under_it_is_not_told(store: str, database: Database) -> None:
    clerk, _, session, _ = await in_use(database, store)
    await database.clients.save(client(ClientId("elsewhere")), expected_version=None)
    assert await database.ledger.commit(
        StartGrant(grant=grant_of(session, client_id=ClientId("elsewhere")), issued_at=NOW), event()
    )
    assert await database.ledger.commit(ending(clerk))
    assert len(await database.outbox.lease(NOW, NOW + HOUR, 10)) == 1


async def test_used_again_and_revoked_again_the_portal_is_told_again(store: str, database: Database) -> None:
    clerk, temp, session, _ = await in_use(database, store)
    assert await database.ledger.commit(ending(temp))
    again = await accepted(database, delegating(clerk, session.person_id), session.person_id)
    grant = replace(grant_of(session), mandate_id=again.id)
    assert await database.ledger.commit(StartGrant(grant=grant, issued_at=NOW), event())
    assert await database.ledger.commit(ending(again))
    assert len(await database.outbox.lease(NOW, NOW + HOUR, 10)) == 2


async def test_an_end_that_comes_too_late_tells_nobody(store: str, database: Database) -> None:
    _, temp, _, _ = await in_use(database, store)
    await run(store, f"UPDATE mandates SET ended_at = 1 WHERE mandate_id = '{temp.id}'")
    assert not await database.ledger.commit(ending(temp))
    assert await database.outbox.lease(NOW, NOW + HOUR, 10) == []


@pytest.mark.parametrize("followed", [True, False])
async def test_a_grant_is_only_given_to_the_actor_and_while_it_stands(database: Database, *, followed: bool) -> None:
    """In a batch of PostgreSQL, and alone."""
    session, other = await signed_in(database), await signed_in(database, "079999000002")
    boss = await represented(database, PersonId(new_id()))
    offer = delegating(boss, session.person_id)
    assert await database.ledger.commit(OfferMandate(mandate=offer))

    async def redeemed(session: Session) -> bool:
        redeeming = StartGrant(grant=replace(grant_of(session), mandate_id=offer.id), issued_at=NOW)
        return await database.ledger.commit(redeeming, *([event()] if followed else []))

    assert not await redeemed(session)
    assert await database.ledger.commit(accepting(offer, session.person_id))
    assert await redeemed(session)
    assert not await redeemed(other)
    assert await database.ledger.commit(ending(offer))
    assert not await redeemed(session)


async def test_of_redemptions_and_an_end_at_once_nothing_is_left_alive(
    store: str, database: Database, neighbour: Database
) -> None:
    clerk, temp, session, _ = await in_use(database, store)
    grants = [replace(grant_of(session), mandate_id=temp.id) for _ in range(20)]
    stores = (database, neighbour)
    redeeming = [
        stores[n % 2].ledger.commit(StartGrant(grant=grant, issued_at=NOW), event()) for n, grant in enumerate(grants)
    ]
    await asyncio.gather(*redeeming[:10], neighbour.ledger.commit(ending(clerk)), *redeeming[10:])
    assert await rows(store, "SELECT count(*) FROM grants WHERE revoked_at IS NULL") == [(0,)]


async def test_a_redemption_waits_for_an_end_and_then_finds_it(postgres_store: str) -> None:
    """The race held still at its worst moment: the redemption's statement began before the end's commit."""
    database = await open_database(postgres_store)
    _, temp, session, _ = await in_use(database, postgres_store)
    other = await asyncpg.connect(postgres_store.replace("+asyncpg", ""))
    end = other.transaction()
    await end.start()
    await other.execute("UPDATE mandates SET ended_at = 1 WHERE mandate_id = $1", temp.id)
    grant = replace(grant_of(session), mandate_id=temp.id)
    redemption = asyncio.ensure_future(database.ledger.commit(StartGrant(grant=grant, issued_at=NOW), event()))
    await until_waited_for(other)
    assert not redemption.done()
    await end.commit()
    assert await redemption is False
    await other.close()
    await database.close()


async def test_an_end_waits_for_a_redemption_and_then_revokes_it(postgres_store: str) -> None:
    database = await open_database(postgres_store)
    clerk, temp, _, grant = await in_use(database, postgres_store)
    other = await asyncpg.connect(postgres_store.replace("+asyncpg", ""))
    redemption = other.transaction()
    await redemption.start()
    # What the redemption's statement does, stopped before its end.
    await other.fetch("SELECT 1 FROM mandates WHERE mandate_id = $1 FOR SHARE", temp.id)
    end = asyncio.ensure_future(database.ledger.commit(ending(clerk)))
    await until_waited_for(other)
    assert not end.done()
    await other.execute(
        "INSERT INTO grants (person_id, grant_id, code_hash, client_id, session_id, account_id, scope, auth_time, acr,"
        " amr, offline, created_at, expires_at, mandate_id)"
        " SELECT person_id, 'g', 'c', 'elsewhere', session_id, account_id, '', 0, '', '', FALSE, 0, expires_at,"
        " mandate_id FROM grants WHERE grant_id = $1",
        grant.id,
    )
    await redemption.commit()
    assert await end is True
    assert await rows(postgres_store, "SELECT count(*) FROM grants WHERE revoked_at IS NULL") == [(0,)]
    await other.close()
    await database.close()


async def test_a_renewed_session_that_still_names_it_gets_no_grant(store: str, database: Database) -> None:
    """A step-up under way while the mandate ended writes what it had read: the grant's own condition holds."""
    clerk, temp, session, _ = await in_use(database, store)
    assert await database.ledger.commit(ending(clerk))
    renewed = replace(session, secret_hash=digest("renewed"), mandate_id=temp.id)
    assert await database.ledger.commit(RenewSession(session=renewed, previous_secret_hash=session.secret_hash))
    assert not await database.ledger.commit(
        StartGrant(grant=replace(grant_of(session), mandate_id=temp.id), issued_at=NOW), event()
    )


async def test_who_leaves_lets_go_of_all_they_held_and_all_that_was_for_them(store: str, database: Database) -> None:
    _, temp, session, grant = await in_use(database, store)
    other = await signed_in(database, "079999000002")
    mine = await accepted(database, helping(session.person_id, other.person_id), other.person_id)
    untouched = helping(other.person_id, "somebody".ljust(26))
    assert await database.ledger.commit(OfferMandate(mandate=untouched))
    assert await database.ledger.commit(
        LeaveMandates(person_id=session.person_id, at=NOW, reason="closed_by_owner", gives_up_at=NOW + HOUR)
    )
    for mandate in (temp, mine):
        found = await database.mandates.by_id(mandate.id)
        assert found is not None
        assert (found.mandate.ended_at, found.mandate.end_reason) == (NOW, "closed_by_owner")
    assert not await alive(database, grant)
    assert len(await database.outbox.lease(NOW, NOW + HOUR, 10)) == 1
    assert [one.mandate.id for one in await database.mandates.given_by(other.person_id, NOW)] == [untouched.id]


async def test_what_a_representative_gave_waits_when_they_leave(store: str, database: Database) -> None:
    session = await signed_in(database)
    boss_id, clerk_id = PersonId(new_id()), session.person_id
    boss = await represented(database, boss_id)
    clerk = await accepted(database, delegating(boss, clerk_id), clerk_id)
    assert await database.ledger.commit(LeaveMandates(person_id=boss_id, at=NOW, reason="died", gives_up_at=NOW + HOUR))
    for mandate in (boss, clerk):
        found = await database.mandates.by_id(mandate.id)
        assert found is not None
        assert (found.mandate.suspended_at, found.mandate.ended_at) == (NOW, None)
