"""A register that is silent for long leaves whom it named less, and its next answer gives all back."""

from datetime import timedelta

import pytest

from idp.adapters.sql.database import Database
from idp.delegation.check_model import RESTS_AFTER, VIEWS_AFTER
from idp.delegation.guardians.service import WardResult
from idp.delegation.mandates.offers import OfferRefusal
from idp.delegation.mandates.policy import CONFIRM_WITHIN
from idp.delegation.model import ALL_POWERS, Power
from idp.delegation.organisations.claims import ClaimResult
from idp.factors.change_model import SuspendGiven
from idp.kernel.ids import MandateId
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.sessions.model import SessionView
from tests.contract.sql.delegation.test_first_claims import powers_of
from tests.contract.sql.delegation.test_guardianships import CHILD, MOTHER
from tests.contract.sql.direct import rows
from tests.support.rigs.mandates import CLERK, RIVER, TEMP, MandateRig, origin
from tests.support.running.sql_stores import HOUR

DAY = timedelta(days=1)
VIEW, FILE, BOTH = frozenset({Power.VIEW}), frozenset({Power.FILE}), frozenset({Power.VIEW, Power.FILE})


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store."""
    return MandateRig(database)


async def silent_for(rig: MandateRig, time: timedelta) -> None:
    """Let time pass while the registers say nothing and the worker goes on asking."""
    rig.register.trouble = rig.population.trouble = NoAnswer("timeout")
    left = time
    while left > timedelta(0):
        rig.clock.pass_by(min(HOUR, left))
        left -= HOUR
        await rig.representatives.recheck_due(10)
        await rig.guardians.recheck_due(10)


async def answering(rig: MandateRig) -> None:
    """Let the registers answer from now on, and ask them."""
    rig.register.trouble = rig.population.trouble = None
    rig.clock.pass_by(2 * DAY)
    assert await rig.representatives.recheck_due(10) + await rig.guardians.recheck_due(10) >= 1


async def with_two_clerks(rig: MandateRig) -> tuple[SessionView, SessionView, SessionView]:
    """Return a representative, a delegate who may view and file, and one who may only file."""
    boss, under = await rig.boss()
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    await rig.given(boss, MandateId(under), clerk, CLERK, BOTH, days=300)
    await rig.given(boss, MandateId(under), temp, TEMP, FILE, days=300)
    return boss, clerk, temp


async def test_after_long_silence_all_fall_to_view_are_told_and_get_everything_back(rig: MandateRig) -> None:
    boss, clerk, temp = await with_two_clerks(rig)
    await silent_for(rig, VIEWS_AFTER)
    assert await powers_of(rig, boss) == ALL_POWERS
    await silent_for(rig, 3 * DAY)
    assert await powers_of(rig, boss) == await powers_of(rig, clerk) == VIEW
    assert await rig.holds(temp) == set()
    for view in (boss, clerk, temp):
        assert (await rig.notices_of(view)).count("mandate_lowered") >= 1
    before = await rig.notices_of(boss)
    await silent_for(rig, 3 * DAY)
    assert await rig.notices_of(boss) == before
    await answering(rig)
    assert await powers_of(rig, boss) == ALL_POWERS
    assert (await powers_of(rig, clerk), await powers_of(rig, temp)) == (BOTH, FILE)
    assert (await rig.notices_of(clerk))[0] == "mandate_resumed"


async def test_after_longer_silence_all_rest_and_are_never_ended_for_it(rig: MandateRig) -> None:
    boss, clerk, temp = await with_two_clerks(rig)
    await silent_for(rig, RESTS_AFTER + 3 * DAY)
    for view in (boss, clerk, temp):
        assert await rig.holds(view) == set()
        assert (await rig.notices_of(view))[0] == "mandate_rests"
    rig.clock.pass_by(CONFIRM_WITHIN + DAY)
    assert [one.kind for one in await rig.database.mandates.suspended_before(rig.clock.now(), 10)] == []
    await answering(rig)
    assert await powers_of(rig, boss) == ALL_POWERS


async def test_a_worker_that_was_down_cuts_nobody_off(rig: MandateRig) -> None:
    boss, _ = await rig.boss()
    await silent_for(rig, 2 * DAY)
    rig.clock.pass_by(RESTS_AFTER)
    for _ in range(2):
        await rig.representatives.recheck_due(10)
        rig.clock.pass_by(HOUR)
    # What was asked often enough falls to view; nobody rests who was not told of that first.
    assert await powers_of(rig, boss) >= VIEW
    assert "mandate_rests" not in await rig.notices_of(boss)


async def test_one_who_was_never_asked_about_keeps_all(rig: MandateRig) -> None:
    boss, _ = await rig.boss()
    rig.clock.pass_by(2 * RESTS_AFTER)
    rig.register.trouble = NoAnswer("timeout")
    await rig.representatives.recheck_due(10)
    assert await powers_of(rig, boss) == ALL_POWERS


async def test_garble_about_one_leaves_the_other_all(rig: MandateRig) -> None:
    boss, _ = await rig.boss()
    mother = await rig.person(MOTHER)
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    held = await powers_of(rig, mother)
    rig.register.troubles[EnterpriseCode(RIVER.code)] = Garbled("not_json")
    for _ in range(24 * 10):
        rig.clock.pass_by(HOUR)
        await rig.representatives.recheck_due(10)
        await rig.guardians.recheck_due(10)
    assert await powers_of(rig, boss) == VIEW
    assert await powers_of(rig, mother) == held


async def test_a_guardian_falls_to_view_and_comes_back_by_claiming_again(rig: MandateRig) -> None:
    mother = await rig.person(MOTHER)
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    held = await powers_of(rig, mother)
    await silent_for(rig, VIEWS_AFTER + 3 * DAY)
    assert await powers_of(rig, mother) == VIEW
    rig.population.trouble = None
    rig.clock.pass_by(HOUR)
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    assert await powers_of(rig, mother) == held
    await silent_for(rig, 2 * DAY)
    assert await powers_of(rig, mother) == held


@pytest.mark.parametrize("silence", [VIEWS_AFTER + 3 * DAY, RESTS_AFTER + 3 * DAY])
async def test_a_representative_comes_back_by_claiming_again(rig: MandateRig, silence: timedelta) -> None:
    boss, clerk, _ = await with_two_clerks(rig)
    await silent_for(rig, silence)
    rig.register.trouble = None
    rig.clock.pass_by(HOUR)
    assert await rig.claim(boss) in {ClaimResult.CLAIMED, ClaimResult.ALREADY}
    assert await powers_of(rig, boss) == ALL_POWERS
    assert await powers_of(rig, clerk) == BOTH


async def test_whom_the_answer_does_not_name_gets_nothing_back(rig: MandateRig) -> None:
    boss, clerk, _ = await with_two_clerks(rig)
    await silent_for(rig, RESTS_AFTER + 3 * DAY)
    del rig.register.records[EnterpriseCode(RIVER.code)]
    await answering(rig)
    assert await rig.holds(boss) == await rig.holds(clerk) == set()
    assert (await rig.notices_of(boss))[0] == "mandate_suspended"
    rig.clock.pass_by(CONFIRM_WITHIN + DAY)
    assert await rig.ends.end_what_is_over(10) >= 1


@pytest.mark.parametrize("claims", [False, True])
async def test_what_not_me_suspended_meanwhile_does_not_come_back_with_the_answer(
    rig: MandateRig, claims: bool
) -> None:
    boss, clerk, _ = await with_two_clerks(rig)
    await silent_for(rig, RESTS_AFTER + 3 * DAY)
    now = rig.clock.now()
    long_ago = now - 2 * RESTS_AFTER
    assert await rig.database.ledger.commit(
        SuspendGiven(person_id=boss.account.person_id, since=long_ago, at=now, gives_up_at=now + HOUR)
    )
    if claims:
        rig.register.trouble = None
        await rig.claim(boss)
    else:
        await answering(rig)
    assert await powers_of(rig, boss) == ALL_POWERS
    assert await rig.holds(clerk) == set()


async def test_nothing_is_given_while_a_register_is_silent_for_long(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    await silent_for(rig, VIEWS_AFTER + 3 * DAY)
    assert await rig.mandates.offer(boss, rig.giving(CLERK, MandateId(under)), origin()) is OfferRefusal.EXCEEDS


async def test_codes_on_their_way_are_stopped_when_powers_fall(store: str, rig: MandateRig) -> None:
    await rig.boss()
    (before,) = await rows(store, "SELECT codes_since FROM sessions")
    await silent_for(rig, VIEWS_AFTER + 3 * DAY)
    (after,) = await rows(store, "SELECT codes_since FROM sessions")
    assert int(str(after[0])) > int(str(before[0]))
