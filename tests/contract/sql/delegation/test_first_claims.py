"""A first claim is told to everybody who acts there, and signs and passes on nothing before they had time to object."""

from datetime import timedelta

import pytest

from idp.adapters.sql.database import Database
from idp.delegation.guardians.service import WardResult
from idp.delegation.mandates.offers import OfferRefusal
from idp.delegation.model import ALL_POWERS, CLAIM_WAIT, Power
from idp.delegation.organisations.claims import ClaimResult
from idp.kernel.ids import MandateId
from idp.proofing.registers.enterprise_model import Representative
from idp.proofing.registers.ports import NoAnswer
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.sessions.model import SessionView
from portals.simulator.people import BY_NUMBER
from records.structs import replace
from tests.contract.sql.delegation.test_claiming_organisations import run_due
from tests.contract.sql.delegation.test_guardianships import CHILD, MOTHER
from tests.support.rigs.mandates import BOSS, CLERK, MAY_PASS_ON, RIVER, STRANGER, TEMP, MandateRig, origin

AT_ONCE = frozenset({Power.VIEW, Power.FILE, Power.PAY})
CODE = EnterpriseCode(RIVER.code)


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store, with the wait that is usual."""
    return MandateRig(database, CLAIM_WAIT)


def name_both(rig: MandateRig) -> None:
    """Let the register name two representatives."""
    both = tuple(Representative(number, BY_NUMBER[number].full_name.upper()) for number in (BOSS, STRANGER))
    rig.register.records[CODE] = replace(rig.register.records[CODE], representatives=both)


async def powers_of(rig: MandateRig, view: SessionView) -> frozenset[Power]:
    """Return what the only mandate of a person lets them do now."""
    (standing,) = await rig.database.mandates.standing(view.account.person_id, rig.clock.now())
    return standing.powers


async def claimed(rig: MandateRig, number: str) -> tuple[SessionView, str]:
    """Return somebody who has just claimed the first enterprise, and the mandate's id."""
    view = await rig.person(number)
    assert await rig.claim(view) is ClaimResult.CLAIMED
    (mandate_id,) = await rig.holds(view)
    return view, mandate_id


async def settled(rig: MandateRig, number: str = BOSS) -> tuple[SessionView, str]:
    """Return a representative whose wait is over."""
    view, mandate_id = await claimed(rig, number)
    rig.clock.pass_by(CLAIM_WAIT)
    assert await rig.claims.begin_due(10) == 1
    return view, mandate_id


async def test_a_first_claim_signs_and_passes_on_after_the_wait_and_not_before(rig: MandateRig) -> None:
    boss, mandate_id = await claimed(rig, BOSS)
    assert await powers_of(rig, boss) == AT_ONCE
    rig.clock.pass_by(CLAIM_WAIT - timedelta(seconds=1))
    assert await rig.claims.begin_due(10) == 0
    assert await rig.mandates.offer(boss, rig.giving(CLERK, MandateId(mandate_id)), origin()) is OfferRefusal.EXCEEDS
    rig.clock.pass_by(timedelta(seconds=1))
    assert await rig.claims.begin_due(10) == 1
    assert await powers_of(rig, boss) == ALL_POWERS
    assert await rig.claims.begin_due(10) == 0


async def test_who_represented_it_before_does_not_wait_again(rig: MandateRig) -> None:
    boss, mandate_id = await settled(rig)
    assert await rig.mandates.end(boss, MandateId(mandate_id), origin())
    assert await rig.claim(boss) is ClaimResult.CLAIMED
    assert await powers_of(rig, boss) == ALL_POWERS


async def test_who_gave_up_while_waiting_waits_again(rig: MandateRig) -> None:
    boss, mandate_id = await claimed(rig, BOSS)
    assert await rig.mandates.end(boss, MandateId(mandate_id), origin())
    rig.clock.pass_by(CLAIM_WAIT)
    assert await rig.claim(boss) is ClaimResult.CLAIMED
    assert await powers_of(rig, boss) == AT_ONCE
    assert await rig.claims.begin_due(10) == 0


async def test_who_represents_it_and_who_may_pass_on_its_rights_is_told_and_nobody_else(rig: MandateRig) -> None:
    boss, under = await settled(rig)
    name_both(rig)
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON)
    await rig.given(boss, MandateId(under), temp, TEMP)
    other, _ = await claimed(rig, STRANGER)
    for reported in (boss, clerk):
        assert (await rig.notices_of(reported))[0] == "mandate_claimed"
        assert len((await rig.mandates.of(reported)).claimed) == 1
    for silent in (temp, other):
        assert "mandate_claimed" not in await rig.notices_of(silent)
        assert (await rig.mandates.of(silent)).claimed == []


@pytest.mark.parametrize("number", [BOSS, CLERK])
async def test_whoever_was_told_ends_the_claim_while_it_waits(rig: MandateRig, number: str) -> None:
    boss, under = await settled(rig)
    name_both(rig)
    clerk = await rig.person(CLERK)
    await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON)
    other, theirs = await claimed(rig, STRANGER)
    assert await rig.mandates.end(boss if number == BOSS else clerk, MandateId(theirs), origin())
    assert await rig.holds(other) == set()
    assert (await rig.notices_of(other))[0] == "mandate_ended"
    rig.clock.pass_by(CLAIM_WAIT)
    assert await rig.claims.begin_due(10) == 0


async def test_who_was_not_told_ends_nothing(rig: MandateRig) -> None:
    boss, under = await settled(rig)
    name_both(rig)
    temp, nobody = await rig.person(TEMP), await rig.person(CLERK)
    await rig.given(boss, MandateId(under), temp, TEMP)
    other, theirs = await claimed(rig, STRANGER)
    for view in (temp, nobody):
        assert not await rig.mandates.end(view, MandateId(theirs), origin())
    assert await rig.holds(other) == {theirs}


async def test_after_the_wait_neither_dismisses_the_other(rig: MandateRig) -> None:
    boss, _ = await settled(rig)
    name_both(rig)
    other, theirs = await settled(rig, STRANGER)
    assert not await rig.mandates.end(boss, MandateId(theirs), origin())
    assert await rig.holds(other) == {theirs}


async def test_nobody_keeps_whom_the_register_names_out_for_good(rig: MandateRig) -> None:
    boss, _ = await settled(rig)
    name_both(rig)
    other, theirs = await claimed(rig, STRANGER)
    assert await rig.mandates.end(boss, MandateId(theirs), origin())
    assert await rig.claim(other) is ClaimResult.CLAIMED
    (again,) = await rig.holds(other)
    assert await powers_of(rig, other) == AT_ONCE
    assert (await rig.mandates.of(boss)).claimed == []
    assert not await rig.mandates.end(boss, MandateId(again), origin())
    rig.clock.pass_by(CLAIM_WAIT)
    assert await rig.claims.begin_due(10) == 1
    assert await powers_of(rig, other) == ALL_POWERS


async def test_a_claim_that_waited_for_the_register_waits_for_objections_too(rig: MandateRig) -> None:
    boss, _ = await settled(rig)
    name_both(rig)
    other, rig.register.trouble = await rig.person(STRANGER), NoAnswer("timeout")
    assert await rig.claim(other) is ClaimResult.WAITING
    rig.register.trouble = None
    await run_due(rig)
    assert (await rig.notices_of(boss))[0] == "mandate_claimed"
    assert await powers_of(rig, other) == AT_ONCE


async def test_what_rests_when_its_wait_ends_signs_only_once_it_stands_again(rig: MandateRig) -> None:
    boss, _ = await claimed(rig, BOSS)
    stranger = Representative(STRANGER, BY_NUMBER[STRANGER].full_name.upper())
    record = rig.register.records[CODE]
    rig.register.records[CODE] = replace(record, representatives=(stranger,))
    rig.clock.pass_by(timedelta(days=1, seconds=1))
    assert await rig.representatives.recheck_due(10) == 1
    rig.clock.pass_by(CLAIM_WAIT)
    assert await rig.claims.begin_due(10) == 0
    rig.register.records[CODE] = record
    assert await rig.representatives.recheck_due(10) == 1
    assert await powers_of(rig, boss) == AT_ONCE
    assert await rig.claims.begin_due(10) == 1
    assert await powers_of(rig, boss) == ALL_POWERS


async def test_another_guardian_and_the_child_are_told_and_end_a_claim(rig: MandateRig) -> None:
    child, mother = await rig.person(CHILD), await rig.person(MOTHER)
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    assert await powers_of(rig, mother) == AT_ONCE
    assert (await rig.notices_of(child))[0] == "mandate_claimed"
    rig.population.guardians[PersonalNumber(CHILD)] = CLERK
    other = await rig.person(CLERK)
    assert await rig.ward(other, CHILD) is WardResult.CLAIMED
    for reported in (mother, child):
        assert (await rig.notices_of(reported))[0] == "mandate_claimed"
    (theirs,) = await rig.holds(other)
    assert [one.mandate.id for one in (await rig.mandates.of(mother)).claimed] == [theirs]
    assert len((await rig.mandates.of(child)).claimed) == 2
    assert await rig.mandates.end(mother, MandateId(theirs), origin())
    assert await rig.holds(other) == set()
    (mothers,) = await rig.holds(mother)
    assert await rig.mandates.end(child, MandateId(mothers), origin())
