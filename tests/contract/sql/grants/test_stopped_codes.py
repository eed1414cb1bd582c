"""Codes under way when a consent is taken back: none of them brings a token any more."""

import asyncio
from datetime import timedelta

import asyncpg

from clients.model import ClientId
from idp.adapters.sql.database import Database, open_database
from idp.grants.model import StartGrant
from idp.grants.revocation import RevokeClientGrants, StopCodes
from idp.sessions.model import Session
from tests.contract.sql.direct import until_waited_for
from tests.support.running.sql_stores import HOUR, NOW, event, grant_of, granted, signed_in

MOMENT = timedelta(microseconds=1)


def stopping(session: Session) -> StopCodes:
    return StopCodes(account_id=session.account_id, person_id=session.person_id, at=NOW)


async def test_luat_91_2025_d10_a_code_issued_before_the_consent_was_withdrawn_is_redeemed_no_more(
    database: Database,
) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(stopping(session))
    for issued_at in (NOW - timedelta(seconds=59), NOW):
        assert not await database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=issued_at), event())
        # Written by itself, outside the batches of PostgreSQL, it meets the same condition.
        assert not await database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=issued_at))


async def test_a_code_issued_after_it_is_redeemed(database: Database) -> None:
    """The person was asked again and agreed."""
    session = await signed_in(database)
    assert await database.ledger.commit(stopping(session))
    assert await database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=NOW + MOMENT), event())


async def test_what_was_redeemed_before_goes_on_elsewhere(database: Database) -> None:
    session = await signed_in(database)
    grant, _ = await granted(database, session, client_id="elsewhere")
    assert await database.ledger.commit(stopping(session))
    life = await database.grants.life(grant.id, "jti", NOW)
    assert life is not None
    assert life.alive


async def test_the_codes_of_other_people_are_redeemed(database: Database) -> None:
    session, other = await signed_in(database), await signed_in(database, "079999000002")
    assert await database.ledger.commit(stopping(session))
    assert await database.ledger.commit(StartGrant(grant=grant_of(other), issued_at=NOW), event())


async def test_stopping_earlier_does_not_let_later_codes_live_again(database: Database) -> None:
    session = await signed_in(database)
    early = StopCodes(account_id=session.account_id, person_id=session.person_id, at=NOW - HOUR)
    assert await database.ledger.commit(stopping(session), early)
    assert not await database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=NOW), event())


async def test_a_redemption_waits_for_a_withdrawal_and_then_finds_its_code_stopped(postgres_store: str) -> None:
    """The race held still at its worst moment: the redemption's statement began before the withdrawal's commit."""
    database = await open_database(postgres_store)
    session = await signed_in(database)
    other = await asyncpg.connect(postgres_store.replace("+asyncpg", ""))
    withdrawal = other.transaction()
    await withdrawal.start()
    await other.execute(f"UPDATE sessions SET codes_since = {int(NOW.timestamp() * 1_000_000)}")
    redemption = asyncio.ensure_future(
        database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=NOW - timedelta(seconds=1)), event())
    )
    await until_waited_for(other)
    assert not redemption.done()
    await withdrawal.commit()
    assert await redemption is False
    await other.close()
    await database.close()


async def test_of_redemptions_and_a_withdrawal_at_once_nothing_is_left_alive(
    database: Database, neighbour: Database
) -> None:
    session = await signed_in(database)
    grants = [grant_of(session) for _ in range(20)]
    redeeming = [
        (database, neighbour)[n % 2].ledger.commit(StartGrant(grant=grant, issued_at=NOW - MOMENT), event())
        for n, grant in enumerate(grants)
    ]
    ending = RevokeClientGrants(
        account_id=session.account_id,
        person_id=session.person_id,
        client_id=ClientId("portal"),
        at=NOW,
        reason="consent_withdrawn",
    )
    await asyncio.gather(*redeeming[:10], neighbour.ledger.commit(stopping(session), ending), *redeeming[10:])
    for grant in grants:
        life = await database.grants.life(grant.id, "jti", NOW)
        assert life is None or not life.alive
