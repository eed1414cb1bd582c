"""Sessions: started, found by the cookie's hash, renewed, ended."""

from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.sessions.model import EndSession, RenewSession, Session, SessionView, StartSession
from records.structs import replace
from tests.contract.sql.direct import run
from tests.support.running.sql_stores import HOUR, NOW, digest, opening, session_of, signed_in

TICK = timedelta(microseconds=1)


def ending(session: Session) -> EndSession:
    return EndSession(session_id=session.id, person_id=session.person_id, at=NOW + HOUR, reason="logout")


def renewal(session: Session) -> RenewSession:
    renewed = replace(
        session,
        secret_hash=digest("renewed"),
        auth_time=NOW + HOUR,
        acr="urn:test:higher",
        amr=("pwd", "hwk"),
        expires_at=session.expires_at + HOUR,
    )
    return RenewSession(session=renewed, previous_secret_hash=session.secret_hash)


async def test_a_started_session_is_found_with_account_and_sealed_values(database: Database) -> None:
    effect = opening()
    session = session_of(effect.account)
    assert await database.ledger.commit(effect, StartSession(session=session))
    assert await database.sessions.live(session.secret_hash, ClientId("portal"), NOW) == SessionView(
        session=session,
        account=effect.account,
        profile_sealed=effect.profile_sealed,
        phone_sealed=effect.phone.sealed,
        email_sealed=None,
        consented_scope=None,
        enrolled=frozenset({"sms"}),
    )


async def test_an_unknown_cookie_is_none(database: Database) -> None:
    await signed_in(database)
    assert await database.sessions.live(digest("another"), ClientId("portal"), NOW) is None


async def test_i24_a_session_lives_until_its_last_microsecond_and_not_at_its_end(database: Database) -> None:
    session = await signed_in(database)
    assert await database.sessions.live(session.secret_hash, ClientId("portal"), session.expires_at - TICK) is not None
    assert await database.sessions.live(session.secret_hash, ClientId("portal"), session.expires_at) is None


async def test_an_ended_session_is_none_and_ends_only_once(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(ending(session))
    assert await database.sessions.live(session.secret_hash, ClientId("portal"), NOW) is None
    assert not await database.ledger.commit(ending(session))


@pytest.mark.parametrize("status", ["locked", "closed"])
async def test_a_session_of_an_account_that_may_not_sign_in_is_none(
    store: str, database: Database, status: str
) -> None:
    session = await signed_in(database)
    await run(store, f"UPDATE accounts SET status = '{status}'")
    assert await database.sessions.live(session.secret_hash, ClientId("portal"), NOW) is None


async def test_a_renewed_session_has_a_new_secret_and_level_and_the_old_secret_is_dead(database: Database) -> None:
    session = await signed_in(database)
    effect = renewal(session)
    assert await database.ledger.commit(effect)
    assert await database.sessions.live(session.secret_hash, ClientId("portal"), NOW) is None
    view = await database.sessions.live(effect.session.secret_hash, ClientId("portal"), NOW)
    assert view is not None
    assert view.session == effect.session


async def test_a_session_is_renewed_once_from_one_secret(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(renewal(session))
    assert not await database.ledger.commit(renewal(session))


async def test_an_ended_session_is_not_renewed(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(ending(session))
    assert not await database.ledger.commit(renewal(session))


async def test_i24_an_expired_session_is_not_renewed(database: Database) -> None:
    effect = opening()
    session = session_of(effect.account, expires_at=NOW + HOUR)
    assert await database.ledger.commit(effect, StartSession(session=session))
    assert not await database.ledger.commit(renewal(session))
