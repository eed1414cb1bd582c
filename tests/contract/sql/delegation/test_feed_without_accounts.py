"""The register's feed is about persons: who has no account is heard of too, for others act for them."""

import pytest

from idp.adapters.sql.database import Database
from idp.audit.model import EventName
from idp.delegation.guardians.service import WardResult
from idp.kernel.ids import ChangeId
from idp.proofing.registers.feed import ChangeKind, RegisterChange
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.sessions.model import SessionView
from tests.contract.sql.delegation.test_guardianships import CHILD, MOTHER, SISTER
from tests.contract.sql.delegation.test_leaving_mandates import close
from tests.contract.sql.direct import rows
from tests.support.builders.protocol import NOW
from tests.support.rigs.changes import changes_of
from tests.support.rigs.mandates import BOSS, STRANGER, MandateRig
from tests.support.rigs.proof import NUMBER_INDEX

GIVEN_ANEW = "001999000977"


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store."""
    return MandateRig(database)


def died(number: str, change_id: ChangeId = ChangeId("1")) -> RegisterChange:
    return RegisterChange(change_id, ChangeKind.DIED, PersonalNumber(number), NOW)


def replaced(old: str, new: str, change_id: ChangeId = ChangeId("2")) -> RegisterChange:
    return RegisterChange(change_id, ChangeKind.NUMBER_REPLACED, PersonalNumber(old), NOW, PersonalNumber(new))


def renamed(number: str, name: str) -> RegisterChange:
    return RegisterChange("3", ChangeKind.NAME_CHANGED, PersonalNumber(number), NOW, new_name=name)


async def guardian(rig: MandateRig) -> SessionView:
    """Return a mother who acts for two children without accounts."""
    mother = await rig.person(MOTHER)
    for child in (CHILD, SISTER):
        assert await rig.ward(mother, child) is WardResult.CLAIMED
    return mother


async def test_nobody_acts_for_a_child_whose_death_the_feed_reported(rig: MandateRig) -> None:
    mother = await guardian(rig)
    assert await changes_of(rig).apply(died(CHILD))
    (left,) = (one for one in (await rig.mandates.of(mother)).held if one.mandate.ended_at is None)
    assert await rig.holds(mother) == {left.mandate.id}
    assert left.principal_name != "Cao Gia Bảo"
    assert (await rig.notices_of(mother))[0] == "mandate_ended"


async def test_the_death_is_written_down_once(rig: MandateRig, store: str) -> None:
    await guardian(rig)
    changes = changes_of(rig)
    assert [await changes.apply(died(CHILD)) for _ in range(3)] == [True, False, False]
    assert await rows(store, f"SELECT count(*) FROM audit_events WHERE name = '{EventName.PERSON_DIED}'") == [(1,)]


async def test_nobody_claims_the_child_anew_though_the_register_still_answers(rig: MandateRig) -> None:
    mother = await guardian(rig)
    assert await changes_of(rig).apply(died(CHILD))
    assert await rig.ward(mother, CHILD) is WardResult.NO_RECORD
    assert await rig.ward(mother, SISTER) is WardResult.ALREADY


async def test_a_death_under_the_number_that_came_after_is_the_same_child(rig: MandateRig) -> None:
    mother, changes = await guardian(rig), changes_of(rig)
    assert await changes.apply(replaced(CHILD, GIVEN_ANEW))
    assert len(await rig.holds(mother)) == 2
    assert await changes.apply(died(GIVEN_ANEW))
    assert len(await rig.holds(mother)) == 1


async def test_whoever_registers_with_the_new_number_is_that_child(rig: MandateRig) -> None:
    await guardian(rig)
    before = await rig.database.own_account.former_person(NUMBER_INDEX.digest(CHILD))
    assert await changes_of(rig).apply(replaced(CHILD, GIVEN_ANEW))
    after = await rig.database.own_account.former_person(NUMBER_INDEX.digest(GIVEN_ANEW))
    assert before is not None
    assert after == before


async def test_a_number_of_somebody_else_is_not_taken_from_them(rig: MandateRig, store: str) -> None:
    await guardian(rig)
    await rig.person(BOSS)
    assert await changes_of(rig).apply(replaced(CHILD, BOSS))
    assert await rig.database.own_account.former_person(NUMBER_INDEX.digest(BOSS)) is None
    names = [name for (name,) in await rows(store, "SELECT name FROM audit_events ORDER BY event_id DESC LIMIT 1")]
    assert names == [EventName.NUMBER_DISPUTED]


async def test_a_childs_new_name_is_what_its_guardian_sees(rig: MandateRig) -> None:
    mother = await guardian(rig)
    assert await changes_of(rig).apply(renamed(CHILD, "CAO GIA BÌNH"))
    assert "Cao Gia Bình" in {one.principal_name for one in (await rig.mandates.of(mother)).held}


async def test_a_death_ends_what_nobody_here_has_an_account_for_and_nothing_else(rig: MandateRig) -> None:
    mother = await guardian(rig)
    assert not await changes_of(rig).apply(died(STRANGER))
    assert len(await rig.holds(mother)) == 2


async def test_who_closed_an_account_comes_back_as_the_same_person_under_a_new_number(rig: MandateRig) -> None:
    boss = await rig.person(BOSS)
    await close(rig, boss)
    assert await changes_of(rig).apply(replaced(BOSS, STRANGER))
    former = await rig.database.own_account.former_person(NUMBER_INDEX.digest(STRANGER))
    assert former is not None
    assert former.person_id == boss.account.person_id
