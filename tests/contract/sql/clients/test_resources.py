"""Resources (RFC 8707) belong to the agency that registered them: whose word a client of another agency needs."""

import pytest

from clients.errors import ClientChangedError
from clients.metadata import parse_entry
from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.model import Change
from idp.admin.errors import InvalidInputError, NotFoundError, NotPermittedError
from idp.admin.permissions import Permission
from records.structs import replace
from tests.support.rigs.admin import (
    AGENCY,
    COLLEAGUE,
    COMMUNE,
    DEVELOPER,
    OPERATOR,
    OTHER_AGENCY,
    SECOND_OPERATOR,
    AdminRig,
    portal,
)

# What use cases decide; the statement that holds the owner runs on both databases below.
ONE_ENGINE = pytest.mark.one_engine("sqlite")
RECORDS = "https://records.hanoi.gov.vn/api"


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database)


async def registered_by(rig: AdminRig, actor: Actor, agency: str, client_id: ClientId, resource: str) -> None:
    """Let an agency have a resource, by a client of its own in production."""
    host = f"https://dichvucong.{client_id}.gov.vn/callback"
    named = portal(client_id=client_id, agency=agency, resource=resource, redirect_uris=[host])
    document = {**named, "stage": "production"}
    await rig.clients.register(actor, named)
    version = (await rig.clients.find(actor, client_id)).version
    change = await rig.clients.change(actor, client_id, version, document, "as the tests want it")
    assert isinstance(change, Change)
    await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)


async def asked_of(rig: AdminRig) -> Change:
    """Let the portal of H37, in production, ask for the resource of H26."""
    await registered_by(rig, OTHER_AGENCY, "H26", ClientId("records"), RECORDS)
    await rig.in_production()
    return await rig.proposed(DEVELOPER, resource=RECORDS)


@ONE_ENGINE
async def test_rfc8707_2_tokens_for_another_agencys_resource_take_that_agencys_word(rig: AdminRig) -> None:
    """Seen: tokens with another agency's audience by one's own approval."""
    change = await asked_of(rig)
    for actor in (COLLEAGUE, OPERATOR, COMMUNE):
        with pytest.raises((NotPermittedError, NotFoundError)):
            await rig.approvals.approve(actor, change.id, change.digest)
    assert (await rig.stored()).audience is None


@ONE_ENGINE
async def test_the_owners_approver_sees_the_change_and_approves_it(rig: AdminRig) -> None:
    change = await asked_of(rig)
    assert [one.id for one in await rig.approvals.waiting(OTHER_AGENCY)] == [change.id]
    assert [one.id for one in await rig.approvals.waiting(AGENCY)] == [change.id]
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    assert (await rig.stored()).audience == RECORDS


@ONE_ENGINE
async def test_who_owns_the_resource_decides_on_nothing_else_of_the_client(rig: AdminRig) -> None:
    await asked_of(rig)
    await rig.approvals.withdraw(DEVELOPER, (await rig.approvals.waiting(AGENCY))[0].id)
    with pytest.raises(InvalidInputError) as refused:
        await rig.change(DEVELOPER, resource=RECORDS, client_name="Cổng khác")
    assert [(one.field, one.rule) for one in refused.value.problems] == [("resource", "anothers-resource")]


@ONE_ENGINE
async def test_nor_does_a_client_enter_production_with_anothers_resource(rig: AdminRig) -> None:
    await registered_by(rig, OTHER_AGENCY, "H26", ClientId("records"), RECORDS)
    await rig.clients.register(DEVELOPER, portal(resource=RECORDS))
    with pytest.raises(InvalidInputError) as refused:
        await rig.change(DEVELOPER, stage="production")
    assert [(one.field, one.rule) for one in refused.value.problems] == [("resource", "anothers-resource")]


@ONE_ENGINE
@pytest.mark.parametrize(
    ("resource", "needs"),
    [
        ("https://records.hanoi.gov.vn/more", Permission.CLIENTS_APPROVE_NATIONAL),
        ("https://records.langson.gov.vn/more", Permission.CLIENTS_APPROVE),
        ("https://elsewhere.langson.gov.vn", Permission.CLIENTS_APPROVE_NATIONAL),
        ("urn:records", Permission.CLIENTS_APPROVE_NATIONAL),
    ],
    ids=["host of another agency", "own host", "host of nobody", "no host"],
)
async def test_the_first_resource_of_a_host_is_the_countrys_to_give(
    rig: AdminRig, resource: str, needs: Permission
) -> None:
    """Else whoever comes first would own the audience of a server that is not theirs."""
    await registered_by(rig, OTHER_AGENCY, "H26", ClientId("records"), RECORDS)
    await registered_by(rig, AGENCY, "H37", ClientId("own"), "https://records.langson.gov.vn/api")
    await rig.in_production()
    assert (await rig.proposed(DEVELOPER, resource=resource)).needs is needs


@ONE_ENGINE
async def test_undoing_gives_anothers_resource_back_by_its_owners_word_alone(rig: AdminRig) -> None:
    change = await asked_of(rig)
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    document = await rig.document()
    del document["resource"]
    left = await rig.clients.change(
        DEVELOPER, ClientId("portal"), (await rig.stored()).version, document, "it is not needed"
    )
    assert isinstance(left, Change)
    await rig.approvals.approve(COLLEAGUE, left.id, left.digest)
    with pytest.raises((NotPermittedError, NotFoundError)):
        await rig.approvals.undo(AGENCY, left.id)
    assert (await rig.stored()).resource is None


async def test_of_two_agencies_that_claim_a_resource_at_once_one_has_it(database: Database) -> None:
    now = AdminRig(database).clock.now()
    entry = {"client_name": "Kho dữ liệu", "grant_types": ["client_credentials"], "resource": RECORDS}
    first, second = (
        replace(parse_entry({**entry, "client_id": agency, "agency": agency}, now).client, resource_agency=agency)
        for agency in ("H26", "H37")
    )
    saved = await database.clients.save(first, expected_version=None)
    with pytest.raises(ClientChangedError):
        await database.clients.save(second, expected_version=None)
    guest = await database.clients.save(replace(second, resource_agency="H26"), expected_version=None)
    with pytest.raises(ClientChangedError):
        await database.clients.save(replace(guest, resource_agency="H37"), expected_version=guest.version)
    assert await database.clients.load_all() == [saved, guest]
