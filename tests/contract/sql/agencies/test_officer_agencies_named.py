"""The agencies whose officers a client takes are looked up when they are named, in every way in."""

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.changes.model import ObjectKind
from idp.admin.clients.subject import ClientSubjects
from idp.admin.errors import InvalidInputError
from records.structs import replace
from tests.support.plain.agencies import PARENTS, PlainAgencies
from tests.support.rigs.admin import DEVELOPER, SECOND_OPERATOR, AdminRig, portal

# What use cases decide: every statement that they cause runs on both databases in other files.
pytestmark = pytest.mark.one_engine("sqlite")

DESK: dict[str, object] = {"account_kinds": ["citizen", "officer"]}


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database)


@pytest.mark.parametrize("named", [["H37.12", "G15"], ["*"], []], ids=["of other agencies", "of the State", "none"])
async def test_agencies_of_officers_that_stand_are_registered(rig: AdminRig, named: list[str]) -> None:
    await rig.clients.register(DEVELOPER, portal(**DESK, officer_agencies=named))
    assert (await rig.stored()).officer_agencies == tuple(named)


async def test_a_change_names_no_agency_of_officers_that_is_unknown(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal(**DESK))
    for named in (["H99"], ["H26", "H99"]):
        with pytest.raises(InvalidInputError) as refused:
            await rig.change(DEVELOPER, officer_agencies=named)
        assert [(one.field, one.rule) for one in refused.value.problems] == [("officer_agencies", "unknown-agency")]
        looked = await rig.clients.preview(DEVELOPER, ClientId("portal"), await rig.document(officer_agencies=named))
        assert [(one.field, one.rule) for one in looked.problems] == [("officer_agencies", "unknown-agency")]
    looked = await rig.clients.preview(
        DEVELOPER, ClientId(""), portal(client_id="other", **DESK, officer_agencies=["H99"])
    )
    assert [(one.field, one.rule) for one in looked.problems] == [("officer_agencies", "unknown-agency")]
    assert (await rig.stored()).officer_agencies == ()


async def test_a_code_that_ended_since_hinders_no_other_change(rig: AdminRig) -> None:
    """It takes nobody; a portal whose address must change at once does not wait for it."""
    await rig.clients.register(DEVELOPER, portal(**DESK))
    stored = await rig.stored()
    await rig.database.clients.save(replace(stored, officer_agencies=("H03",)), expected_version=stored.version)
    await rig.change(DEVELOPER, contacts=["a@langson.gov.vn"])
    assert (await rig.stored()).officer_agencies == ("H03",)


async def test_an_agency_that_ended_after_the_proposal_is_not_approved(rig: AdminRig) -> None:
    await rig.in_production(**DESK)
    change = await rig.proposed(DEVELOPER, officer_agencies=["H26"])
    without = {code: above for code, above in PARENTS.items() if code != "H26"}
    approvals = replace(
        rig.approvals,
        subjects={ObjectKind.CLIENT: ClientSubjects(rig.database.clients, PlainAgencies(without))},
    )
    with pytest.raises(InvalidInputError) as refused:
        await approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    assert [(one.field, one.rule) for one in refused.value.problems] == [("officer_agencies", "unknown-agency")]
    await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    assert (await rig.stored()).officer_agencies == ("H26",)
