"""Children: whom the register names acts for them until they turn 14, and they stay the same person later."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from idp.account.model import ProofState
from idp.adapters.sql.database import Database
from idp.audit.model import EventName
from idp.delegation.guardians.service import WardResult
from idp.delegation.mandates.offers import OfferRefusal
from idp.delegation.mandates.policy import guardianship_ends
from idp.delegation.model import Power
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.values.birth_dates import BirthDate
from tests.contract.sql.direct import rows
from tests.support.rigs.mandates import CLERK, MandateRig, origin
from tests.support.rigs.proof import NUMBER_INDEX

MOTHER, CHILD, SISTER = "001999000031", "001899000032", "001999000033"


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store."""
    return MandateRig(database)


async def test_a_guardian_acts_for_the_child_with_all_powers_but_passing_them_on(store: str, rig: MandateRig) -> None:
    mother = await rig.person(MOTHER)
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    (held,) = (await rig.mandates.of(mother)).held
    assert (held.principal_name, held.mandate.powers) == ("Cao Gia Bảo", frozenset(Power) - {Power.DELEGATE})
    # Born on 5 September 2016: the fourteenth birthday begins at midnight in Viet Nam.
    assert held.mandate.ends_at == datetime(2030, 9, 4, 17, tzinfo=UTC)
    giving = rig.giving(CLERK, held.mandate.id)
    assert await rig.mandates.offer(mother, giving, origin()) is OfferRefusal.EXCEEDS
    assert await rig.events_of(mother) == [EventName.WARD_CLAIMED]
    assert await rig.notices_of(mother) == ["ward_claimed"]
    assert await rows(store, "SELECT register, purpose, verdict FROM receipts") == [
        ("population", "DVCQG-GIAMHO", "identical")
    ]


async def test_each_child_is_a_person_of_its_own_and_the_same_one_later(rig: MandateRig) -> None:
    mother = await rig.person(MOTHER)
    for child in (CHILD, SISTER):
        assert await rig.ward(mother, child) is WardResult.CLAIMED
    principals = {one.mandate.principal_id for one in (await rig.mandates.of(mother)).held}
    assert len(principals) == 2
    former = await rig.database.own_account.former_person(NUMBER_INDEX.digest(CHILD))
    assert former is not None
    assert former.person_id in principals


async def test_claiming_again_changes_nothing_even_at_once(store: str, rig: MandateRig) -> None:
    mother = await rig.person(MOTHER)
    results = await asyncio.gather(*(rig.ward(mother, CHILD) for _ in range(5)))
    assert results.count(WardResult.CLAIMED) == 1
    assert await rig.ward(mother, CHILD) is WardResult.ALREADY
    assert await rows(store, "SELECT count(*) FROM mandates") == [(1,)]


async def test_a_child_with_an_account_is_the_person_of_that_account(rig: MandateRig) -> None:
    child, mother = await rig.person(CHILD), await rig.person(MOTHER)
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    (held,) = (await rig.mandates.of(mother)).held
    assert held.mandate.principal_id == child.account.person_id


@pytest.mark.parametrize(
    ("guardian", "name", "result"),
    [
        (CLERK, "", WardResult.DIFFERENT),
        (MOTHER, "Cao Gia Bình", WardResult.DIFFERENT),
        (MOTHER, "Cao Gia Bao", WardResult.NEAR),
    ],
)
async def test_nobody_else_acts_for_a_child(rig: MandateRig, guardian: str, name: str, result: WardResult) -> None:
    view = await rig.person(guardian)
    assert await rig.ward(view, CHILD, name) is result
    assert await rig.holds(view) == set()
    assert await rig.database.own_account.former_person(NUMBER_INDEX.digest(CHILD)) is None


async def test_who_is_not_proved_themself_is_nobodys_guardian(rig: MandateRig) -> None:
    view = await rig.person(MOTHER, ProofState.NOT_PROVED)
    assert await rig.ward(view, CHILD) is WardResult.NOT_PROVED
    assert rig.population.request_ids == []


@pytest.mark.parametrize("trouble", [NoAnswer("timeout"), Garbled("not_xml")])
async def test_a_silent_register_is_no_fact(rig: MandateRig, trouble: NoAnswer | Garbled) -> None:
    mother = await rig.person(MOTHER)
    rig.population.trouble = trouble
    assert await rig.ward(mother, CHILD) is WardResult.NO_ANSWER
    rig.population.trouble = None
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED


async def test_2_7_it_ends_on_the_fourteenth_birthday_and_begins_no_more(rig: MandateRig) -> None:
    mother = await rig.person(MOTHER)
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    rig.clock.at = datetime(2030, 9, 4, 17, tzinfo=UTC) - timedelta(seconds=1)
    assert len(await rig.holds(mother)) == 1
    rig.clock.pass_by(timedelta(seconds=1))
    assert await rig.holds(mother) == set()
    assert await rig.ends.end_what_is_over(10) == 1


async def test_a_claim_for_a_child_of_fourteen_is_refused(rig: MandateRig) -> None:
    rig.clock.at = datetime(2030, 9, 4, 17, tzinfo=UTC)
    mother = await rig.person(MOTHER)
    assert await rig.ward(mother, CHILD) is WardResult.OF_AGE


@pytest.mark.parametrize(
    ("born", "ends_at"),
    [
        ("2016-09-05", datetime(2030, 9, 4, 17, tzinfo=UTC)),
        ("2016", datetime(2030, 12, 30, 17, tzinfo=UTC)),
        ("2016-02-29", datetime(2030, 2, 28, 17, tzinfo=UTC)),
        ("2014-03-01", datetime(2028, 2, 29, 17, tzinfo=UTC)),
    ],
)
def test_2_7_of_a_year_alone_the_latest_possible_birthday_counts(born: str, ends_at: datetime) -> None:
    assert guardianship_ends(BirthDate.parse(born)) == ends_at
