"""Giving the right to act: never more than one holds, to nobody who can be found out, ended by either side at once."""

from datetime import timedelta

import pytest

from idp.account.model import ProofState
from idp.adapters.sql.database import Database
from idp.audit.model import EventName
from idp.delegation.mandates.offers import OfferRefusal
from idp.delegation.mandates.policy import OFFERS_A_DAY
from idp.delegation.model import ALL_POWERS, Power
from idp.kernel.ids import MandateId
from tests.support.rigs.mandates import BOSS, CLERK, FILE, MAY_PASS_ON, STRANGER, TEMP, MandateRig, origin


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store."""
    return MandateRig(database)


async def test_the_other_sees_the_offer_accepts_and_may_act(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK)
    offer = await rig.mandates.offer(boss, rig.giving(CLERK, MandateId(under)), origin())
    assert not isinstance(offer, OfferRefusal)
    (seen,) = await rig.offered(clerk)
    assert (seen.principal_name, seen.principal_code) == ("Công ty TNHH Mẫu Sông Hồng", "0100047516")
    assert (seen.giver_name, seen.mandate.powers) == ("Trịnh Công Thành", FILE)
    assert await rig.holds(clerk) == set()
    assert await rig.mandates.accept(clerk, seen.mandate.id, origin())
    assert await rig.holds(clerk) == {offer.id}
    assert await rig.offered(clerk) == []
    assert not await rig.mandates.accept(clerk, offer.id, origin())


async def test_both_sides_are_told_of_each_step(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK)
    mandate = MandateId(await rig.given(boss, MandateId(under), clerk, CLERK))
    assert await rig.mandates.end(boss, mandate, origin())
    assert await rig.notices_of(clerk) == ["mandate_ended", "mandate_received"]
    assert await rig.notices_of(boss) == [
        "mandate_ended",
        "mandate_accepted",
        "mandate_offered",
        "organisation_claimed",
    ]
    assert await rig.events_of(clerk) == [
        EventName.MANDATE_ENDED,
        EventName.MANDATE_ACCEPTED,
        EventName.MANDATE_RECEIVED,
    ]
    assert (await rig.events_of(boss))[:3] == [
        EventName.MANDATE_ENDED,
        EventName.MANDATE_ACCEPTED,
        EventName.MANDATE_OFFERED,
    ]


async def test_en_1_the_answer_is_the_same_whether_or_not_the_other_exists(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    await rig.person(CLERK)
    known = await rig.mandates.offer(boss, rig.giving(CLERK, MandateId(under)), origin())
    unknown = await rig.mandates.offer(boss, rig.giving(STRANGER, MandateId(under)), origin())
    for offer in (known, unknown):
        assert not isinstance(offer, OfferRefusal)
        assert (offer.actor_id, offer.accepted_at) == (None, None)
    assert len((await rig.mandates.of(boss)).given) == 2


async def test_who_comes_later_finds_the_offer(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    await rig.mandates.offer(boss, rig.giving(STRANGER, MandateId(under)), origin())
    late = await rig.person(STRANGER)
    assert len(await rig.offered(late)) == 1


async def test_a_slip_in_the_number_shows_the_offer_to_nobody(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    temp = await rig.person(TEMP)
    offer = await rig.mandates.offer(boss, rig.giving(TEMP, MandateId(under), name="Nguyễn Văn Bình"), origin())
    assert not isinstance(offer, OfferRefusal)
    assert await rig.offered(temp) == []
    assert not await rig.mandates.accept(temp, offer.id, origin())
    assert not await rig.mandates.end(temp, offer.id, origin())
    assert (await rig.notices_of(temp), await rig.events_of(temp)) == ([], [])
    assert (await rig.notices_of(boss))[0] == "mandate_offered"


@pytest.mark.parametrize("proof", [ProofState.WAITING, ProofState.NOT_PROVED, ProofState.LAPSED])
async def test_a_number_that_no_register_proved_gives_and_takes_nothing(rig: MandateRig, proof: ProofState) -> None:
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK, proof)
    offer = await rig.mandates.offer(boss, rig.giving(CLERK, MandateId(under)), origin())
    assert not isinstance(offer, OfferRefusal)
    assert await rig.offered(clerk) == []
    assert (await rig.notices_of(clerk), await rig.events_of(clerk)) == ([], [])
    assert not await rig.mandates.accept(clerk, offer.id, origin())
    assert await rig.mandates.offer(clerk, rig.giving(BOSS, None), origin()) is OfferRefusal.NOT_PROVED


@pytest.mark.parametrize(
    ("to", "powers", "days", "refusal"),
    [
        (BOSS, FILE, 30, OfferRefusal.ONESELF),
        (CLERK, frozenset[Power](), 30, OfferRefusal.NO_POWER),
        (CLERK, FILE, -1, OfferRefusal.TOO_EARLY),
        (CLERK, FILE, 367, OfferRefusal.TOO_LONG),
    ],
)
async def test_an_offer_that_makes_no_sense_is_refused_with_its_reason(
    rig: MandateRig, to: str, powers: frozenset[Power], days: int, refusal: OfferRefusal
) -> None:
    boss, under = await rig.boss()
    assert await rig.mandates.offer(boss, rig.giving(to, MandateId(under), powers, days=days), origin()) is refusal


async def test_a_delegate_passes_on_only_with_that_power_and_never_more(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK)
    plain = MandateId(await rig.given(boss, MandateId(under), clerk, CLERK, FILE))
    passing = MandateId(await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON))
    offer = rig.mandates.offer
    assert await offer(clerk, rig.giving(TEMP, plain), origin()) is OfferRefusal.EXCEEDS
    assert await offer(clerk, rig.giving(TEMP, passing, ALL_POWERS), origin()) is OfferRefusal.EXCEEDS
    assert await offer(clerk, rig.giving(TEMP, passing, days=31), origin()) is OfferRefusal.TOO_LONG
    assert await offer(boss, rig.giving(TEMP, passing), origin()) is OfferRefusal.GONE
    assert not isinstance(await offer(clerk, rig.giving(TEMP, passing), origin()), OfferRefusal)


async def test_either_side_and_the_organisation_end_it_and_nobody_else(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk, temp, stranger = await rig.person(CLERK), await rig.person(TEMP), await rig.person(STRANGER)
    for ender in (boss, clerk):
        mandate = MandateId(await rig.given(boss, MandateId(under), clerk, CLERK))
        assert not await rig.mandates.end(stranger, mandate, origin())
        assert await rig.holds(clerk) == {mandate}
        assert await rig.mandates.end(ender, mandate, origin())
        assert await rig.holds(clerk) == set()
        assert not await rig.mandates.end(ender, mandate, origin())
    passing = await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON)
    deep = MandateId(await rig.given(clerk, MandateId(passing), temp, TEMP))
    assert await rig.mandates.end(boss, deep, origin())
    assert await rig.holds(temp) == set()


async def test_an_offer_is_declined_by_the_one_it_was_made_to(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    offer = await rig.mandates.offer(boss, rig.giving(CLERK, MandateId(under)), origin())
    assert not isinstance(offer, OfferRefusal)
    assert not await rig.mandates.end(temp, offer.id, origin())
    assert await rig.mandates.end(clerk, offer.id, origin())
    found = await rig.database.mandates.by_id(offer.id)
    assert found is not None
    assert found.mandate.end_reason == "declined"
    assert not await rig.mandates.accept(clerk, offer.id, origin())


async def test_what_was_passed_on_ends_with_what_it_came_from_and_all_are_told(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk, temp = await rig.person(CLERK), await rig.person(TEMP)
    passing = MandateId(await rig.given(boss, MandateId(under), clerk, CLERK, MAY_PASS_ON))
    await rig.given(clerk, passing, temp, TEMP)
    assert await rig.mandates.end(clerk, passing, origin())
    assert await rig.holds(temp) == set()
    assert (await rig.notices_of(temp))[0] == "mandate_ended"


async def test_a_helper_acts_for_a_relative_and_passes_nothing_on(rig: MandateRig) -> None:
    mother, helper = await rig.person(TEMP), await rig.person(CLERK)
    assert await rig.mandates.offer(mother, rig.giving(CLERK, None, MAY_PASS_ON), origin()) is OfferRefusal.EXCEEDS
    mandate = MandateId(await rig.given(mother, None, helper, CLERK))
    (held,) = (await rig.mandates.of(helper)).held
    assert (held.principal_name, held.principal_code) == ("Trần Thị Mai", "")
    assert await rig.mandates.offer(helper, rig.giving(STRANGER, mandate), origin()) is OfferRefusal.EXCEEDS
    assert await rig.mandates.end(mother, mandate, origin())
    assert await rig.holds(helper) == set()


async def test_offers_are_counted(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    for _ in range(OFFERS_A_DAY):
        assert not isinstance(
            await rig.mandates.offer(boss, rig.giving(CLERK, MandateId(under)), origin()), OfferRefusal
        )
    assert await rig.mandates.offer(boss, rig.giving(CLERK, MandateId(under)), origin()) is OfferRefusal.TOO_OFTEN


async def test_a_mandate_ends_when_its_day_is_over(rig: MandateRig) -> None:
    boss, under = await rig.boss()
    clerk = await rig.person(CLERK)
    await rig.given(boss, MandateId(under), clerk, CLERK)
    rig.clock.pass_by(timedelta(days=29))
    assert await rig.ends.end_what_is_over(10) == 0
    rig.clock.pass_by(timedelta(days=2))
    assert await rig.holds(clerk) == set()
    assert await rig.ends.end_what_is_over(10) == 1
    assert (await rig.notices_of(clerk))[0] == "mandate_ended"
    assert await rig.ends.end_what_is_over(10) == 0
