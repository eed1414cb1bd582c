"""Whoever represents a principal sees everybody who acts for it, however deep, ends any, and hears of new ones."""

import pytest

from idp.adapters.sql.database import Database
from idp.delegation.effects import OfferMandate
from idp.delegation.guardians.service import WardResult
from idp.delegation.mandates.names import seal_actor
from idp.delegation.model import CLAIM_WAIT, Power
from idp.delegation.people import PAGE
from idp.kernel.ids import MandateId
from portals.simulator.people import BY_NUMBER
from records.structs import replace
from tests.contract.sql.delegation.test_first_claims import claimed
from tests.contract.sql.delegation.test_guardianships import CHILD, MOTHER
from tests.support.builders.mandates import delegating
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.mandates import BOSS, CLERK, MAY_PASS_ON, STRANGER, TEMP, MandateRig, origin

VIEW = frozenset({Power.VIEW})


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store."""
    return MandateRig(database)


async def test_a_representative_sees_and_ends_what_a_delegate_passed_on(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    first = await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON)
    second = MandateId(await rig.given(clerk, MandateId(first), temp, TEMP))
    found = await rig.people.of(boss, MandateId(under), 1)
    assert found is not None
    assert [(one.named.mandate.id, one.depth, one.may_end) for one in found.people] == [
        (under, 0, False),
        (first, 1, True),
        (second, 2, True),
    ]
    assert await rig.mandates.end(boss, second, origin())
    assert await rig.holds(temp) == set()
    assert await rig.holds(clerk) == {first}


async def test_a_representative_is_told_of_offers_and_acceptances_below_them(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    first = await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON)
    before = await rig.notices_of(boss)
    await rig.given(clerk, MandateId(first), temp, TEMP)
    reported = await rig.notices_of(boss)
    assert reported[: len(reported) - len(before)] == ["mandate_accepted_below", "mandate_offered_below"]
    for other in (clerk, temp):
        assert not {"mandate_accepted_below", "mandate_offered_below"} & set(await rig.notices_of(other))


async def test_an_offer_to_a_slip_of_the_pen_is_seen_too(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK)
    first = MandateId(await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON))
    offered = await rig.mandates.offer(clerk, rig.giving(STRANGER, first), origin())
    assert not isinstance(offered, str)
    found = await rig.people.of(boss, MandateId(under), 1)
    assert found is not None
    assert found.people[-1].named.mandate.id == offered.id
    assert await rig.mandates.end(boss, offered.id, origin())


async def test_nobody_else_sees_it(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    first = MandateId(await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON))
    assert await rig.people.of(clerk, first, 1) is None
    assert await rig.people.of(temp, MandateId(under), 1) is None
    assert await rig.people.of(boss, MandateId("0" * 26), 1) is None
    assert await rig.mandates.end(boss, MandateId(under), origin())
    assert await rig.people.of(boss, MandateId(under), 1) is None


async def test_a_large_tree_comes_in_pages_each_mandate_once(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    (held,) = (await rig.mandates.of(boss)).held
    many = 2 * PAGE
    offers = [delegating(held.mandate, f"clerk {number}", VIEW, offered_at=rig.clock.now()) for number in range(many)]
    named = [
        replace(one, actor_sealed=seal_actor(PROVIDER.sealer, one.id, CLERK, BY_NUMBER[CLERK].full_name))
        for one in offers
    ]
    assert await rig.database.ledger.commit(*(OfferMandate(mandate=one) for one in named))
    seen: list[str] = []
    for page, length in ((1, PAGE), (2, PAGE), (3, 1), (4, 0)):
        found = await rig.people.of(boss, MandateId(under), page)
        assert found is not None
        assert (len(found.people), found.pages) == (length, 3)
        seen += [one.named.mandate.id for one in found.people]
    assert len(set(seen)) == many + 1


async def test_a_claim_that_waits_opens_no_tree_and_ends_nobody(database: Database) -> None:
    rig = MandateRig(database, CLAIM_WAIT)
    boss, under = await claimed(rig, BOSS)
    assert await rig.people.of(boss, MandateId(under), 1) is None


async def test_a_child_sees_who_acts_for_it(rig: MandateRig) -> None:
    child, mother = await rig.person(CHILD), await rig.person(MOTHER)
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    found = await rig.people.of(child, MandateId(""), 1)
    assert found is not None
    assert [one.may_end for one in found.people] == [True]
    (mothers,) = await rig.holds(mother)
    seen = await rig.people.of(mother, MandateId(mothers), 1)
    assert seen is not None
    assert len(seen.people) == 1
