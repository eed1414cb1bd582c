"""Administrators and agencies: each sees their own subtree, the country's operators change it, the quicker one wins."""

from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.admin.actor import Actor
from idp.admin.agencies.commands import Close, Command, Merge, Move, Rename, Split
from idp.admin.agencies.register import AgencyRegister
from idp.admin.agencies.service import Agencies
from idp.admin.errors import (
    FreshFactorNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
)
from idp.agencies.ports import Belongings
from idp.audit.model import EventName
from idp.officers.roles import NATIONAL, Role
from tests.support.builders.agencies import AT, COMMUNE, MINISTRY, TODAY, UNIT, founding, names, planted
from tests.support.plain.agencies import PlainTree
from tests.support.rigs.admin import StepClock, administrator

OPERATOR = administrator("operator", Role.NATIONAL_OPERATOR)
PROVINCE = administrator("province", Role.AGENCY_ADMINISTRATOR, "H55")
COMMUNES = administrator("commune", Role.AGENCY_ADMINISTRATOR, "H55.1")
AUDITOR = administrator("auditor", Role.AUDITOR)


def planted_tree() -> PlainTree:
    return PlainTree(
        planted(
            [
                founding("G15", MINISTRY),
                founding("G15.1", UNIT, "G15"),
                founding("H03", name="Bắc Kạn"),
                founding("H55", name="Thái Nguyên"),
                founding("H55.1", COMMUNE, "H55", "Phường Một"),
            ]
        )
    )


@pytest.fixture
def tree() -> PlainTree:
    return planted_tree()


@pytest.fixture
def agencies(tree: PlainTree) -> Agencies:
    clock = StepClock(AT)
    return Agencies(tree, AgencyRegister(tree, tree, clock), clock)


async def carried(agencies: Agencies, command: Command) -> None:
    """Carry a command out as an approval does."""
    act = agencies.register.act("NQ 202/2025/QH15", OPERATOR.account_id)
    await agencies.register.change(command, act, lambda name, details: OPERATOR.event(name, AT, details=details))


async def change(agencies: Agencies, actor: Actor, command: Command, **read: int) -> None:
    await agencies.change(actor, command, "NQ 202/2025/QH15", None, read)


@pytest.mark.parametrize(
    ("actor", "tops"),
    [(OPERATOR, ["G15", "H03", "H55"]), (AUDITOR, ["G15", "H03", "H55"]), (PROVINCE, ["H55"]), (COMMUNES, ["H55.1"])],
)
async def test_the_list_begins_with_the_tops_of_ones_roles(agencies: Agencies, actor: Actor, tops: list[str]) -> None:
    assert [row.code for row in await agencies.below(actor, NATIONAL, "", 9)] == tops


async def test_a_foreign_agency_is_not_found_as_one_that_does_not_exist(agencies: Agencies) -> None:
    for code in ("H03", "H99", "G15.1", "H55"):
        with pytest.raises(NotFoundError):
            await agencies.show(COMMUNES, code)
        with pytest.raises(NotFoundError):
            await agencies.below(COMMUNES, code, "", 9)
    assert (await agencies.show(COMMUNES, "H55.1")).agency.code == "H55.1"
    assert [row.code for row in await agencies.below(PROVINCE, "H55", "", 9)] == ["H55.1"]
    with pytest.raises(NotFoundError):
        await agencies.show(OPERATOR, "H99")


async def test_a_search_stays_within_ones_own(agencies: Agencies) -> None:
    assert [row.code for row in await agencies.search(OPERATOR, "bac kan", "", 9)] == ["H03"]
    assert await agencies.search(PROVINCE, "bac kan", "", 9) == []
    assert [row.code for row in await agencies.search(PROVINCE, "phuong", "", 9)] == ["H55.1"]


async def test_one_agency_is_shown_with_what_stands_above_and_what_is_its_own(
    agencies: Agencies, tree: PlainTree
) -> None:
    tree.own["H55.1"] = Belongings((ClientId("portal"),), 2, 1)
    view = await agencies.show(OPERATOR, "H55.1")
    assert ([row.code for row in view.above], view.own) == (["H55"], Belongings((ClientId("portal"),), 2, 1))


@pytest.mark.parametrize("actor", [PROVINCE, COMMUNES, AUDITOR, administrator("support", Role.SUPPORT)])
async def test_nobody_but_the_countrys_operator_changes_the_tree(
    agencies: Agencies, tree: PlainTree, actor: Actor
) -> None:
    commands: list[Command] = [
        founding("H77"),
        founding("H55.2", COMMUNE, "H55"),
        Rename("H55", names("x")),
        Move("H55.1", "H03"),
        Merge(("H03",), "H55"),
        Split("H55", (founding("H81"), founding("H82"))),
        Close("H03"),
    ]
    before = tree.held
    for command in commands:
        with pytest.raises(NotPermittedError):
            await change(agencies, actor, command)
    assert tree.held == before


async def test_a_change_takes_a_fresh_factor(agencies: Agencies) -> None:
    with pytest.raises(FreshFactorNeededError):
        await change(agencies, administrator("tired", Role.NATIONAL_OPERATOR, fresh=False), founding("H77"))


async def test_a_change_is_an_event_of_its_kind_with_codes_and_the_day(agencies: Agencies, tree: PlainTree) -> None:
    await carried(agencies, Merge(("H03", "H55"), founding("H19")))
    (event,) = tree.events
    assert (event.name, event.details["agency"], event.details["others"], event.details["day"]) == (
        EventName.AGENCY_MERGED,
        "H19",
        "H03 H55",
        TODAY.isoformat(),
    )
    assert {one.by for one in tree.kept} == {OPERATOR.account_id}


async def test_a_change_of_a_version_that_is_gone_is_refused(agencies: Agencies) -> None:
    await change(agencies, OPERATOR, Rename("H55", names("Thái Nguyên mới")), H55=1)
    with pytest.raises(StaleVersionError):
        await change(agencies, OPERATOR, Rename("H55", names("x")), H55=1)
    with pytest.raises(StaleVersionError):
        await change(agencies, OPERATOR, Rename("H99", names("x")), H99=1)


async def test_who_was_overtaken_looks_again_and_gives_up_in_the_end(agencies: Agencies, tree: PlainTree) -> None:
    tree.too_late = 2
    await change(agencies, OPERATOR, founding("H77"))
    tree.too_late = 99
    with pytest.raises(StaleVersionError):
        await change(agencies, OPERATOR, founding("H78"))


async def test_a_closed_agency_is_seen_by_those_who_took_it_up(agencies: Agencies) -> None:
    await carried(agencies, Merge(("H03",), "H55"))
    view = await agencies.show(PROVINCE, "H03")
    assert (view.agency.closed_day, view.above) == (TODAY, ())
    with pytest.raises(NotFoundError):
        await agencies.show(COMMUNES, "H03")
    await carried(agencies, Close("G15.1"))
    assert (await agencies.show(OPERATOR, "G15.1")).agency.open is None


async def test_what_is_left_of_an_agency_keeps_it_open(agencies: Agencies, tree: PlainTree) -> None:
    tree.own["H03"] = Belongings((ClientId("portal"),))
    with pytest.raises(InvalidInputError):
        await change(agencies, OPERATOR, Close("H03"))


async def test_a_day_to_come_is_refused_whoever_asks(agencies: Agencies) -> None:
    with pytest.raises(InvalidInputError):
        await agencies.change(OPERATOR, founding("H77"), "NQ 1", TODAY + timedelta(days=1))
