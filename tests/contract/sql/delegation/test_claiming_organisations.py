"""Organisations: claimed by whom the register names, waited for while it is silent, lost when it names another."""

from datetime import timedelta

import pytest

from idp.account.model import ProofState
from idp.adapters.sql.database import Database
from idp.audit.model import EventName
from idp.delegation.mandates.policy import CONFIRM_WITHIN
from idp.delegation.model import ALL_POWERS
from idp.delegation.organisations.claims import ClaimResult
from idp.kernel.ids import MandateId
from idp.proofing.registers.enterprise_model import EnterpriseState, Representative
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.values.enterprise_codes import EnterpriseCode
from portals.simulator.people import BY_NUMBER
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.support.rigs.mandates import BOSS, CLERK, MAY_PASS_ON, RIVER, STRANGER, TEMP, MandateRig, origin

CODE = EnterpriseCode(RIVER.code)
DAY = timedelta(days=1, seconds=1)


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store."""
    return MandateRig(database)


def name_representative(rig: MandateRig, number: str) -> None:
    """Let the register name somebody else."""
    person = Representative(number, BY_NUMBER[number].full_name.upper())
    rig.register.records[CODE] = replace(rig.register.records[CODE], representatives=(person,))


async def test_whom_the_register_names_represents_the_organisation_with_all_powers(store: str, rig: MandateRig) -> None:
    boss, _ = await rig.boss()
    (held,) = (await rig.mandates.of(boss)).held
    assert (held.principal_name, held.principal_code) == (RIVER.name, RIVER.code)
    assert held.mandate.powers == ALL_POWERS
    assert held.mandate.principal_id != boss.account.person_id
    assert await rows(store, "SELECT register, purpose, actor, verdict FROM receipts") == [
        ("enterprise", "DVCQG-DAIDIEN", "system", "identical")
    ]
    assert await rig.events_of(boss) == [EventName.ORGANISATION_CLAIMED]
    assert await rig.claim(boss) is ClaimResult.ALREADY


@pytest.mark.parametrize(
    ("number", "code", "name", "result"),
    [
        (CLERK, RIVER.code, RIVER.name, ClaimResult.DIFFERENT),
        (BOSS, RIVER.code, "Công ty TNHH Mẫu Sông Lô", ClaimResult.DIFFERENT),
        (BOSS, RIVER.code, "Cong ty TNHH Mau Song Hong", ClaimResult.NEAR),
        (BOSS, "0100047516-999", RIVER.name, ClaimResult.NO_RECORD),
    ],
)
async def test_nobody_else_does(rig: MandateRig, number: str, code: str, name: str, result: ClaimResult) -> None:
    view = await rig.person(number)
    assert await rig.claim(view, code, name) is result
    assert (await rig.mandates.of(view)).held == []
    assert await rig.events_of(view) == [EventName.ORGANISATION_NOT_PROVED]


async def test_who_is_not_proved_themself_represents_nobody_and_the_register_is_not_asked(rig: MandateRig) -> None:
    view = await rig.person(BOSS, ProofState.NOT_PROVED)
    assert await rig.claim(view) is ClaimResult.NOT_PROVED
    assert rig.register.questions == []


async def test_a_dissolved_organisation_is_claimed_by_nobody(rig: MandateRig) -> None:
    view = await rig.person(BOSS)
    rig.register.records[CODE] = replace(rig.register.records[CODE], state=EnterpriseState.CLOSED)
    assert await rig.claim(view) is ClaimResult.CLOSED
    assert (await rig.mandates.of(view)).held == []


@pytest.mark.parametrize("trouble", [NoAnswer("timeout"), Garbled("not_json")])
async def test_a_silent_register_leaves_a_job_that_the_worker_finishes(
    rig: MandateRig, trouble: NoAnswer | Garbled
) -> None:
    view = await rig.person(BOSS)
    rig.register.trouble = trouble
    assert await rig.claim(view) is ClaimResult.WAITING
    assert await rig.claim(view) is ClaimResult.WAITING
    (waiting,) = await rig.organisations.waiting(view)
    assert (waiting.code, waiting.name) == (RIVER.code, RIVER.name)
    await run_due(rig)
    rig.register.trouble = None
    await run_due(rig)
    assert await rig.organisations.waiting(view) == []
    assert len(await rig.holds(view)) == 1
    assert await rig.notices_of(view) == ["organisation_claimed"]


async def test_a_no_after_waiting_is_told_to_the_person(rig: MandateRig) -> None:
    view = await rig.person(CLERK)
    rig.register.trouble = NoAnswer("timeout")
    assert await rig.claim(view) is ClaimResult.WAITING
    rig.register.trouble = None
    await run_due(rig)
    assert await rig.notices_of(view) == ["organisation_refused"]
    assert await rig.holds(view) == set()


async def run_due(rig: MandateRig) -> None:
    rig.clock.pass_by(timedelta(hours=7))
    now = rig.clock.now()
    (job,) = await rig.database.register_jobs.lease(now, now + timedelta(minutes=1), 10)
    assert await rig.organisations.run(job)


async def test_a_change_of_representative_suspends_what_the_former_one_gave_until_the_new_one_confirms(
    rig: MandateRig,
) -> None:
    former, under = await rig.boss()
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    kept = MandateId(await rig.given(former, MandateId(under), clerk, CLERK, MAY_PASS_ON))
    lost = MandateId(await rig.given(former, MandateId(under), temp, TEMP))
    name_representative(rig, STRANGER)
    rig.clock.pass_by(DAY)
    assert await rig.representatives.recheck_due(10) == 1
    for view in (former, clerk, temp):
        assert await rig.holds(view) == set()
        assert (await rig.notices_of(view))[0] == "mandate_suspended"
    heir = await rig.person(STRANGER)
    assert await rig.claim(heir) is ClaimResult.CLAIMED
    assert {one.mandate.id for one in (await rig.mandates.of(heir)).to_confirm} == {kept, lost}
    assert not await rig.mandates.confirm(former, kept, origin())
    assert not await rig.mandates.confirm(clerk, kept, origin())
    assert await rig.mandates.confirm(heir, kept, origin())
    assert await rig.holds(clerk) == {kept}
    rig.clock.pass_by(CONFIRM_WITHIN + DAY)
    await rig.ends.end_what_is_over(10)
    found = await rig.database.mandates.by_id(lost)
    assert found is not None
    assert found.mandate.end_reason in {"representative_changed", "ran_out"}


async def test_the_new_representatives_claim_suspends_the_former_one_at_once(rig: MandateRig) -> None:
    former, _ = await rig.boss()
    name_representative(rig, STRANGER)
    heir = await rig.person(STRANGER)
    assert await rig.claim(heir) is ClaimResult.CLAIMED
    assert await rig.holds(former) == set()
    assert len(await rig.holds(heir)) == 1


async def test_of_two_representatives_neither_dismisses_the_other(rig: MandateRig) -> None:
    boss, mine = await rig.boss()
    both = tuple(Representative(number, BY_NUMBER[number].full_name.upper()) for number in (BOSS, STRANGER))
    rig.register.records[CODE] = replace(rig.register.records[CODE], representatives=both)
    other = await rig.person(STRANGER)
    assert await rig.claim(other) is ClaimResult.CLAIMED
    (theirs,) = await rig.holds(other)
    assert not await rig.mandates.end(boss, MandateId(theirs), origin())
    assert not await rig.mandates.end(other, MandateId(mine), origin())
    assert (await rig.holds(boss), await rig.holds(other)) == ({mine}, {theirs})
    assert await rig.mandates.end(boss, MandateId(mine), origin())


async def test_a_representative_whom_the_register_names_again_holds_everything_as_before(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK)
    mandate = await rig.given(boss, MandateId(under), clerk, CLERK)
    for number, held in ((STRANGER, set[str]()), (BOSS, {mandate})):
        name_representative(rig, number)
        rig.clock.pass_by(DAY)
        assert await rig.representatives.recheck_due(10) == 1
        assert await rig.holds(clerk) == held


async def test_a_dissolved_organisation_ends_all(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK)
    mandate = MandateId(await rig.given(boss, MandateId(under), clerk, CLERK))
    rig.register.records[CODE] = replace(rig.register.records[CODE], state=EnterpriseState.CLOSED)
    rig.clock.pass_by(DAY)
    assert await rig.representatives.recheck_due(10) == 1
    assert await rig.holds(boss) == await rig.holds(clerk) == set()
    found = await rig.database.mandates.by_id(mandate)
    assert found is not None
    assert found.mandate.end_reason == "organisation_closed"
    assert (await rig.notices_of(clerk))[0] == "mandate_ended"
    assert await rig.representatives.recheck_due(10) == 0


@pytest.mark.parametrize("trouble", [NoAnswer("timeout"), Garbled("not_json")])
async def test_silence_is_no_fact_about_a_representative(rig: MandateRig, trouble: NoAnswer | Garbled) -> None:
    boss, _ = await rig.boss()
    rig.register.trouble = trouble
    rig.clock.pass_by(timedelta(days=30))
    assert await rig.representatives.recheck_due(10) == 0
    assert len(await rig.holds(boss)) == 1


async def test_a_representative_who_stays_is_not_told_of_each_check(rig: MandateRig) -> None:
    boss, _ = await rig.boss()
    before = await rig.notices_of(boss)
    rig.clock.pass_by(DAY)
    assert await rig.representatives.recheck_due(10) == 1
    assert await rig.notices_of(boss) == before
    assert await rig.representatives.recheck_due(10) == 0
