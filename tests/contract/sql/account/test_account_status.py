"""Locking and reopening an account: who may sign in, which sessions end, which portals hear of it."""

import orjson
import pytest

from clients.model import Client, ClientId
from idp.account.model import AccountStatus, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.grants.model import StartGrant
from idp.kernel.ids import AccountId, SessionId
from idp.sessions.model import Session, StartSession
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.support.running.sql_stores import HOUR, NOW, event, grant_of, granted, session_of, signed_in

OPEN, LOCKED = AccountStatus.OPEN, AccountStatus.LOCKED


def setting(session: Session, before: AccountStatus, status: AccountStatus) -> SetAccountStatus:
    return SetAccountStatus(
        account_id=session.account_id,
        person_id=session.person_id,
        before=before,
        status=status,
        at=NOW,
        reason=f"account_{status}",
        gives_up_at=NOW + HOUR,
    )


async def register(database: Database, client_id: ClientId, *, reported: bool = True, disabled: bool = False) -> None:
    client = Client(
        client_id=client_id,
        client_name={"": client_id},
        backchannel_logout_uri="https://portal.example/logout" if reported else None,
        disabled_at=NOW if disabled else None,
        created_at=NOW,
        updated_at=NOW,
    )
    await database.clients.save(client, expected_version=None)


async def second_session(database: Database, session: Session) -> Session:
    view = await database.sessions.live(session.secret_hash, ClientId("portal"), NOW)
    assert view is not None
    second = session_of(view.account)
    assert await database.ledger.commit(StartSession(session=second))
    return second


async def status_of(database: Database, session: Session) -> AccountStatus:
    record = await database.accounts.by_id(session.person_id, session.account_id)
    assert record is not None
    return record.account.status


async def reported(database: Database) -> list[str]:
    return sorted(message.key for message in await database.outbox.lease(NOW, NOW + HOUR, 100))


async def test_a_locked_account_has_no_live_session_left(database: Database) -> None:
    first = await signed_in(database)
    second = await second_session(database, first)
    assert await database.operations.live_sessions(first.person_id, first.account_id, NOW) == 2
    assert await database.ledger.commit(setting(first, OPEN, LOCKED), event())
    assert await status_of(database, first) is LOCKED
    assert await database.operations.live_sessions(first.person_id, first.account_id, NOW) == 0
    assert [await database.sessions.live(one.secret_hash, ClientId("portal"), NOW) for one in (first, second)] == [
        None,
        None,
    ]


async def test_the_sessions_of_a_locked_account_end_at_its_time_for_its_reason(database: Database, store: str) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(setting(session, OPEN, LOCKED))
    assert await rows(store, "SELECT end_reason, ended_at IS NULL FROM sessions") in (
        [("account_locked", False)],
        [("account_locked", 0)],
    )


async def test_each_portal_of_each_session_is_told_once(database: Database) -> None:
    """OIDC Back-Channel Logout 2.4: a notice names the session and the client it is for."""
    first = await signed_in(database)
    second = await second_session(database, first)
    for client_id in ("bank", "portal"):
        await register(database, ClientId(client_id))
    for session, client_id in ((first, "portal"), (first, "portal"), (first, "bank"), (second, "portal")):
        await granted(database, session, client_id=client_id)
    assert await database.ledger.commit(setting(first, OPEN, LOCKED))
    messages = sorted(await database.outbox.lease(NOW, NOW + HOUR, 100), key=lambda message: message.key)
    expected = sorted([f"{first.id}:bank", f"{first.id}:portal", f"{second.id}:portal"])
    assert [message.key for message in messages] == expected
    assert {message.gives_up_at for message in messages} == {NOW + HOUR}
    session_id, _, client_id = expected[0].partition(":")
    assert orjson.loads(messages[0].payload) == {
        "session_id": session_id,
        "client_id": client_id,
        "person_id": first.person_id,
        "subject_id": None,
    }


@pytest.mark.parametrize(("reached", "disabled"), [(False, False), (True, True)])
async def test_a_portal_without_an_address_and_a_disabled_one_are_not_told(
    database: Database, reached: bool, disabled: bool
) -> None:
    session = await signed_in(database)
    await register(database, ClientId("portal"), reported=reached, disabled=disabled)
    await granted(database, session, client_id="portal")
    assert await database.ledger.commit(setting(session, OPEN, LOCKED))
    assert await reported(database) == []


async def test_another_persons_session_goes_on_and_their_portal_hears_nothing(database: Database) -> None:
    locked = await signed_in(database)
    other = await signed_in(database, "079999000002")
    await register(database, ClientId("portal"))
    await granted(database, other, client_id="portal")
    assert await database.ledger.commit(setting(locked, OPEN, LOCKED))
    assert await database.sessions.live(other.secret_hash, ClientId("portal"), NOW) is not None
    assert await reported(database) == []


async def test_a_portal_that_heard_of_an_earlier_logout_is_not_told_again(database: Database) -> None:
    session = await signed_in(database)
    await register(database, ClientId("portal"))
    await granted(database, session, client_id="portal")
    assert await database.ledger.commit(setting(session, OPEN, LOCKED))
    assert await reported(database) == [f"{session.id}:portal"]
    assert await database.ledger.commit(setting(session, LOCKED, OPEN))
    assert await reported(database) == []


async def test_no_code_is_redeemed_in_a_session_of_a_locked_account(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(setting(session, OPEN, LOCKED))
    assert not await database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=NOW))


async def test_an_account_that_is_not_as_expected_stays_and_nothing_else_of_the_commit_is_written(
    database: Database,
) -> None:
    session = await signed_in(database)
    await database.ledger.flush()
    assert not await database.ledger.commit(setting(session, LOCKED, OPEN), event())
    assert await status_of(database, session) is OPEN
    assert await database.sessions.live(session.secret_hash, ClientId("portal"), NOW) is not None
    assert list(await database.audit_export("", 10)) == []


async def test_reopening_lets_the_person_sign_in_again_but_revives_no_session(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(setting(session, OPEN, LOCKED))
    # A sign-in that was under way leaves its session behind after the lock.
    late = replace(session, id=SessionId(session.id[::-1]), secret_hash=b"l" * 32)
    assert await database.ledger.commit(StartSession(session=late))
    assert await database.ledger.commit(setting(session, LOCKED, OPEN))
    assert await status_of(database, session) is OPEN
    assert [await database.sessions.live(one.secret_hash, ClientId("portal"), NOW) for one in (session, late)] == [
        None,
        None,
    ]


async def test_a_session_that_has_expired_is_not_counted_as_live(database: Database) -> None:
    session = await signed_in(database)
    count = database.operations.live_sessions
    assert await count(session.person_id, session.account_id, session.expires_at) == 0
    assert await count(session.person_id, AccountId("0" * 26), NOW) == 0
