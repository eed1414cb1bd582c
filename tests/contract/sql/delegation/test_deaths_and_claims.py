"""A guardian's claim that is under way while the feed reports the child's death does not stand, whichever is first."""

import asyncio

import pytest

from idp.adapters.sql.account.identities import SqlIdentities
from idp.adapters.sql.database import Database
from idp.delegation.guardians.service import WardResult
from idp.proofing.values.personal_numbers import PersonalNumber
from records.structs import replace
from tests.contract.sql.delegation.test_feed_without_accounts import died
from tests.contract.sql.delegation.test_guardianships import CHILD, MOTHER
from tests.contract.sql.direct import rows
from tests.support.rigs.changes import changes_of
from tests.support.rigs.mandates import CLERK, MandateRig

STANDING = "SELECT count(*) FROM mandates WHERE ended_at IS NULL"


class DeathAfterTheLook(SqlIdentities):
    """Identities as they are; the feed reports a death right after somebody looked whether there was one."""

    def __init__(self, rig: MandateRig) -> None:
        super().__init__(rig.database.identities._engine)
        self._rig = rig

    async def applied(self, purpose: str, value_hash: bytes) -> bool:
        """Look, and let the child die."""
        found = await super().applied(purpose, value_hash)
        await changes_of(self._rig).apply(died(CHILD))
        return found


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store."""
    return MandateRig(database)


@pytest.mark.parametrize("known", [False, True])
async def test_a_claim_whose_child_dies_while_it_is_decided_does_not_stand(
    store: str, rig: MandateRig, known: bool
) -> None:
    mother, other = await rig.person(MOTHER), await rig.person(CLERK)
    if known:
        rig.population.guardians[PersonalNumber(CHILD)] = CLERK
        assert await rig.ward(other, CHILD) is WardResult.CLAIMED
        rig.population.guardians[PersonalNumber(CHILD)] = MOTHER
    rig.guardianships = replace(rig.guardianships, identities=DeathAfterTheLook(rig))
    assert await rig.ward(mother, CHILD) is WardResult.NO_RECORD
    assert await rows(store, STANDING) == [(0,)]
    rig.guardianships = replace(rig.guardianships, identities=rig.database.identities)
    assert await rig.ward(mother, CHILD) is WardResult.NO_RECORD


async def test_a_suspended_guardian_does_not_come_back_to_a_child_that_dies_meanwhile(
    store: str, rig: MandateRig
) -> None:
    mother, named = await rig.person(MOTHER), rig.population.guardians[PersonalNumber(CHILD)]
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    await rig.suspend_guardian(CHILD)
    rig.population.guardians[PersonalNumber(CHILD)] = named
    rig.guardianships = replace(rig.guardianships, identities=DeathAfterTheLook(rig))
    assert await rig.ward(mother, CHILD) is WardResult.NO_RECORD
    assert await rows(store, STANDING) == [(0,)]


async def test_of_claims_and_a_death_at_once_nobody_is_left_acting(
    store: str, rig: MandateRig, neighbour: Database
) -> None:
    mother = await rig.person(MOTHER)
    beside = MandateRig(neighbour)
    claims = [(rig, beside)[number % 2].ward(mother, CHILD) for number in range(4)]
    await asyncio.gather(*claims[:2], changes_of(beside).apply(died(CHILD)), *claims[2:])
    assert await rows(store, STANDING) == [(0,)]


async def test_the_death_of_somebody_unknown_is_forgotten_once_no_claim_can_be_under_way(
    store: str, rig: MandateRig
) -> None:
    assert not await changes_of(rig).apply(died(CHILD))
    ((kept_until,),) = await rows(store, "SELECT expires_at FROM used_once WHERE purpose = 'dead_person'")
    assert 0 < int(str(kept_until)) / 1e6 - rig.clock.now().timestamp() <= 24 * 60 * 60
