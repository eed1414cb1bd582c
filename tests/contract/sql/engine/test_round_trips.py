"""The budgets of docs/architecture.md, counted: a statement is a round trip."""

import asyncio

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.grants.model import ClaimOnce, StartFamily, StartGrant
from tests.support.running.sql_stores import (
    HOUR,
    NOW,
    StatementCounter,
    digest,
    event,
    family_of,
    grant_of,
    granted,
    rotation,
    signed_in,
)


@pytest.fixture
def store(postgres_store: str) -> str:
    """Only PostgreSQL is a trip away."""
    return postgres_store


async def test_a_live_session_is_one_read(database: Database, counter: StatementCounter) -> None:
    session = await signed_in(database)
    counter.take()
    assert await database.sessions.live(session.secret_hash, ClientId("portal"), NOW)
    assert counter.take() == 1


async def test_a_redemption_is_one_statement(database: Database, counter: StatementCounter) -> None:
    grant = grant_of(await signed_in(database))
    counter.take()
    assert await database.ledger.commit(
        StartGrant(grant=grant, issued_at=NOW), StartFamily(family=family_of(grant)), event(), event()
    )
    assert counter.take() == 1


async def test_a_refresh_is_one_read_and_one_statement(database: Database, counter: StatementCounter) -> None:
    _, family = await granted(database, await signed_in(database))
    counter.take()
    assert await database.grants.state(family.grant_id, "jti", NOW)
    assert await database.ledger.commit(rotation(family, "head 1"), event())
    assert counter.take() == 2


async def test_userinfo_and_introspection_are_one_read(database: Database, counter: StatementCounter) -> None:
    grant, _ = await granted(database, await signed_in(database))
    counter.take()
    assert await database.grants.state(grant.id, "jti", NOW)
    assert counter.take() == 1
    assert await database.grants.life(grant.id, "jti", NOW)
    assert counter.take() == 1
    assert not await database.grants.token_revoked("jti")
    assert counter.take() == 1


async def test_password_sign_in_reads_once(database: Database, counter: StatementCounter) -> None:
    await signed_in(database)
    counter.take()
    assert await database.accounts.for_sign_in(digest("001899000001"))
    assert counter.take() == 1


async def test_client_authentication_by_assertion_is_one_statement(
    database: Database, counter: StatementCounter
) -> None:
    assert await database.ledger.commit(
        ClaimOnce(purpose="assertion portal", value_hash=digest("jti"), expires_at=NOW + HOUR), event()
    )
    assert counter.take() == 1


async def test_what_is_asked_in_one_tick_shares_one_statement(database: Database, counter: StatementCounter) -> None:
    session = await signed_in(database)
    families = [(await granted(database, session))[1] for _ in range(30)]
    counter.take()
    states = await asyncio.gather(*(database.grants.state(family.grant_id, "jti", NOW) for family in families))
    assert [state and state.grant.id for state in states] == [family.grant_id for family in families]
    assert counter.take() == 1
    rotations = [rotation(family, f"head {n}") for n, family in enumerate(families)]
    assert all(await asyncio.gather(*(database.ledger.commit(effect, event()) for effect in rotations)))
    assert counter.take() == 1


async def test_a_change_of_anything_cached_is_noticed_by_one_read(
    database: Database, counter: StatementCounter
) -> None:
    assert await database.versions() == {"agencies": 0, "clients": 0, "keys": 0, "settings": 0}
    assert counter.take() == 1
