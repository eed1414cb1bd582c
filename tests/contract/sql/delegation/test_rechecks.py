"""The registers are asked again about each principal on its own: no answer about one delays the others."""

from datetime import timedelta

import pytest

from idp.adapters.sql.database import Database
from idp.delegation.guardians.service import WardResult
from idp.delegation.mandates.policy import CONFIRM_WITHIN
from idp.delegation.organisations.claims import ClaimResult
from idp.factors.change_model import SuspendGiven
from idp.kernel.ids import MandateId
from idp.proofing.registers.enterprise_model import EnterpriseRecord
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.sessions.model import SessionView
from records.structs import replace
from tests.contract.sql.delegation.test_guardianships import CHILD, MOTHER, SISTER
from tests.support.rigs.mandates import CLERK, RIVER, SEA, MandateRig, origin

DAY = timedelta(days=1)


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store."""
    return MandateRig(database)


async def two_organisations(rig: MandateRig) -> tuple[SessionView, SessionView]:
    """Return the representatives of two organisations; the one that is claimed first is asked about first."""
    first = await rig.person(RIVER.representative)
    assert await rig.claim(first, RIVER.code, RIVER.name) is ClaimResult.CLAIMED
    rig.clock.pass_by(timedelta(minutes=1))
    second = await rig.person(SEA.representative)
    assert await rig.claim(second, SEA.code, SEA.name) is ClaimResult.CLAIMED
    return first, second


@pytest.mark.parametrize("trouble", [Garbled("not_json"), NoAnswer("timeout")])
async def test_one_organisation_without_a_readable_answer_does_not_keep_the_next_from_being_asked(
    rig: MandateRig, trouble: Garbled | NoAnswer
) -> None:
    first, second = await two_organisations(rig)
    rig.register.troubles[EnterpriseCode(RIVER.code)] = trouble
    del rig.register.records[EnterpriseCode(SEA.code)]
    rig.clock.pass_by(2 * DAY)
    for _ in range(2):
        await rig.representatives.recheck_due(10)
    assert len(await rig.holds(first)) == 1
    assert await rig.holds(second) == set()


async def test_the_pause_grows_for_the_one_that_does_not_answer(rig: MandateRig) -> None:
    await two_organisations(rig)
    rig.register.trouble = NoAnswer("timeout")
    rig.clock.pass_by(2 * DAY)
    before = len(rig.register.questions)
    for _ in range(24 * 60):
        await rig.representatives.recheck_due(10)
        rig.clock.pass_by(timedelta(minutes=1))
    assert 2 * 4 <= len(rig.register.questions) - before <= 2 * 10


async def test_one_answer_begins_the_pauses_anew(rig: MandateRig) -> None:
    await two_organisations(rig)
    rig.register.trouble = NoAnswer("timeout")
    rig.clock.pass_by(2 * DAY)
    for _ in range(4):
        await rig.representatives.recheck_due(10)
    rig.register.trouble = None
    rig.clock.pass_by(2 * DAY)
    assert await rig.representatives.recheck_due(10) == 2
    assert await rig.representatives.recheck_due(10) == 0
    rig.clock.pass_by(DAY)
    assert await rig.representatives.recheck_due(10) == 2


async def guardian(rig: MandateRig) -> SessionView:
    """Return a mother who acts for two children."""
    mother = await rig.person(MOTHER)
    for child in (CHILD, SISTER):
        assert await rig.ward(mother, child) is WardResult.CLAIMED
    return mother


async def test_an_answer_that_does_not_name_a_guardian_suspends_them_for_this_child_alone(rig: MandateRig) -> None:
    mother = await guardian(rig)
    rig.population.guardians[PersonalNumber(CHILD)] = ""
    rig.clock.pass_by(DAY)
    assert await rig.guardians.recheck_due(10) == 2
    assert len(await rig.holds(mother)) == 1
    assert (await rig.notices_of(mother))[0] == "mandate_suspended"


async def test_a_guardian_whom_the_register_names_again_acts_again(rig: MandateRig) -> None:
    mother, named = await guardian(rig), rig.population.guardians[PersonalNumber(CHILD)]
    for guardian_number, held in (("", 1), (named, 2)):
        rig.population.guardians[PersonalNumber(CHILD)] = guardian_number
        rig.clock.pass_by(DAY)
        assert await rig.guardians.recheck_due(10) == 2
        assert len(await rig.holds(mother)) == held


async def test_a_guardian_whom_nobody_names_again_is_one_no_more(rig: MandateRig) -> None:
    mother = await guardian(rig)
    rig.population.guardians[PersonalNumber(CHILD)] = ""
    rig.clock.pass_by(DAY)
    await rig.guardians.recheck_due(10)
    rig.clock.pass_by(CONFIRM_WITHIN + DAY)
    assert await rig.ends.end_what_is_over(10) == 1
    assert (await rig.notices_of(mother))[0] == "mandate_ended"


async def test_a_child_of_whom_the_register_has_no_record_is_nobodys_ward(rig: MandateRig) -> None:
    mother = await guardian(rig)
    del rig.population.records[PersonalNumber(CHILD)]
    rig.clock.pass_by(DAY)
    assert await rig.guardians.recheck_due(10) == 2
    assert len(await rig.holds(mother)) == 1


@pytest.mark.parametrize("trouble", [Garbled("not_xml"), NoAnswer("timeout")])
async def test_silence_is_no_fact_about_a_guardian(rig: MandateRig, trouble: Garbled | NoAnswer) -> None:
    mother = await guardian(rig)
    rig.population.trouble = trouble
    rig.clock.pass_by(DAY)
    assert await rig.guardians.recheck_due(10) == 0
    assert len(await rig.holds(mother)) == 2


async def test_a_child_with_an_account_is_asked_about_too(rig: MandateRig) -> None:
    await rig.person(CHILD)
    mother = await guardian(rig)
    rig.population.guardians[PersonalNumber(CHILD)] = ""
    rig.clock.pass_by(DAY)
    assert await rig.guardians.recheck_due(10) == 2
    assert len(await rig.holds(mother)) == 1


async def test_a_suspended_guardian_who_claims_again_acts_again_if_the_register_says_so(rig: MandateRig) -> None:
    mother, named = await guardian(rig), rig.population.guardians[PersonalNumber(CHILD)]
    rig.population.guardians[PersonalNumber(CHILD)] = ""
    rig.clock.pass_by(DAY)
    await rig.guardians.recheck_due(10)
    assert await rig.ward(mother, CHILD) is WardResult.DIFFERENT
    assert len(await rig.holds(mother)) == 1
    rig.population.guardians[PersonalNumber(CHILD)] = named
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    assert len(await rig.holds(mother)) == 2


@pytest.mark.parametrize("first", ["not me", "the register"])
async def test_what_not_me_suspended_does_not_stand_when_the_register_names_the_representative_again(
    rig: MandateRig, first: str
) -> None:
    boss, under = await rig.boss()
    clerk, code = await rig.person(CLERK), EnterpriseCode(RIVER.code)
    await rig.given(boss, MandateId(under), clerk, CLERK)
    record = rig.register.records[code]

    async def says(answer: EnterpriseRecord) -> None:
        rig.register.records[code] = answer
        rig.clock.pass_by(DAY)
        assert await rig.representatives.recheck_due(10) == 1

    now = rig.clock.now()
    not_me = SuspendGiven(person_id=boss.account.person_id, since=now - DAY, at=now, gives_up_at=now + DAY)
    if first == "not me":
        assert await rig.database.ledger.commit(not_me)
    await says(replace(record, representatives=()))
    if first != "not me":
        assert await rig.database.ledger.commit(not_me)
    await says(record)
    assert await rig.holds(boss) == {under}
    assert await rig.holds(clerk) == set()
    # The representative's own word brings it back.
    (waiting,) = (await rig.mandates.of(boss)).to_confirm
    assert await rig.mandates.confirm(boss, waiting.mandate.id, origin())
    assert await rig.holds(clerk) == {waiting.mandate.id}
