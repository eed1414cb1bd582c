"""Support at work on the store: found by one exact value, recorded before seen; what an act ends and tells."""

import asyncio
from datetime import timedelta

import pytest

from clients.model import Client, ClientId
from idp.account.model import AccountStatus, CountPasswordTry, SetAccountStatus
from idp.account.people import AccountKey
from idp.adapters.sql.account import people as sql_people
from idp.adapters.sql.database import Database
from idp.adapters.sql.engine.statements import Statement
from idp.admin.errors import (
    ConflictError,
    FreshFactorNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    TooManyError,
)
from idp.admin.people.commands import Act
from idp.admin.people.service import LOOKUP_LIFE, MOST_LOOKUPS
from idp.audit.model import EventName
from idp.grants.model import StartGrant
from idp.kernel.ids import RecoveryId, SessionId, new_id
from idp.officers.roles import RevokeRole, Role
from idp.recovery.model import NOT_ME, Recovery, RecoveryMethod, StartRecovery
from idp.sessions.model import Session, StartSession
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.contract.sql.engine.test_postgres_plans import plan_of
from tests.support.rigs.people import CASE, EMAIL, NUMBER, PHONE, PeopleRig, PlainDesk, command
from tests.support.running.sql_stores import HOUR, NOW, digest, grant_of, session_of

SECOND, THIRD, FOURTH = "099187000001", "079999000002", "001899000002"


@pytest.fixture
def rig(database: Database) -> PeopleRig:
    """The use cases over the store."""
    return PeopleRig.over(database)


async def signed_in(rig: PeopleRig, account_session: Session) -> None:
    client = Client(
        client_id=ClientId("portal"),
        client_name={"": "portal"},
        backchannel_logout_uri="https://portal.example/logout",
        created_at=NOW,
        updated_at=NOW,
    )
    await rig.database.clients.save(client, expected_version=None)
    assert await rig.database.ledger.commit(StartSession(session=account_session))
    assert await rig.database.ledger.commit(StartGrant(grant=grant_of(account_session), issued_at=NOW))


@pytest.mark.parametrize(
    ("by", "typed"),
    [("number", "001 899 000 001"), ("phone", "0912345678"), ("email", "HOA@people.example"), ("account", "")],
)
async def test_each_exact_value_finds_the_person_and_the_person_can_read_it(
    rig: PeopleRig, by: str, typed: str
) -> None:
    account, actor = await rig.citizen(email=EMAIL), await rig.officer()
    await rig.citizen(SECOND, "+84987654321")
    seen = await rig.people.find(actor, command(by, typed or account.id))
    assert [one.account_id for one in seen.people] == [account.id]
    (event,) = await rig.events()
    assert (event.name, event.person_id, event.reason) == (EventName.PERSON_FOUND, account.person_id, "sign_in_help")
    assert (event.details["by"], event.details["case"], event.details["actor_agency"]) == (by, CASE, "G22")
    (reported,) = await rig.database.activity.activity_of(account.person_id, "", 10)
    assert reported.id == event.id


async def test_the_log_holds_nothing_that_leads_to_whom_was_looked_for(rig: PeopleRig) -> None:
    await rig.citizen(email=EMAIL)
    actor = await rig.officer()
    for by, value in (("number", NUMBER), ("phone", PHONE), ("email", EMAIL), ("number", SECOND), ("number", NUMBER)):
        await rig.people.find(actor, command(by, value))
    events = await rig.events()
    assert not any(value in repr(events) for value in (NUMBER, SECOND, PHONE.removeprefix("+84"), EMAIL))
    sought = [event.details["sought"] for event in events]
    assert sought[0] == sought[4]
    assert len(set(sought)) == 4


async def test_nobody_and_nobody_to_be_shown_are_answered_alike(rig: PeopleRig) -> None:
    """Nobody, a closed account, an officer's: each the same look, without anybody in it, and an event of nobody."""
    closed, actor = await rig.citizen(), await rig.officer()
    closing = SetAccountStatus(
        account_id=closed.id,
        person_id=closed.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.CLOSED,
        at=NOW,
        reason="closed",
        gives_up_at=NOW + HOUR,
    )
    assert await rig.database.ledger.commit(closing)
    for account_id in (new_id(), closed.id, actor.account_id):
        seen = await rig.people.find(actor, command("account", account_id))
        assert (list(seen.people), seen.lookup.keys) == ([], ())
        assert list((await rig.people.see(actor, seen.name)).people) == []
    events = await rig.events()
    assert {(event.name, event.person_id) for event in events} == {(EventName.PERSON_NOT_FOUND, None)}


async def test_a_shared_phone_shows_a_family_and_no_more(rig: PeopleRig) -> None:
    family, actor = [await rig.citizen(number) for number in (NUMBER, SECOND, THIRD)], await rig.officer()
    seen = await rig.people.find(actor, command("phone", "0912345678"))
    assert {one.account_id for one in seen.people} == {one.id for one in family}
    assert {event.person_id for event in await rig.events()} == {one.person_id for one in family}
    with pytest.raises(NotFoundError):
        await rig.acts.act(actor, seen.name, Act.LOCK, "asked")
    chosen = await rig.people.choose(actor, seen.name, family[1].id)
    assert [one.account_id for one in (await rig.people.see(actor, chosen)).people] == [family[1].id]
    with pytest.raises(NotFoundError):
        await rig.people.choose(actor, chosen, family[0].id)
    await rig.citizen(FOURTH)
    assert list((await rig.people.find(actor, command("phone", "0912345678"))).people) == []


async def test_a_look_is_one_sessions_and_short(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    seen = await rig.lookup(actor, account)
    assert seen.lookup.ends_at == NOW + LOOKUP_LIFE
    colleague = await rig.officer(name="g22.other")
    for other in (colleague, replace(actor, session_id=SessionId(new_id()))):
        with pytest.raises(NotFoundError):
            await rig.people.see(other, seen.name)
    for name in (account.id, account.person_id, "", "x" * 26):
        with pytest.raises(NotFoundError):
            await rig.people.see(actor, name)
    chosen = await rig.people.choose(actor, seen.name, account.id)
    rig.clock.later(LOOKUP_LIFE)
    for name in (seen.name, chosen):
        with pytest.raises(NotFoundError):
            await rig.people.see(actor, name)
        with pytest.raises(NotFoundError):
            await rig.acts.act(actor, name, Act.LOCK, "asked")


async def test_nobody_can_go_on_looking(rig: PeopleRig) -> None:
    """Hits and misses count alike, for each administrator; what cannot be read does not."""
    account, actor = await rig.citizen(), await rig.officer()
    with pytest.raises(InvalidInputError):
        await rig.people.find(actor, command(value="1"))
    for turn in range(MOST_LOOKUPS):
        await rig.people.find(actor, command(value=NUMBER if turn % 2 else SECOND))
    with pytest.raises(TooManyError):
        await rig.people.find(actor, command())
    assert len(await rig.events()) == MOST_LOOKUPS
    colleague = await rig.officer(name="g22.other")
    assert [one.account_id for one in (await rig.people.find(colleague, command())).people] == [account.id]
    rig.clock.later(timedelta(hours=1, seconds=1))
    assert len((await rig.people.find(actor, command())).people) == 1


async def test_only_the_country_looks_for_people(rig: PeopleRig, counter: object) -> None:
    account = await rig.citizen()
    for role, agency in ((Role.SUPPORT, "H37"), (Role.AUDITOR, ""), (Role.AGENCY_ADMINISTRATOR, "H37")):
        actor = await rig.officer(role, agency, name=f"g22.{role}")
        with pytest.raises(NotPermittedError):
            await rig.lookup(actor, account)
    operator = await rig.officer(Role.NATIONAL_OPERATOR, name="g22.operator")
    with pytest.raises(FreshFactorNeededError):
        await rig.lookup(replace(operator, fresh=False), account)
    assert await rig.events() == []
    assert len((await rig.lookup(operator, account)).people) == 1


async def test_what_is_read_of_an_account(rig: PeopleRig) -> None:
    account = await rig.citizen(email=EMAIL)
    session = session_of(account)
    await signed_in(rig, session)
    assert await rig.database.ledger.commit(
        CountPasswordTry(account_id=account.id, person_id=account.person_id, now=NOW, limit=10)
    )
    recovery = Recovery(
        RecoveryId(new_id()),
        account.person_id,
        account.id,
        RecoveryMethod.WAITING,
        digest("r"),
        None,
        NOW,
        NOW + HOUR,
        NOW + 2 * HOUR,
    )
    assert await rig.database.ledger.commit(StartRecovery(recovery=recovery))
    record = await rig.record(account)
    assert (record.account, record.sessions, record.grants, record.last_sign_in_at) == (account, 1, 1, NOW)
    assert (record.wrong_passwords, record.passkeys, record.recovery_codes, record.has_authenticator_app) == (
        1, 0, 0, False
    )  # fmt: skip
    assert record.recovery is not None
    assert (record.recovery.way, record.recovery.ready_at) == (RecoveryMethod.WAITING, NOW + HOUR)
    later = AccountKey(account.person_id, account.id), NOW + 48 * HOUR
    old = await rig.database.people.record(*later)
    assert old is not None
    assert (old.sessions, old.grants, old.recovery) == (0, 0, None)


async def test_a_lock_ends_everything_and_tells_everybody(rig: PeopleRig, store: str) -> None:
    account, actor = await rig.citizen(email=EMAIL), await rig.officer()
    session = session_of(account)
    await signed_in(rig, session)
    seen = await rig.lookup(actor, account)
    assert await rig.acts.act(actor, seen.name, Act.LOCK, "taken_over")
    record = await rig.record(account)
    assert (record.account.status, record.sessions, record.grants) == (AccountStatus.LOCKED, 0, 0)
    assert await rig.database.sessions.live(session.secret_hash, ClientId("portal"), NOW) is None
    assert sorted({message.kind for message in await rig.database.outbox.lease(NOW, NOW + HOUR, 100)}) == [
        "email", "logout_notice", "sms"
    ]  # fmt: skip
    assert [row[0] for row in await rows(store, "SELECT kind FROM notices")] == ["locked_by_support"]
    event = (await rig.events())[-1]
    assert (event.name, event.person_id, event.reason) == (EventName.PERSON_LOCKED, account.person_id, "taken_over")
    assert (event.details["case"], event.details["account_id"]) == (CASE, account.id)


async def test_each_act_counts_once_however_often_it_is_pressed(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    await signed_in(rig, session_of(account))
    seen = await rig.lookup(actor, account)
    for act, reason in ((Act.SIGN_OUT, "asked"), (Act.LOCK, "asked"), (Act.UNLOCK, "checked")):
        assert [await rig.acts.act(actor, seen.name, act, reason) for _ in range(2)] == [True, False]
    assert [event.name for event in await rig.events()] == [
        EventName.PERSON_FOUND, EventName.PERSON_SIGNED_OUT, EventName.PERSON_LOCKED, EventName.PERSON_UNLOCKED
    ]  # fmt: skip
    assert (await rig.record(account)).account.status is AccountStatus.OPEN


async def test_of_two_who_lock_at_once_one_does_and_both_are_told_that_it_is_locked(
    rig: PeopleRig, neighbour: Database
) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    seen = await rig.lookup(actor, account)
    other = replace(rig.acts, ledger=neighbour.ledger)
    done = await asyncio.gather(
        *(acts.act(actor, seen.name, Act.LOCK, "asked") for acts in (rig.acts, other, rig.acts, other))
    )
    assert sorted(done) == [False, False, False, True]
    assert len(await rig.events(EventName.PERSON_LOCKED)) == 1


async def test_a_lock_and_an_unlock_at_once_leave_one_state_and_no_error(rig: PeopleRig, neighbour: Database) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    seen = await rig.lookup(actor, account)
    assert await rig.acts.act(actor, seen.name, Act.LOCK, "asked")
    other = replace(rig.acts, ledger=neighbour.ledger)
    await asyncio.gather(
        rig.acts.act(actor, seen.name, Act.UNLOCK, "mistake"), other.act(actor, seen.name, Act.LOCK, "asked")
    )
    record = await rig.record(account)
    assert record.account.status in {AccountStatus.OPEN, AccountStatus.LOCKED}
    assert record.locked_for == (None if record.account.status is AccountStatus.OPEN else EventName.PERSON_LOCKED)


async def test_a_role_that_was_taken_back_changes_nobody(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    seen = await rig.lookup(actor, account)
    (grant,) = actor.grants
    assert await rig.database.ledger.commit(
        RevokeRole(person_id=actor.person_id, account_id=actor.account_id, grant_id=grant.id, at=NOW, by="operator")
    )
    with pytest.raises(ConflictError):
        await rig.acts.act(actor, seen.name, Act.LOCK, "asked")
    with pytest.raises(ConflictError):
        await rig.acts.begin_recovery(actor, seen.name, "asked", "0912345678", PlainDesk())
    assert (await rig.record(account)).account.status is AccountStatus.OPEN


async def test_support_locks_over_the_owners_lock_and_does_not_lift_it(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    owners = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.LOCKED,
        at=NOW,
        reason=NOT_ME,
        gives_up_at=NOW + HOUR,
    )
    assert await rig.database.ledger.commit(owners)
    seen = await rig.lookup(actor, account)
    with pytest.raises(ConflictError):
        await rig.acts.act(actor, seen.name, Act.UNLOCK, "checked")
    assert await rig.acts.act(actor, seen.name, Act.LOCK, "authority")
    assert (await rig.record(account)).locked_for == EventName.PERSON_LOCKED
    with pytest.raises(ConflictError):
        await rig.acts.begin_recovery(actor, seen.name, "asked", "0912345678", PlainDesk())


async def test_a_lock_over_the_owners_is_lifted_and_the_owners_stays(rig: PeopleRig) -> None:
    """Seen: support locked over the owner's "not me", then unlocked, and the thief was in again."""
    account, actor = await rig.citizen(), await rig.officer()
    owners = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.LOCKED,
        at=NOW,
        reason=NOT_ME,
        gives_up_at=NOW + HOUR,
    )
    assert await rig.database.ledger.commit(owners)
    seen = await rig.lookup(actor, account)
    assert await rig.acts.act(actor, seen.name, Act.LOCK, "authority")
    assert await rig.acts.act(actor, seen.name, Act.UNLOCK, "checked")
    record = await rig.record(account)
    assert (record.account.status, record.locked_for) == (AccountStatus.LOCKED, NOT_ME)
    with pytest.raises(ConflictError):
        await rig.acts.act(actor, seen.name, Act.UNLOCK, "checked")


async def test_the_owners_lock_under_anothers_stays_too(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    seen = await rig.lookup(actor, account)
    assert await rig.acts.act(actor, seen.name, Act.LOCK, "authority")
    owners = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.LOCKED,
        status=AccountStatus.LOCKED,
        at=NOW,
        reason=NOT_ME,
        gives_up_at=NOW + HOUR,
    )
    assert await rig.database.ledger.commit(owners)
    assert (await rig.record(account)).locked_for == EventName.PERSON_LOCKED
    assert await rig.acts.act(actor, seen.name, Act.UNLOCK, "checked")
    assert (await rig.record(account)).locked_for == NOT_ME


async def test_supports_own_lock_opens_the_account(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    seen = await rig.lookup(actor, account)
    assert await rig.acts.act(actor, seen.name, Act.LOCK, "authority")
    assert await rig.acts.act(actor, seen.name, Act.UNLOCK, "checked")
    assert (await rig.record(account)).account.status is AccountStatus.OPEN


async def test_unlocking_forgets_wrong_passwords(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    assert await rig.database.ledger.commit(
        CountPasswordTry(account_id=account.id, person_id=account.person_id, now=NOW, limit=10)
    )
    seen = await rig.lookup(actor, account)
    assert await rig.acts.act(actor, seen.name, Act.UNLOCK, "checked")
    assert (await rig.record(account)).wrong_passwords == 0


async def test_an_assisted_recovery_takes_the_number_from_the_account(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    seen, desk = await rig.lookup(actor, account), PlainDesk()
    assert await rig.acts.begin_recovery(actor, seen.name, "lost_device", "0987 654 321", desk) == "draft"
    assert desk.begun == [(NUMBER, "+84987654321")]
    event = (await rig.events())[-1]
    assert (event.name, event.person_id) == (EventName.PERSON_RECOVERY_BEGUN, account.person_id)
    with pytest.raises(TooManyError):
        await rig.acts.begin_recovery(actor, seen.name, "asked", "0912345678", PlainDesk(full=True))
    with pytest.raises(InvalidInputError):
        await rig.acts.begin_recovery(actor, seen.name, "asked", "1", PlainDesk())
    assert len(await rig.events(EventName.PERSON_RECOVERY_BEGUN)) == 1


async def test_a_recovery_goes_on_while_the_look_and_the_account_stand(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    seen = await rig.lookup(actor, account)
    await rig.acts.demand_recovery(actor, seen.name)
    with pytest.raises(FreshFactorNeededError):
        await rig.acts.demand_recovery(replace(actor, fresh=False), seen.name)
    with pytest.raises(NotFoundError):
        await rig.acts.demand_recovery(replace(actor, session_id=SessionId("another")), seen.name)
    assert await rig.acts.act(actor, seen.name, Act.LOCK, "authority")
    with pytest.raises(ConflictError):
        await rig.acts.demand_recovery(actor, seen.name)
    assert await rig.acts.act(actor, seen.name, Act.UNLOCK, "mistake")
    rig.clock.later(LOOKUP_LIFE)
    with pytest.raises(NotFoundError):
        await rig.acts.demand_recovery(actor, seen.name)


async def test_acts_take_a_reason_of_theirs_and_a_fresh_factor(rig: PeopleRig) -> None:
    account, actor = await rig.citizen(), await rig.officer()
    seen = await rig.lookup(actor, account)
    with pytest.raises(InvalidInputError):
        await rig.acts.act(actor, seen.name, Act.LOCK, "curious")
    with pytest.raises(FreshFactorNeededError):
        await rig.acts.act(replace(actor, fresh=False), seen.name, Act.LOCK, "asked")
    assert (await rig.record(account)).account.status is AccountStatus.OPEN


async def test_nobody_is_found_by_reading_everybody(unused_postgres_store: str) -> None:
    texts = [one.numbered for one in vars(sql_people).values() if isinstance(one, Statement)]
    plans = [(text, await plan_of(unused_postgres_store, text)) for text in texts]
    assert plans
    assert [(text, plan) for text, plan in plans if "Seq Scan" in plan] == []
