"""Nobody gives, takes or claims a right with an account that is closed, or goes up in another, at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from idp.account.merging.service import AccountName, Merging
from idp.account.model import PROFILE_PLACE
from idp.account.own_choices import ReplaceProfile
from idp.adapters.sql.database import Database
from idp.delegation.guardians.service import WardResult
from idp.delegation.mandates.offers import OfferRefusal
from idp.delegation.model import Mandate
from idp.kernel.effects import Effect, Ledger
from idp.sessions.model import SessionView
from records.structs import replace
from tests.contract.sql.delegation.test_guardianships import CHILD, MOTHER
from tests.contract.sql.delegation.test_leaving_mandates import close
from tests.contract.sql.direct import rows
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.mandates import BOSS, CLERK, TEMP, MandateRig, origin

STANDING = "SELECT count(*) FROM mandates WHERE ended_at IS NULL AND suspended_at IS NULL"
OFFERS = 12
Leave = Callable[[MandateRig, SessionView], Awaitable[None]]


@dataclass
class Afterwards:
    """A ledger to which something else comes first, between what was read and what is written."""

    inner: Ledger
    first: Callable[[], Awaitable[None]]

    async def commit(self, *effects: Effect) -> bool:
        """Let the other finish, then commit."""
        await self.first()
        return await self.inner.commit(*effects)

    def enqueue(self, *effects: Effect) -> None:
        """Hand on."""
        self.inner.enqueue(*effects)


async def merge_away(rig: MandateRig, view: SessionView) -> None:
    """Let an account go up in a new one of somebody whom the tests do not need."""
    database = rig.database
    other = await rig.person("079899000003")
    merging = Merging(database.merges, database.identities, (), database.ledger, PROVIDER.sealer)
    await one_human(database, name_of(other), name_of(view))
    await merging.merge(name_of(other), name_of(view), "test", rig.clock.now())


async def one_human(database: Database, stays: AccountName, goes: AccountName) -> None:
    """Let both profiles be one human's: others are not merged."""
    ours = await database.merges.belongings(stays.person_id, stays.account_id)
    theirs = await database.merges.belongings(goes.person_id, goes.account_id)
    assert ours is not None
    assert theirs is not None
    profile = PROVIDER.sealer.open(ours.profile_sealed, PROFILE_PLACE.of(stays.person_id))
    sealed = PROVIDER.sealer.seal(profile, PROFILE_PLACE.of(goes.person_id))
    replacing = ReplaceProfile(person_id=goes.person_id, profile_before=theirs.profile_sealed, profile_sealed=sealed)
    assert await database.ledger.commit(replacing)


def name_of(view: SessionView) -> AccountName:
    return AccountName(view.account.person_id, view.account.id)


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store."""
    return MandateRig(database)


@pytest.fixture(params=[close, merge_away], ids=["closed", "merged"])
def leave(request: pytest.FixtureRequest) -> Leave:
    """Each way in which an account goes."""
    found: Leave = request.param
    return found


async def test_an_offer_that_meets_the_end_of_its_givers_account_is_not_made(
    store: str, rig: MandateRig, leave: Leave
) -> None:
    giver = await rig.person(TEMP)
    late = replace(rig.mandates, ledger=Afterwards(rig.database.ledger, lambda: leave(rig, giver)))
    assert await late.offer(giver, rig.giving(CLERK, None), origin()) is OfferRefusal.GONE
    assert await rows(store, STANDING) == [(0,)]


async def test_an_offer_is_not_accepted_by_whose_account_ends_at_that_moment(
    store: str, rig: MandateRig, leave: Leave
) -> None:
    giver, helper = await rig.person(TEMP), await rig.person(CLERK)
    offer = await rig.mandates.offer(giver, rig.giving(CLERK, None), origin())
    assert isinstance(offer, Mandate)
    late = replace(rig.mandates, ledger=Afterwards(rig.database.ledger, lambda: leave(rig, helper)))
    assert not await late.accept(helper, offer.id, origin())
    assert await rows(store, "SELECT count(*) FROM mandates WHERE accepted_at IS NOT NULL") == [(0,)]


@pytest.mark.parametrize("who", ["guardian", "child"])
async def test_a_guardianship_that_meets_the_end_of_one_sides_account_does_not_begin(
    store: str, rig: MandateRig, leave: Leave, who: str
) -> None:
    sides = {"guardian": await rig.person(MOTHER), "child": await rig.person(CHILD)}
    use = rig.guardianships
    rig.guardianships = replace(use, ledger=Afterwards(use.ledger, once(lambda: leave(rig, sides[who]))))
    assert await rig.ward(sides["guardian"], CHILD) is not WardResult.CLAIMED
    assert await rows(store, STANDING) == [(0,)]


async def test_an_organisation_is_not_claimed_with_an_account_that_ends_at_that_moment(
    store: str, rig: MandateRig, leave: Leave
) -> None:
    boss = await rig.person(BOSS)
    use = rig.organisations
    rig.organisations = replace(use, ledger=Afterwards(use.ledger, once(lambda: leave(rig, boss))))
    await rig.claim(boss)
    assert await rows(store, STANDING) == [(0,)]


async def test_of_offers_and_a_closing_at_once_nothing_is_left_standing(
    store: str, database: Database, neighbour: Database
) -> None:
    here, there = MandateRig(database), MandateRig(neighbour)
    giver = await here.person(TEMP)
    rigs = (here, there)
    offers = [rigs[n % 2].mandates.offer(giver, here.giving(CLERK, None), origin()) for n in range(OFFERS)]
    await asyncio.gather(*offers[: OFFERS // 2], close(there, giver), *offers[OFFERS // 2 :])
    assert await rows(store, STANDING) == [(0,)]


def once(first: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Return what does it the first time and nothing after."""
    left = [first]

    async def run() -> None:
        while left:
            await left.pop()()

    return run
