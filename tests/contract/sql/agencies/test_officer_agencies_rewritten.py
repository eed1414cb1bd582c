"""A merge, split or end of agencies rewrites the codes of whose officers clients take: shown to two, and undone."""

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.agencies.commands import Close, OfTwo
from idp.admin.changes.differences import differences_of
from idp.admin.errors import StaleVersionError
from records.structs import replace
from tests.contract.sql.agencies.test_agencies import client_of
from tests.contract.sql.agencies.test_agency_approvals import (
    DECISION,
    IN_TWO,
    INTO_A_NEW_ONE,
    INTO_ONE_THAT_STANDS,
    LONG_AGO,
    SEEDS,
    done,
    event_of,
    proposed,
)
from tests.support.rigs.admin import OPERATOR, SECOND_OPERATOR, AdminRig

LISTS = {"desk": ("G15", "H03", "H55"), "end": ("G15.2",), "more": ("G15.2", "H55"), "all": ("*",), "own": ()}


async def naming(database: Database, client_id: ClientId, *codes: str) -> None:
    client = replace(client_of(client_id, "G15"), account_kinds=("officer",), officer_agencies=codes)
    await database.clients.save(client, expected_version=None)


async def lists(rig: AdminRig) -> dict[str, tuple[str, ...]]:
    return {client.client_id: client.officer_agencies for client in await rig.database.clients.load_all()}


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    rig = await AdminRig.appointed(database)
    register = rig.agencies.register
    for command in SEEDS:
        await register.change(command, register.act(DECISION, "operator", LONG_AGO), event_of)
    for client_id, codes in LISTS.items():
        await naming(database, ClientId(client_id), *codes)
    return rig


@pytest.mark.parametrize(
    ("command", "then"),
    [
        (INTO_ONE_THAT_STANDS, {"desk": ("G15", "H55")}),
        (INTO_A_NEW_ONE, {"desk": ("G15", "H19"), "more": ("G15.2", "H19")}),
        (replace(IN_TWO, clients={}), {"desk": ("G15", "H03", "H81"), "more": ("G15.2", "H81")}),
        (Close("G15.2"), {"more": ("H55",)}),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_the_codes_follow_and_come_back(rig: AdminRig, command: OfTwo, then: dict[str, tuple[str, ...]]) -> None:
    change = await proposed(rig, command)
    assert await lists(rig) == LISTS
    shown = {one.member for one in differences_of(change)}
    assert {name for name in shown if name.startswith("officer_agencies.")} == {
        f"officer_agencies.{client_id}" for client_id in then
    }
    read = await rig.database.clients.version()
    await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    assert await lists(rig) == {**LISTS, **then}
    # Every process that follows the registry learns of it.
    assert {one.client_id for one in await rig.database.clients.changed_since(read)} == set(then)
    await rig.approvals.undo(OPERATOR, change.id)
    assert await lists(rig) == LISTS


async def test_a_client_that_names_the_agency_since_was_not_agreed_to(rig: AdminRig) -> None:
    change = await proposed(rig, INTO_ONE_THAT_STANDS)
    await naming(rig.database, ClientId("late"), "H03")
    with pytest.raises(StaleVersionError):
        await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)


@pytest.mark.parametrize("late", ["another names it", "one is edited"])
async def test_what_comes_between_look_and_write_is_not_overwritten(
    rig: AdminRig, neighbour: Database, late: str
) -> None:
    change = await proposed(rig, INTO_ONE_THAT_STANDS)
    subject = await rig.approvals.subjects[change.object_kind].of(change)
    assert subject is not None
    application = await subject.applied(change, change.after, rig.clock.now())
    if late == "another names it":
        await naming(neighbour, ClientId("late"), "H03")
    else:
        client = await neighbour.clients.find(ClientId("desk"))
        assert client is not None
        edited = replace(client, officer_agencies=("H03",))
        await neighbour.clients.save(edited, expected_version=client.version)
    before = await lists(rig)
    assert not await rig.database.ledger.commit(application.effect, *application.also)
    assert await lists(rig) == before


async def test_what_was_written_since_stays_but_for_codes_that_end_again(rig: AdminRig) -> None:
    change = await done(rig, INTO_A_NEW_ONE)
    client = await rig.database.clients.find(ClientId("desk"))
    assert client is not None
    edited = replace(client, officer_agencies=("H19",))
    await rig.database.clients.save(edited, expected_version=client.version)
    await rig.approvals.undo(SECOND_OPERATOR, change.id)
    assert await lists(rig) == {**LISTS, "desk": ("H03",)}


async def test_the_host_alone_rewrites_them_too(rig: AdminRig) -> None:
    register = rig.agencies.register
    await register.change(INTO_ONE_THAT_STANDS, register.act(DECISION, "operator"), event_of)
    assert (await lists(rig))["desk"] == ("G15", "H55")
