"""A client goes to another agency by that agency's word, and leaves its secrets and keys behind."""

import pytest

from clients.document import document_of
from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.differences import differences_of
from idp.admin.changes.model import Change, ChangeKind, ChangeState, ObjectKind
from idp.admin.clients.documents import asked_scopes
from idp.admin.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotIndependentError,
    NotPermittedError,
    RightRestsError,
    StaleVersionError,
    TooLateError,
)
from idp.admin.permissions import Permission
from idp.officers.roles import Role
from tests.contract.sql.account.test_two_people import Puppet, appear
from tests.support.rigs.admin import (
    AGENCY,
    COLLEAGUE,
    COMMUNE,
    DEVELOPER,
    HOST,
    OPERATOR,
    OTHER_AGENCY,
    SECOND_OPERATOR,
    AdminRig,
    administrator,
    portal,
)
from tests.support.running.sql_stores import NOW

KEYS = {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": f"{HOST}/keys"}
RECEIVER = administrator("receiver", Role.AGENCY_ADMINISTRATOR, "H26")


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    rig = await AdminRig.appointed(database, RECEIVER)
    await rig.clients.register(AGENCY, portal())
    return rig


async def moving(rig: AdminRig, actor: Actor = AGENCY, agency: str = "H26") -> Change:
    """Return the proposal that another agency takes the portal up."""
    return await rig.proposed(actor, agency=agency)


async def test_nobody_gives_a_client_away_alone(rig: AdminRig) -> None:
    done = await rig.change(AGENCY, agency="H26")
    assert (await rig.stored()).agency == "H37", "one person moved a client to an agency that was not asked"
    assert isinstance(done, Change)
    assert (done.kind, done.agency, done.asked_agency) == (ChangeKind.MOVE, "H37", "H26")


@pytest.mark.parametrize(
    "actor",
    [AGENCY, COLLEAGUE, COMMUNE, DEVELOPER, OPERATOR, SECOND_OPERATOR],
    ids=lambda actor: actor.officer_code,
)
async def test_only_who_administers_the_receiving_agency_gives_its_word(rig: AdminRig, actor: Actor) -> None:
    """Neither the giving agency nor the country speaks for it."""
    change = await moving(rig)
    with pytest.raises((NotPermittedError, NotFoundError)):
        await rig.approvals.approve(actor, change.id, change.digest)
    assert (await rig.stored()).agency == "H37"
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    assert (await rig.stored()).agency == "H26"


async def test_whom_the_mover_made_does_not_give_the_word_nor_a_right_of_today(rig: AdminRig) -> None:
    change = await moving(rig)
    for puppet, error in (
        (
            Puppet("made", issued_by=AGENCY.account_id, role=Role.AGENCY_ADMINISTRATOR, agency="H26"),
            NotIndependentError,
        ),
        (Puppet("new", at=NOW, role=Role.AGENCY_ADMINISTRATOR, agency="H26"), RightRestsError),
    ):
        with pytest.raises(error):
            await rig.approvals.approve(await appear(rig.database, puppet), change.id, change.digest)
    assert (await rig.stored()).agency == "H37"


async def test_who_stands_above_both_gives_and_another_takes(rig: AdminRig) -> None:
    change = await moving(rig, AGENCY, "H37.12")
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(AGENCY, change.id, change.digest)
    await rig.approvals.approve(COMMUNE, change.id, change.digest)
    assert (await rig.stored()).agency == "H37.12"


@pytest.mark.parametrize("members", [{}, KEYS], ids=["secret", "keys"])
async def test_what_the_former_agency_knows_opens_nothing(rig: AdminRig, members: dict[str, str]) -> None:
    if members:
        await rig.change(AGENCY, **members)
    change = await moving(rig)
    reported = {one.member: (one.removed, one.added) for one in differences_of(change)}
    assert (reported["agency"], reported["secrets"]) == ((("H37",), ("H26",)), ((), ("revoked",)))
    assert ("jwks_uri" in reported) is bool(members)
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    stored = await rig.stored()
    assert (stored.agency, stored.secrets, stored.jwks, stored.jwks_uri) == ("H26", (), None, None)
    with pytest.raises(NotFoundError):
        await rig.clients.rotate_secret(AGENCY, ClientId("portal"), stored.version)


async def test_who_took_it_up_gives_it_secret_or_key_anew(rig: AdminRig) -> None:
    change = await moving(rig)
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    made = await rig.clients.rotate_secret(OTHER_AGENCY, ClientId("portal"), (await rig.stored()).version)
    assert made.secret is not None
    assert len((await rig.stored()).secrets) == 1


async def test_the_mover_is_told_what_became_of_it_and_sees_the_client_no_more(rig: AdminRig) -> None:
    change = await moving(rig)
    for actor in (AGENCY, OTHER_AGENCY, OPERATOR):
        assert [one.id for one in await rig.approvals.waiting(actor)] == [change.id]
        assert (await rig.approvals.find(actor, change.id)).asked_agency == "H26"
    with pytest.raises(NotFoundError):
        await rig.approvals.find(COMMUNE, change.id)
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    reported = await rig.approvals.find(AGENCY, change.id)
    assert (reported.state, reported.asked_agency) == (ChangeState.APPLIED, "H26")
    with pytest.raises(NotFoundError):
        await rig.clients.find(AGENCY, ClientId("portal"))
    assert (await rig.clients.find(OTHER_AGENCY, ClientId("portal"))).agency == "H26"


async def test_either_agency_refuses(rig: AdminRig) -> None:
    for actor in (OTHER_AGENCY, COLLEAGUE):
        change = await moving(rig)
        await rig.approvals.refuse(actor, change.id, change.digest, "it stays where it is")
    change = await moving(rig)
    with pytest.raises(NotPermittedError):
        await rig.approvals.refuse(AGENCY, change.id, change.digest, "not my own either")
    await rig.approvals.withdraw(AGENCY, change.id)
    assert (await rig.stored()).agency == "H37"


async def test_who_only_develops_gives_nothing_away(rig: AdminRig) -> None:
    with pytest.raises(NotPermittedError):
        await moving(rig, DEVELOPER)


async def test_out_of_production_only_the_country_and_the_agency_together(rig: AdminRig) -> None:
    change = await rig.proposed(DEVELOPER, stage="production")
    await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    with pytest.raises(NotPermittedError):
        await moving(rig, AGENCY)
    change = await moving(rig, OPERATOR)
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    stored = await rig.stored()
    assert (stored.agency, stored.stage, stored.secrets) == ("H26", "production", ())


async def test_a_move_brings_nothing_else_along(rig: AdminRig) -> None:
    for members in ({"contacts": ["a@langson.gov.vn"]}, {"stage": "production"}):
        with pytest.raises(InvalidInputError) as refused:
            await rig.change(AGENCY, agency="H26", **members)
        assert [(one.field, one.rule) for one in refused.value.problems] == [("agency", "moves-alone")]
    with pytest.raises(InvalidInputError):
        await moving(rig, AGENCY, "H99")
    looked = await rig.clients.preview(AGENCY, ClientId("portal"), await rig.document(agency="H26"))
    assert (looked.problems, looked.needs) == ((), Permission.CLIENTS_APPROVE)
    assert (
        await rig.clients.preview(AGENCY, ClientId("portal"), await rig.document(agency="H26", contacts=["a@b.vn"]))
    ).problems


async def test_no_scope_is_asked_for_again_by_a_move(rig: AdminRig) -> None:
    change = await moving(rig)
    assert asked_scopes(change.before, change.after) == ()


async def test_a_client_that_changed_since_was_not_agreed_to(rig: AdminRig) -> None:
    change = await moving(rig)
    await rig.change(AGENCY, redirect_uris=[f"{HOST}/elsewhere"])
    with pytest.raises(StaleVersionError):
        await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)


@pytest.mark.parametrize("actor", [OTHER_AGENCY, OPERATOR], ids=["receiver", "operator"])
async def test_a_move_is_undone_within_a_day_without_anybodys_secret(rig: AdminRig, actor: Actor) -> None:
    await rig.change(AGENCY, **KEYS)
    before = document_of(await rig.stored())
    change = await moving(rig)
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    with pytest.raises((NotFoundError, NotPermittedError)):
        await rig.approvals.undo(AGENCY, change.id)
    await rig.approvals.undo(actor, change.id)
    stored = await rig.stored()
    assert (document_of(stored), stored.secrets) == (before, ())
    with pytest.raises(NotPermittedError):
        await rig.approvals.review(actor, change.id)


async def test_what_the_new_agency_changed_since_is_not_undone(rig: AdminRig) -> None:
    change = await moving(rig)
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    await rig.change(OTHER_AGENCY, contacts=["a@hanoi.gov.vn"])
    with pytest.raises(StaleVersionError):
        await rig.approvals.undo(OPERATOR, change.id)


async def test_a_secret_of_the_new_agency_is_none_after_undoing(rig: AdminRig) -> None:
    change = await moving(rig)
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    await rig.clients.rotate_secret(OTHER_AGENCY, ClientId("portal"), (await rig.stored()).version)
    await rig.approvals.undo(OPERATOR, change.id)
    stored = await rig.stored()
    assert (stored.agency, stored.secrets) == ("H37", ())


async def test_one_proposal_of_a_client_waits_at_a_time(rig: AdminRig) -> None:
    await moving(rig)
    with pytest.raises(ConflictError):
        await moving(rig, COLLEAGUE)
    waiting = await rig.database.changes.waiting([ObjectKind.CLIENT], ["H26"], NOW, "", 5)
    assert [one.asked_agency for one in waiting] == ["H26"]


async def test_twice_is_once(rig: AdminRig) -> None:
    change = await moving(rig)
    await rig.approvals.approve(OTHER_AGENCY, change.id, change.digest)
    with pytest.raises(TooLateError):
        await rig.approvals.approve(RECEIVER, change.id, change.digest)
