"""What a client may do at an API is granted by two people; at another agency's API by that agency's word."""

import pytest

from clients.model import TOKEN_EXCHANGE, Client, ClientId
from clients.templates import TEMPLATES
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.model import Change
from idp.admin.errors import InvalidInputError, NotFoundError, NotPermittedError
from tests.support.rigs.admin import (
    AGENCY,
    COLLEAGUE,
    DEVELOPER,
    OPERATOR,
    OTHER_AGENCY,
    SECOND_OPERATOR,
    AdminRig,
)
from tests.unit.clients.entries import EC_KEY

# What use cases decide.
pytestmark = pytest.mark.one_engine("sqlite")
GRANTS = ["client_credentials", TOKEN_EXCHANGE]


def service(client_id: str, agency: str, **members: object) -> dict[str, object]:
    """Return what registers a service of an agency."""
    template = {**TEMPLATES["service"].members, "scope": "openid"}
    named = {"client_id": client_id, "client_name": "Dịch vụ", "agency": agency, "jwks": {"keys": [EC_KEY]}}
    return {**template, **named, "sector_identifier_uri": f"https://dichvucong.{client_id}.gov.vn/", **members}


async def in_use(rig: AdminRig, actor: Actor, agency: str, client_id: str, **members: object) -> Client:
    """Register a service and bring it into production."""
    document = service(client_id, agency, **members)
    await rig.clients.register(actor, document)
    version = (await rig.clients.find(actor, ClientId(client_id))).version
    change = await rig.clients.change(
        actor, ClientId(client_id), version, {**document, "stage": "production"}, "as the tests want it"
    )
    assert isinstance(change, Change)
    await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    return await rig.clients.find(actor, ClientId(client_id))


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    """Return a rig with an API of each of two agencies, and a client of H37 that calls."""
    rig = await AdminRig.appointed(database, client_id=ClientId("caller"))
    for agency, actor, name in (("H26", OTHER_AGENCY, "records"), ("H37", DEVELOPER, "dossiers")):
        resource = f"https://{name}.gov.vn/api"
        api = await in_use(
            rig, actor, agency, name, resource=resource, service_scopes=[f"{name}.read", f"{name}.write"]
        )
        assert api.owns_audience
    await in_use(rig, DEVELOPER, "H37", "caller", grant_types=GRANTS, resource="https://caller.gov.vn/api")
    return rig


async def test_ones_own_agencys_api_takes_a_second_person_of_it(rig: AdminRig) -> None:
    change = await rig.proposed(AGENCY, api_access={"dossiers": "dossiers.read"})
    assert change.asked_agency is None
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(AGENCY, change.id, change.digest)
    await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    assert (await rig.stored()).api_access == {"dossiers": "dossiers.read"}


ASKED = [{"api_access": {"records": "records.read"}}, {"exchange_apis": ["records"]}]


@pytest.mark.parametrize("asked", ASKED, ids=["for itself", "for persons"])
async def test_another_agencys_api_takes_that_agencys_word(rig: AdminRig, asked: dict[str, object]) -> None:
    change = await rig.proposed(DEVELOPER, **asked)
    assert change.asked_agency == "H26"
    for actor in (COLLEAGUE, OPERATOR):
        with pytest.raises((NotPermittedError, NotFoundError)):
            await rig.approvals.approve(actor, change.id, change.digest)
    assert (await rig.stored()).api_access == {}
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    stored = await rig.stored()
    assert (stored.api_access, list(stored.exchange_apis)) == (
        asked.get("api_access", {}),
        asked.get("exchange_apis", []),
    )


@pytest.mark.parametrize(
    "more",
    [
        {"client_name": "Tên khác"},
        {"api_access": {"records": "records.read", "dossiers": "dossiers.read"}},
    ],
    ids=["another member", "an API of one's own agency"],
)
async def test_the_owner_decides_on_nothing_else(rig: AdminRig, more: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await rig.change(DEVELOPER, **{"api_access": {"records": "records.read"}} | more)
    assert [(one.field, one.rule) for one in refused.value.problems] == [("api_access", "anothers-api")]


async def test_more_at_the_same_api_takes_its_word_again_and_less_does_not(rig: AdminRig) -> None:
    change = await rig.proposed(DEVELOPER, api_access={"records": "records.read"})
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    more = await rig.proposed(DEVELOPER, api_access={"records": "records.read records.write"})
    assert more.asked_agency == "H26"
    await rig.approvals.approve(OTHER_AGENCY, more.id, more.digest)
    less = await rig.proposed(DEVELOPER, api_access={"records": "records.read"})
    assert less.asked_agency is None
    await rig.approvals.approve(COLLEAGUE, less.id, less.digest)
    with pytest.raises((NotPermittedError, NotFoundError)):
        await rig.approvals.undo(AGENCY, less.id)
    assert (await rig.stored()).api_access == {"records": "records.read"}


async def test_what_no_api_offers_is_no_proposal(rig: AdminRig) -> None:
    for asked, rule in (
        ({"api_access": {"records": "records.delete"}}, "unknown-service-scope"),
        ({"api_access": {"nobody": "x"}}, "unknown-api"),
        ({"exchange_apis": ["nobody"]}, "unknown-api"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await rig.change(DEVELOPER, **asked)
        assert [one.rule for one in refused.value.problems] == [rule]


async def test_an_api_takes_no_scope_of_the_providers(rig: AdminRig) -> None:
    document = service("rogue", "H37", resource="https://rogue.gov.vn/api", service_scopes=["admin:read"])
    with pytest.raises(InvalidInputError) as refused:
        await rig.clients.register(DEVELOPER, document)
    assert [(one.field, one.rule) for one in refused.value.problems] == [("service_scopes", "providers-scope")]


async def test_nobody_enters_production_with_anothers_api(rig: AdminRig) -> None:
    document = service(
        "newcomer", "H37", resource="https://newcomer.gov.vn/api", api_access={"records": "records.read"}
    )
    await rig.clients.register(DEVELOPER, document)
    version = (await rig.clients.find(DEVELOPER, ClientId("newcomer"))).version
    with pytest.raises(InvalidInputError) as refused:
        await rig.clients.change(
            DEVELOPER, ClientId("newcomer"), version, {**document, "stage": "production"}, "as the tests want it"
        )
    assert [one.rule for one in refused.value.problems] == ["anothers-api"]


async def test_an_api_that_stops_offering_before_the_decision_is_not_granted(rig: AdminRig) -> None:
    change = await rig.proposed(DEVELOPER, api_access={"records": "records.read"})
    api = await rig.clients.find(OTHER_AGENCY, ClientId("records"))
    await rig.clients.stop(OTHER_AGENCY, api.client_id, "as the tests want it")
    with pytest.raises(InvalidInputError):
        await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)


async def test_who_gives_a_client_away_gives_nobody_elses_api_with_it(rig: AdminRig) -> None:
    change = await rig.proposed(DEVELOPER, api_access={"records": "records.read"})
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    move = await rig.change(OPERATOR, agency="H26")
    assert isinstance(move, Change)
    assert "api_access" not in move.after
    await rig.approvals.approve(OTHER_AGENCY, move.id, move.digest)
    stored = await rig.stored()
    assert (stored.agency, stored.api_access, stored.exchange_apis) == ("H26", {}, ())
