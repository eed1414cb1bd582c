"""Officers in the store: issued once, set up once, used only while they stand, and what ends with them."""

from datetime import datetime, timedelta

import pytest

from clients.model import Client, ClientId
from idp.account.model import AccountKind, SealedValue
from idp.adapters.sql.database import Database
from idp.factors.model import SetTwoSteps
from idp.grants.model import Grant, StartGrant
from idp.kernel.ids import AccountId, PersonId, RecoveryId, new_id
from idp.officers.model import (
    TERM_OVER,
    WITHDRAWN,
    EndOfficerAccess,
    EnrolOfficer,
    ExtendOfficer,
    HoldOfficer,
    IssueOfficer,
    KeepAssistance,
    Officer,
    RenewEnrolment,
    WithdrawOfficer,
    account_of,
)
from idp.recovery.model import Recovery, RecoveryMethod, StartRecovery
from idp.sessions.model import EndSession, Session, StartSession
from records.structs import replace
from tests.contract.sql.engine.test_races import race
from tests.support.running.sql_stores import HOUR, NOW, digest, grant_of, sealed, session_of, signed_in

DAY = timedelta(days=1)
LAST = NOW + 30 * DAY


def officer_of(code: str = "H55-AAAAAA", *, starts_at: datetime = NOW - DAY, ends_at: datetime = LAST) -> Officer:
    return Officer(
        PersonId(new_id()), AccountId(new_id()), "H55", "Công chức một cửa", code, starts_at, ends_at, "operator", NOW
    )


def issuing(officer: Officer, name: str = "h55.nvbinh") -> IssueOfficer:
    named = SealedValue(digest(name), sealed(name))
    return IssueOfficer(
        account=account_of(officer, "vi"),
        officer=officer,
        name=named,
        profile_sealed=sealed("profile"),
        enrolment_hash=digest("code"),
        enrolment_ends_at=NOW + 7 * DAY,
    )


def enrolling(officer: Officer, code: str = "code", *, now: datetime = NOW) -> EnrolOfficer:
    return EnrolOfficer(
        person_id=officer.person_id,
        account_id=officer.account_id,
        enrolment_hash=digest(code),
        password_hash="$argon2id$of-an-officer",
        now=now,
    )


async def issued(database: Database, officer: Officer | None = None, name: str = "h55.nvbinh") -> Officer:
    made = officer or officer_of()
    assert await database.ledger.commit(issuing(made, name))
    return made


async def enrolled(database: Database, officer: Officer | None = None, name: str = "h55.nvbinh") -> Officer:
    made = await issued(database, officer, name)
    assert await database.ledger.commit(enrolling(made))
    return made


async def session_at(database: Database, officer: Officer) -> Session:
    session = session_of(account_of(officer, "vi"), expires_at=NOW + 60 * DAY)
    assert await database.ledger.commit(StartSession(session=session))
    return session


async def granted(database: Database, session: Session) -> Grant:
    grant = replace(grant_of(session), expires_at=NOW + 60 * DAY)
    assert await database.ledger.commit(StartGrant(grant=grant, issued_at=NOW))
    return grant


async def portal(database: Database) -> None:
    client = Client(
        client_id=ClientId("portal"),
        client_name={"": "portal"},
        backchannel_logout_uri="https://portal.example/logout",
        created_at=NOW,
        updated_at=NOW,
    )
    await database.clients.save(client, expected_version=None)


def withdrawing(officer: Officer, at: datetime = NOW) -> tuple[WithdrawOfficer, EndOfficerAccess]:
    return (
        WithdrawOfficer(person_id=officer.person_id, account_id=officer.account_id, at=at, reason="left"),
        EndOfficerAccess(
            person_id=officer.person_id, account_id=officer.account_id, at=at, reason=WITHDRAWN, gives_up_at=at + HOUR
        ),
    )


def assistance(officer: Officer, session: Session) -> KeepAssistance:
    return KeepAssistance(
        assistance_id=new_id(),
        person_id=session.person_id,
        account_id=session.account_id,
        session_id=session.id,
        officer_person_id=officer.person_id,
        officer_account_id=officer.account_id,
        client_id=ClientId("portal"),
        at=NOW,
        ends_at=session.expires_at,
    )


async def test_what_an_officer_assisted_says_where_and_how_it_stands_and_not_whose_it_is(database: Database) -> None:
    officer = await enrolled(database)
    sessions = [await signed_in(database, number) for number in ("one", "two")]
    for session in sessions:
        assert await database.ledger.commit(assistance(officer, session))
    stopped = EndSession(session_id=sessions[0].id, person_id=sessions[0].person_id, at=NOW + HOUR / 2, reason="person")
    assert await database.ledger.commit(stopped)
    found = await database.officers.assisted(officer.account_id, NOW, 5)
    assert {(one.client_id, one.at, one.ended_at) for one in found} == {
        ("portal", NOW, NOW + HOUR / 2),
        ("portal", NOW, None),
    }
    assert len(await database.officers.assisted(officer.account_id, NOW, 1)) == 1
    assert await database.officers.assisted(officer.account_id, max(one.ends_at for one in found), 5) == []
    assert await database.officers.assisted(AccountId("another"), NOW, 5) == []


async def reported(database: Database) -> set[str]:
    return {message.key for message in await database.outbox.lease(NOW + DAY, NOW + 2 * DAY, 10)}


async def test_an_issued_account_is_read_as_it_was_made_and_has_no_password(database: Database) -> None:
    officer = await issued(database)
    expected = replace(officer, enrolment_ends_at=NOW + 7 * DAY)
    assert await database.officers.of_account(officer.person_id, officer.account_id) == expected
    assert await database.officers.by_code(officer.code) == expected
    assert await database.officers.by_name(digest("h55.nvbinh")) == expected
    assert await database.officers.of_agency("H55", "", 5) == [expected]
    assert await database.officers.of_agency("H56", "", 5) == []
    assert await database.officers.of_agency("", officer.account_id, 5) == []
    assert await database.accounts.for_sign_in(digest("h55.nvbinh")) is None


async def test_a_name_or_a_code_is_given_once(database: Database) -> None:
    await issued(database)
    assert not await database.ledger.commit(issuing(officer_of("H55-BBBBBB"), "h55.nvbinh"))
    assert not await database.ledger.commit(issuing(officer_of("H55-AAAAAA"), "h55.other"))
    assert await database.ledger.commit(issuing(officer_of("H55-BBBBBB"), "h55.other"))


async def test_two_that_issue_one_name_at_once_make_one_account(database: Database) -> None:
    assert len(await race((database,), lambda n: (issuing(officer_of(f"H55-{n}")),), 8)) == 1


async def test_setting_up_uses_the_code_once_and_opens_sign_in(database: Database) -> None:
    officer = await issued(database)
    found = await database.officers.enrolling(digest("h55.nvbinh"), digest("code"), NOW)
    assert found is not None
    assert found.account_id == officer.account_id
    assert len(await race((database,), lambda _: (enrolling(officer),), 8)) == 1
    assert await database.officers.enrolling(digest("h55.nvbinh"), digest("code"), NOW) is None
    record = await database.accounts.for_sign_in(digest("h55.nvbinh"))
    assert record is not None
    assert (record.account.kind, record.account.two_steps) == (AccountKind.OFFICER, True)


@pytest.mark.parametrize(
    ("name", "code", "at"),
    [("h55.nvbinh", "another", NOW), ("h55.other", "code", NOW), ("h55.nvbinh", "code", NOW + 7 * DAY)],
)
async def test_a_wrong_name_a_wrong_code_and_a_late_one_find_nobody(
    database: Database, name: str, code: str, at: datetime
) -> None:
    officer = await issued(database)
    assert await database.officers.enrolling(digest(name), digest(code), at) is None
    if name == "h55.nvbinh":
        assert not await database.ledger.commit(enrolling(officer, code, now=at))


async def test_a_new_code_ends_the_one_before_and_comes_too_late_once_used(database: Database) -> None:
    officer = await issued(database)
    renewal = RenewEnrolment(
        person_id=officer.person_id,
        account_id=officer.account_id,
        enrolment_hash=digest("new"),
        enrolment_ends_at=NOW + 8 * DAY,
        now=NOW,
        by="operator",
    )
    assert await database.ledger.commit(renewal)
    assert not await database.ledger.commit(enrolling(officer, "code"))
    assert await database.ledger.commit(enrolling(officer, "new"))
    assert not await database.ledger.commit(renewal)


@pytest.mark.parametrize(
    ("at", "stands"), [(NOW - 2 * DAY, False), (NOW - DAY, True), (LAST - HOUR, True), (LAST, False)]
)
async def test_an_account_is_held_between_its_dates_only(database: Database, at: datetime, *, stands: bool) -> None:
    officer = await enrolled(database)
    assert (
        await database.ledger.commit(HoldOfficer(person_id=officer.person_id, account_id=officer.account_id, now=at))
        is stands
    )
    assert officer.stands(at) is stands


async def test_sessions_and_tokens_die_at_the_end_without_anybody_sweeping(database: Database) -> None:
    officer = await enrolled(database)
    session = await session_at(database, officer)
    grant = await granted(database, session)
    assert await database.sessions.live(session.secret_hash, ClientId(""), LAST - HOUR) is not None
    assert await database.sessions.live(session.secret_hash, ClientId(""), LAST) is None
    for at, alive in ((LAST - HOUR, True), (LAST, False)):
        life = await database.grants.life(grant.id, "", at)
        state = await database.grants.state(grant.id, "", at)
        assert life is not None
        assert state is not None
        assert (life.alive, state.alive) == (alive, alive)
    late = replace(grant_of(session), created_at=LAST, expires_at=LAST + DAY)
    assert not await database.ledger.commit(StartGrant(grant=late, issued_at=NOW))


async def test_an_extended_account_goes_on(database: Database) -> None:
    officer = await enrolled(database)
    session = await session_at(database, officer)
    assert await database.ledger.commit(
        ExtendOfficer(person_id=officer.person_id, account_id=officer.account_id, ends_at=LAST + DAY)
    )
    assert await database.sessions.live(session.secret_hash, ClientId(""), LAST) is not None


async def test_withdrawing_ends_sessions_and_grants_and_tells_the_portals(database: Database) -> None:
    await portal(database)
    officer = await enrolled(database)
    session = await session_at(database, officer)
    grant = await granted(database, session)
    assert await database.ledger.commit(*withdrawing(officer))
    assert await database.sessions.live(session.secret_hash, ClientId(""), NOW) is None
    life = await database.grants.life(grant.id, "", NOW)
    assert life is not None
    assert not life.alive
    assert await reported(database) == {f"{session.id}:portal"}
    assert not await database.ledger.commit(
        HoldOfficer(person_id=officer.person_id, account_id=officer.account_id, now=NOW)
    )
    assert not await database.ledger.commit(*withdrawing(officer))
    assert not await database.ledger.commit(
        ExtendOfficer(person_id=officer.person_id, account_id=officer.account_id, ends_at=LAST + DAY)
    )


async def test_with_the_officer_end_the_filings_that_were_assisted_and_nobody_elses(database: Database) -> None:
    await portal(database)
    officer = await enrolled(database)
    assisted, own = await signed_in(database), await signed_in(database, "001899000002")
    assert await database.ledger.commit(assistance(officer, assisted))
    grant, other = await granted(database, assisted), await granted(database, own)
    assert await database.ledger.commit(*withdrawing(officer))
    assert await database.sessions.live(assisted.secret_hash, ClientId(""), NOW) is None
    assert await database.sessions.live(own.secret_hash, ClientId(""), NOW) is not None
    lives = [await database.grants.life(one.id, "", NOW) for one in (grant, other)]
    assert [life.alive for life in lives if life] == [False, True]
    assert await reported(database) == {f"{assisted.id}:portal"}


async def test_a_recovery_that_a_withdrawn_officer_began_is_cancelled(database: Database) -> None:
    officer, owner = await enrolled(database), await signed_in(database)
    phone = SealedValue(digest("phone"), sealed("phone"))
    recovery = Recovery(
        RecoveryId(new_id()),
        owner.person_id,
        owner.account_id,
        RecoveryMethod.ASSISTED,
        digest("reference"),
        phone,
        NOW,
        NOW + DAY,
        LAST,
        assisted_by=officer.account_id,
    )
    assert await database.ledger.commit(StartRecovery(recovery=recovery))
    assert await database.recoveries.by_id(owner.person_id, recovery.id) == recovery
    assert await database.ledger.commit(*withdrawing(officer))
    assert await database.recoveries.open_of(owner.person_id, owner.account_id, NOW) is None


async def test_the_sweep_finds_those_whose_end_has_come_while_something_lives(database: Database) -> None:
    await portal(database)
    officer = await enrolled(database)
    session = await session_at(database, officer)
    await granted(database, session)
    assert await database.officers.over(LAST - HOUR, 10) == []
    found = await database.officers.over(LAST, 10)
    assert [one.account_id for one in found] == [officer.account_id]
    ending = EndOfficerAccess(
        person_id=officer.person_id, account_id=officer.account_id, at=LAST, reason=TERM_OVER, gives_up_at=LAST + HOUR
    )
    assert await database.ledger.commit(ending)
    assert await database.officers.over(LAST, 10) == []
    assert {message.key for message in await database.outbox.lease(LAST, LAST + HOUR, 10)} == {f"{session.id}:portal"}


async def test_two_steps_of_an_officer_cannot_be_switched_off(database: Database) -> None:
    officer = await enrolled(database)
    assert not await database.ledger.commit(
        SetTwoSteps(person_id=officer.person_id, account_id=officer.account_id, two_steps=False)
    )


async def test_a_session_that_begins_while_the_account_is_withdrawn_lives_never(database: Database) -> None:
    officer = await enrolled(database)
    session = session_of(account_of(officer, "vi"))
    starting = (
        HoldOfficer(person_id=officer.person_id, account_id=officer.account_id, now=NOW),
        StartSession(session=session),
    )
    await race((database,), lambda n: starting if n else withdrawing(officer), 2)
    assert await database.sessions.live(session.secret_hash, ClientId(""), NOW) is None
