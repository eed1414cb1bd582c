"""A recovery at a desk of an account that nobody can be told of: the full wait, and a second officer's look."""

from datetime import timedelta

import pytest

from idp.account.model import Account
from idp.adapters.sql.database import Database
from idp.officers.model import Officer, WithdrawOfficer
from idp.proofing.model import Verdict
from idp.proofing.values.birth_dates import BirthDate
from idp.recovery.started import MustWait, OtherIsOpen, Started
from idp.recovery.waiting import NeedsSecondOfficer, ReturnBegun
from tests.contract.sql.direct import empty, run
from tests.contract.sql.officers.test_officers import enrolled, officer_of
from tests.support.rigs.proof import BORN, NAME
from tests.support.rigs.recovery import Claimant, RecoveryRig, origin

PASSWORD = "bốn con mèo ngồi đợi mưa"
NEW_PHONE, OTHER_PHONE = "+84500000102", "+84500000103"
DAY = timedelta(days=1)


@pytest.fixture
def rig(database: Database) -> RecoveryRig:
    return RecoveryRig(database)


async def untold(rig: RecoveryRig, store: str) -> Account:
    """Return an account without any contact."""
    account = await rig.open_account()
    await empty(store, "contacts")
    rig.clock.pass_by(30 * DAY)
    return account


async def officer(rig: RecoveryRig, place: int) -> Officer:
    now = rig.clock.now()
    made = officer_of(f"H55-{place}", starts_at=now - 60 * DAY, ends_at=now + 60 * DAY)
    return await enrolled(rig.database, made, f"h55.{place}")


async def at_a_desk(person: Claimant, by: Officer) -> Started | Verdict:
    person.rig.clock.pass_by(timedelta(hours=1))
    assert await person.begin()
    assert await person.name_phone()
    draft = await person.draft()
    assert draft is not None
    born = BirthDate.parse(BORN)
    answer = await person.rig.starts.prove(person.name, draft, NAME, born, person.browser, origin(), by)
    if isinstance(answer, MustWait):
        person.reference = answer.reference
    return answer


async def test_it_takes_the_full_wait_and_a_second_officer(rig: RecoveryRig, store: str) -> None:
    await untold(rig, store)
    first, second = await officer(rig, 1), await officer(rig, 2)
    person = Claimant(rig, NEW_PHONE, "person")
    begun = await at_a_desk(person, first)
    assert isinstance(begun, MustWait)
    assert (begun.ready_at - rig.clock.now(), begun.second_officer) == (rig.policy.wait, True)
    looked = await at_a_desk(person, second)
    assert isinstance(looked, MustWait)
    assert (looked.ready_at, looked.second_officer) == (begun.ready_at, False)
    rig.clock.at = begun.ready_at
    assert await person.come_back(PASSWORD)


async def test_without_the_second_officer_nothing_comes_of_it(rig: RecoveryRig, store: str) -> None:
    account = await untold(rig, store)
    first = await officer(rig, 1)
    person = Claimant(rig, NEW_PHONE, "person")
    begun = await at_a_desk(person, first)
    assert isinstance(begun, MustWait)
    # The same officer, again.
    assert isinstance(await at_a_desk(person.elsewhere(), first), OtherIsOpen)
    rig.clock.at = begun.ready_at
    returned = await rig.returns.begin(person.reference, "person", "vi", origin())
    assert isinstance(returned, NeedsSecondOfficer)
    recovery = await rig.database.recoveries.open_of(account.person_id, account.id, rig.clock.now())
    assert recovery is not None
    assert not await rig.end.finish(account.person_id, recovery.id, PASSWORD, origin())


@pytest.mark.parametrize("tie", ["issued", "another phone"])
async def test_the_second_is_another_person_who_sees_the_same_one(rig: RecoveryRig, store: str, tie: str) -> None:
    """An officer whom the first one made is no second person; with another phone it is another recovery."""
    await untold(rig, store)
    first, second = await officer(rig, 1), await officer(rig, 2)
    person = Claimant(rig, NEW_PHONE, "person")
    await at_a_desk(person, first)
    if tie == "issued":
        made = f"UPDATE officers SET issued_by = '{first.account_id}', created_at = 9000000000000000"
        await run(store, f"{made} WHERE account_id = '{second.account_id}'")
    other = Claimant(rig, OTHER_PHONE if tie == "another phone" else NEW_PHONE, "other")
    assert isinstance(await at_a_desk(other, second), OtherIsOpen)


async def test_an_officer_who_is_withdrawn_vouched_for_nobody(rig: RecoveryRig, store: str) -> None:
    await untold(rig, store)
    first, second = await officer(rig, 1), await officer(rig, 2)
    person = Claimant(rig, NEW_PHONE, "person")
    begun = await at_a_desk(person, first)
    await at_a_desk(person, second)
    assert isinstance(begun, MustWait)
    rig.clock.at = begun.ready_at
    now = rig.clock.now()
    gone = WithdrawOfficer(person_id=second.person_id, account_id=second.account_id, at=now, reason="left")
    assert await rig.database.ledger.commit(gone)
    assert not await person.come_back(PASSWORD)


async def test_an_account_that_can_be_told_needs_one_officer(rig: RecoveryRig) -> None:
    """The positive twin: two days, and the owner is told twice."""
    await rig.open_account()
    rig.clock.pass_by(30 * DAY)
    person = Claimant(rig, NEW_PHONE, "person")
    begun = await at_a_desk(person, await officer(rig, 1))
    assert isinstance(begun, MustWait)
    assert (begun.ready_at - rig.clock.now(), begun.second_officer) == (2 * DAY, False)
    rig.clock.at = begun.ready_at
    assert isinstance(await rig.returns.begin(person.reference, "person", "vi", origin()), ReturnBegun)
