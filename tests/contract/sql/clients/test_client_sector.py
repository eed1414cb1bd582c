"""A sector's document is read when a client is registered or its addresses change (OIDC Registration 5)."""

import json

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.clients.registrations import Previewed
from idp.admin.errors import InvalidInputError
from tests.support.rigs.admin import DEVELOPER, HOST, AdminRig, portal
from tests.support.rigs.registering import Servers

# What use cases decide: every statement that they cause runs on both databases in other files.
pytestmark = pytest.mark.one_engine("sqlite")
URI = f"{HOST}/sector.json"
NAMED = 200, json.dumps([f"{HOST}/callback"]).encode()
WRONG = [("sector_identifier_uri", "sector-live")]


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture
async def rig(database: Database, servers: Servers) -> AdminRig:
    made = await AdminRig.appointed(database)
    made.line = servers
    return made


async def test_a_document_that_lacks_a_redirect_uri_refuses_and_one_that_has_it_does_not(
    rig: AdminRig, servers: Servers
) -> None:
    servers.answers[URI] = 200, b'["https://another.example/cb"]'
    with pytest.raises(InvalidInputError) as refused:
        await rig.clients.register(DEVELOPER, portal(sector_identifier_uri=URI))
    assert [(one.field, one.rule) for one in refused.value.problems] == WRONG
    servers.answers[URI] = NAMED
    await rig.clients.register(DEVELOPER, portal(sector_identifier_uri=URI))
    assert servers.asked == [URI] * 2


async def test_a_document_that_does_not_come_is_a_warning_to_an_administrator(rig: AdminRig, servers: Servers) -> None:
    previewed = await rig.clients.preview(DEVELOPER, ClientId(""), portal(sector_identifier_uri=URI), live=True)
    assert isinstance(previewed, Previewed)
    assert (previewed.problems, [(one.field, one.rule) for one in previewed.warnings]) == ((), WRONG)
    await rig.clients.register(DEVELOPER, portal(sector_identifier_uri=URI))
    assert (await rig.stored()).sector_identifier_uri == URI


async def test_a_change_of_addresses_asks_again_and_another_does_not(rig: AdminRig, servers: Servers) -> None:
    servers.answers[URI] = NAMED
    await rig.clients.register(DEVELOPER, portal(sector_identifier_uri=URI))
    await rig.change(DEVELOPER, default_max_age=60)
    assert servers.asked == [URI]
    with pytest.raises(InvalidInputError) as refused:
        await rig.change(DEVELOPER, redirect_uris=[f"{HOST}/callback", f"{HOST}/another"])
    assert [(one.field, one.rule) for one in refused.value.problems] == WRONG
    version = (await rig.stored()).version
    document = await rig.document(redirect_uris=[f"{HOST}/another"])
    previewed = await rig.clients.preview(DEVELOPER, rig.client_id, document, live=True)
    assert [(one.field, one.rule) for one in previewed.problems] == WRONG
    assert (await rig.stored()).version == version
