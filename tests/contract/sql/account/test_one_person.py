"""One human with two posts is one person: their other account decides nothing that they proposed."""

from datetime import timedelta

import pytest

from idp.account.model import SealedValue
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.model import ChangeState
from idp.admin.errors import NotIndependentError, PersonUnknownError
from idp.officers.model import EnrolOfficer
from tests.contract.sql.account.test_two_people import Puppet, appear, proposal
from tests.contract.sql.officers.test_officers import enrolled, issued, officer_of
from tests.support.rigs.admin import AdminRig
from tests.support.running.sql_stores import NOW, digest, sealed

YEAR_AGO = NOW - timedelta(days=365)


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database)


async def official(database: Database, name: str, number: str | None) -> Actor:
    """Return an administrator of long standing, whose account carries a number if there is one."""
    actor = await appear(database, Puppet(name, at=YEAR_AGO))
    kept = SealedValue(digest(number), sealed(number)) if number else None
    enrolling = EnrolOfficer(
        person_id=actor.person_id,
        account_id=actor.account_id,
        enrolment_hash=digest(name),
        password_hash="$argon2id$hash",
        now=NOW,
        number=kept,
    )
    assert await database.ledger.commit(enrolling)
    return actor


async def decided(rig: AdminRig, proposer: Actor, approver: Actor) -> ChangeState:
    change = await proposal(rig, proposer)
    return (await rig.approvals.approve(approver, change.id, change.digest)).state


async def test_the_proposers_other_account_is_refused_however_old_it_is(rig: AdminRig, database: Database) -> None:
    first, second = [await official(database, name, "001899000001") for name in ("anna", "berta")]
    with pytest.raises(NotIndependentError):
        await decided(rig, first, second)


async def test_two_people_decide_for_each_other(rig: AdminRig, database: Database) -> None:
    first, second = await official(database, "anna", "001899000001"), await official(database, "berta", "079899000003")
    assert await decided(rig, first, second) is ChangeState.APPLIED


@pytest.mark.parametrize("nameless", ["proposer", "approver"])
@pytest.mark.parametrize("day", [timedelta(0), timedelta(days=1)], ids=["from today", "from tomorrow"])
async def test_from_the_operators_day_nobody_without_a_number_decides(
    rig: AdminRig, database: Database, day: timedelta, nameless: str
) -> None:
    """Neither side: a proposer without a number may be the approver's other account."""
    numbers = (None, "079899000003") if nameless == "proposer" else ("001899000001", None)
    first, second = [await official(database, *one) for one in zip(("anna", "berta"), numbers, strict=True)]
    rig.numbered_from = NOW + day
    if day:
        assert await decided(rig, first, second) is ChangeState.APPLIED
    else:
        with pytest.raises(PersonUnknownError):
            await decided(rig, first, second)


async def test_an_account_says_whether_it_carries_a_number(database: Database) -> None:
    with_one = await issued(database, officer_of("H55-BBBBBB"), "h55.b")
    number = SealedValue(digest("001899000001"), sealed("001899000001"))
    enrolling = EnrolOfficer(
        person_id=with_one.person_id,
        account_id=with_one.account_id,
        enrolment_hash=digest("code"),
        password_hash="$argon2id$hash",
        now=NOW,
        number=number,
    )
    assert await database.ledger.commit(enrolling)
    without = await enrolled(database, officer_of("H55-CCCCCC"), "h55.c")
    for one, has in ((with_one, True), (without, False)):
        read = await database.officers.of_account(one.person_id, one.account_id)
        assert read is not None
        assert read.numbered is has
    assert await database.ties.nameless() == 1
