"""Merges, splits, closings and moves of agencies: two people, from a preview that both read, undone within a day."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.agencies.commands import Close, Command, Merge, Move, OfTwo, Rename, Split
from idp.admin.changes.differences import differences_of
from idp.admin.changes.model import UNDO_WITHIN, By, Change, ChangeState
from idp.admin.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    TooLateError,
)
from idp.agencies.ports import Holdings
from idp.agencies.tree import SuccessionKind, Tree
from idp.audit.model import EventName, RecordEvent
from idp.kernel.ids import AccountId, RoleGrantId, new_id
from idp.officers.roles import GrantRole, RevokeRole, Role, RoleGrant
from records.structs import replace
from tests.contract.sql.account.test_two_people import Puppet, appear
from tests.contract.sql.agencies.test_agencies import client_of, saved
from tests.contract.sql.direct import rows
from tests.contract.sql.officers.test_officers import issuing, officer_of
from tests.support.builders.agencies import COMMUNE, MINISTRY, UNIT, founding, names
from tests.support.rigs.admin import AGENCY, AUDITOR, OPERATOR, SECOND_OPERATOR, AdminRig
from tests.support.running.sql_stores import NOW

DECISION = "NQ 202/2025/QH15"
LONG_AGO = NOW.date() - timedelta(days=900)
SEEDS: tuple[Command, ...] = (
    founding("H03", name="Bắc Kạn"),
    founding("H03.1", COMMUNE, "H03", "Đức Xuân"),
    founding("H55", name="Thái Nguyên"),
    founding("H55.1", COMMUNE, "H55", "Phan Đình Phùng"),
    founding("G15", MINISTRY),
    founding("G15.1", UNIT, "G15"),
    founding("G15.2", UNIT, "G15"),
)
INTO_ONE_THAT_STANDS = Merge(("H03",), "H55")
INTO_A_NEW_ONE = Merge(("H03", "H55"), founding("H19", name="Thái Nguyên mới"))
IN_TWO = Split("H55", (founding("H81"), founding("H82")), {"H55.1": "H82"}, {ClientId("thai-nguyen"): "H82"})
COMMANDS: tuple[OfTwo, ...] = (INTO_ONE_THAT_STANDS, INTO_A_NEW_ONE, IN_TWO, Move("G15.1", "G15.2"), Close("G15.2"))
OFFICER = replace(officer_of(), agency="H03", code="H03-BAC")
GRANT = RoleGrant(
    RoleGrantId(new_id()),
    OFFICER.person_id,
    OFFICER.account_id,
    Role.AUDITOR,
    "H03",
    "operator",
    NOW,
    NOW,
    OFFICER.ends_at,
)


def event_of(name: EventName, details: Mapping[str, str]) -> RecordEvent:
    return OPERATOR.event(name, NOW, details=details)


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    """Two provinces, one with a client, an officer and a role of its own; another with a client."""
    rig = await AdminRig.appointed(database)
    register = rig.agencies.register
    for command in SEEDS:
        await register.change(command, register.act(DECISION, "operator", LONG_AGO), event_of)
    await saved(database, ClientId("bac-kan"), "H03")
    await saved(database, ClientId("thai-nguyen"), "H55")
    assert await database.ledger.commit(issuing(OFFICER), GrantRole(grant=GRANT))
    return rig


async def proposed(rig: AdminRig, command: OfTwo, actor: Actor = OPERATOR) -> Change:
    change = await rig.agencies.change(actor, command, DECISION, None)
    assert change is not None
    return change


async def done(rig: AdminRig, command: OfTwo) -> Change:
    change = await proposed(rig, command)
    return await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)


async def owners(rig: AdminRig) -> dict[str, str | None]:
    return {client.client_id: client.agency for client in await rig.database.clients.load_all()}


async def places(rig: AdminRig) -> Mapping[str, Holdings]:
    """Return what each agency holds."""
    return await rig.database.agencies.holdings(["H03", "H55", "H19", "H81", "H82", "G15", "G15.1", "G15.2"])


def standing(tree: Tree) -> dict[str, object]:
    return {code: agency.periods for code, agency in tree.agencies.items() if agency.open is not None}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{type(command).__name__} {command!s:.30}")
async def test_one_person_moves_nothing_of_agencies(rig: AdminRig, command: OfTwo) -> None:
    tree, before = standing(await rig.database.agencies.tree()), await places(rig)
    change = await proposed(rig, command)
    assert (standing(await rig.database.agencies.tree()), await places(rig)) == (tree, before)
    for act in (
        rig.approvals.approve(OPERATOR, change.id, change.digest),
        rig.approvals.refuse(OPERATOR, change.id, change.digest, "not my own either"),
        rig.approvals.approve(AGENCY, change.id, change.digest),
        rig.approvals.approve(AUDITOR, change.id, change.digest),
    ):
        with pytest.raises((NotPermittedError, NotFoundError)):
            await act
    assert (standing(await rig.database.agencies.tree()), await places(rig)) == (tree, before)
    await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    assert standing(await rig.database.agencies.tree()) != tree


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: f"{type(command).__name__} {command!s:.30}")
async def test_undone_everything_is_as_it_was(rig: AdminRig, command: OfTwo) -> None:
    tree, before = standing(await rig.database.agencies.tree()), await places(rig)
    change = await done(rig, command)
    rig.clock.later(UNDO_WITHIN - timedelta(seconds=1))
    undone = await rig.approvals.undo(OPERATOR, change.id)
    assert undone.state is ChangeState.UNDONE
    assert (standing(await rig.database.agencies.tree()), await places(rig)) == (tree, before)
    with pytest.raises(TooLateError):
        await rig.approvals.undo(SECOND_OPERATOR, change.id)
    with pytest.raises(NotPermittedError):
        await rig.approvals.review(OPERATOR, change.id)
    assert (await rig.approvals.review(SECOND_OPERATOR, change.id)).reviewed_by is not None


async def test_resources_come_back_with_their_agency_and_guests_are_told(rig: AdminRig) -> None:
    api = "https://records.example/api"
    await saved(rig.database, ClientId("kho"), "H55", api, "H55")
    await saved(rig.database, ClientId("khach"), "H03", api, "H55")
    change = await done(rig, INTO_A_NEW_ONE)
    assert {one.resource_agency for one in await rig.database.clients.load_all() if one.audience} == {"H19"}
    await rig.approvals.undo(OPERATOR, change.id)
    clients = {one.client_id: one for one in await rig.database.clients.load_all() if one.audience}
    assert {name: one.resource_agency for name, one in clients.items()} == {"kho": "H55", "khach": "H55"}
    assert (clients[ClientId("kho")].owns_audience, clients[ClientId("khach")].owns_audience) == (True, False)


async def test_after_a_day_nothing_is_undone(rig: AdminRig) -> None:
    change = await done(rig, INTO_ONE_THAT_STANDS)
    rig.clock.later(UNDO_WITHIN)
    with pytest.raises(TooLateError):
        await rig.approvals.undo(OPERATOR, change.id)


async def test_what_was_kept_for_undoing_goes_a_day_after_nothing_can_be_undone(rig: AdminRig, store: str) -> None:
    await done(rig, INTO_A_NEW_ONE)
    sweeps, day = rig.database.sweeps, timedelta(days=1)
    assert await sweeps.sweep("agency_holdings", NOW + UNDO_WITHIN + day, 10) == 0
    assert len(await rows(store, "SELECT 1 FROM agency_holdings")) == 4
    assert await sweeps.sweep("agency_holdings", NOW + UNDO_WITHIN + day + timedelta(seconds=1), 10) == 4


async def test_the_second_person_reads_who_and_what_goes_where(rig: AdminRig) -> None:
    change = await proposed(rig, INTO_A_NEW_ONE)
    reported = {one.member: (one.removed, one.added) for one in differences_of(change)}
    assert reported["agencies.H03.clients"] == (("bac-kan",), ())
    assert reported["agencies.H19.clients"] == ((), ("bac-kan", "thai-nguyen"))
    assert reported["agencies.H19.officers"] == ((), ("H03-BAC",))
    assert reported["agencies.H19.roles"] == ((), ("H03-BAC auditor",))
    assert reported["agencies.H19.below"] == ((), ("H03.1", "H55.1"))
    assert reported["agencies.H55.name"] == (("Thái Nguyên",), ())
    assert not {"stored", "wish"} & {member.partition(".")[0] for member in reported}


@pytest.mark.parametrize("what", ["client comes", "client goes", "officer comes", "role goes", "renamed", "child"])
async def test_what_came_or_went_since_was_not_agreed_to(rig: AdminRig, what: str) -> None:
    change = await proposed(rig, INTO_ONE_THAT_STANDS)
    database, register = rig.database, rig.agencies.register
    match what:
        case "client comes":
            await saved(database, ClientId("late"), "H03")
        case "client goes":
            (client,) = [one for one in await database.clients.load_all() if one.agency == "H03"]
            await database.clients.save(replace(client, agency="H55"), expected_version=client.version)
        case "officer comes":
            await appear(database, Puppet("late", role=Role.AUDITOR, agency="H03"))
        case "role goes":
            revoking = RevokeRole(
                person_id=GRANT.person_id,
                account_id=GRANT.account_id,
                grant_id=GRANT.id,
                at=NOW,
                by=OPERATOR.account_id,
            )
            assert await database.ledger.commit(revoking)
        case "renamed":
            await rig.agencies.change(OPERATOR, Rename("H03", names("Bắc Kạn cũ")), DECISION, None)
        case _:
            command = founding("H03.2", COMMUNE, "H03")
            await register.change(command, register.act(DECISION, "operator"), event_of)
    with pytest.raises(StaleVersionError):
        await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)


async def test_what_stands_beside_may_change_meanwhile(rig: AdminRig) -> None:
    change = await proposed(rig, INTO_ONE_THAT_STANDS)
    await rig.agencies.change(OPERATOR, Rename("G15", names("Bộ Tư pháp")), DECISION, None)
    rig.clock.later(timedelta(days=3))
    await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    agency = await rig.database.agencies.get("H03")
    assert agency is not None
    assert agency.closed_day == NOW.date() + timedelta(days=3), "without a named day, the day of the approval"


async def test_a_client_that_is_being_registered_does_not_slip_into_an_agency_that_ends(
    rig: AdminRig, neighbour: Database
) -> None:
    """Between what the approver's process read and what it writes."""
    change = await proposed(rig, INTO_ONE_THAT_STANDS)
    subject = await rig.approvals.subjects[change.object_kind].of(change)
    assert subject is not None
    application = await subject.applied(change, change.after, rig.clock.now())
    await neighbour.clients.save(client_of(ClientId("late"), "H03"), expected_version=None)
    assert not await rig.database.ledger.commit(application.effect, *application.also)
    assert await owners(rig) == {"bac-kan": "H03", "thai-nguyen": "H55", "late": "H03"}


async def test_one_person_does_not_keep_the_other_from_undoing(rig: AdminRig) -> None:
    """What one may do alone in the meantime: rename, found below, register, give a client other addresses."""
    change = await done(rig, INTO_A_NEW_ONE)
    for command in (
        Rename("H19", names("Tên khác")),
        Rename("H03.1", names("Phường khác")),
        founding("H19.9", COMMUNE, "H19"),
    ):
        assert await rig.agencies.change(OPERATOR, command, DECISION, None) is None
    await saved(rig.database, ClientId("moi"), "H19")
    (client,) = [one for one in await rig.database.clients.load_all() if one.client_id == "bac-kan"]
    changed = replace(client, contacts=("a@backan.gov.vn",))
    await rig.database.clients.save(changed, expected_version=client.version)
    await rig.approvals.undo(SECOND_OPERATOR, change.id)
    assert await owners(rig) == {"bac-kan": "H03", "thai-nguyen": "H55", "moi": "H03"}
    (client,) = [one for one in await rig.database.clients.load_all() if one.client_id == "bac-kan"]
    assert client.contacts == ("a@backan.gov.vn",)
    tree, today = await rig.database.agencies.tree(), rig.clock.now().date()
    assert tree.subtree("H03", today) == ["H03", "H03.1", "H19.9"]
    period = tree.on("H03.1", today)
    assert period is not None
    assert period.names == names("Phường khác")
    (undone,) = [one for one in await rig.database.agencies.history("H19") if one.code == "H19"][-1:]
    assert (undone.kind, undone.successor) == (SuccessionKind.UNDONE, "H03")


async def test_what_two_people_changed_since_is_undone_first(rig: AdminRig) -> None:
    first = await done(rig, INTO_ONE_THAT_STANDS)
    second = await done(rig, Merge(("H55",), founding("H19")))
    with pytest.raises(StaleVersionError):
        await rig.approvals.undo(OPERATOR, first.id)
    await rig.approvals.undo(OPERATOR, second.id)
    await rig.approvals.undo(OPERATOR, first.id)
    assert await owners(rig) == {"bac-kan": "H03", "thai-nguyen": "H55"}


async def test_what_left_since_stays_where_it_went(rig: AdminRig) -> None:
    change = await done(rig, INTO_ONE_THAT_STANDS)
    (client,) = [one for one in await rig.database.clients.load_all() if one.client_id == "bac-kan"]
    await rig.database.clients.save(replace(client, agency="G15"), expected_version=client.version)
    await rig.approvals.undo(OPERATOR, change.id)
    assert (await owners(rig))["bac-kan"] == "G15"


async def test_an_undoing_that_would_make_a_circle_is_refused(rig: AdminRig) -> None:
    register = rig.agencies.register
    for command in (founding("G15.1.1", UNIT, "G15.1"), founding("G15.1.1.1", UNIT, "G15.1.1")):
        await register.change(command, register.act(DECISION, "operator", LONG_AGO), event_of)
    merge = await done(rig, Merge(("G15.1.1",), "G15.2"))
    move = await done(rig, Move("G15.1", "G15.1.1.1"))
    with pytest.raises(ConflictError):
        await rig.approvals.undo(OPERATOR, merge.id)
    await rig.approvals.undo(OPERATOR, move.id)
    await rig.approvals.undo(OPERATOR, merge.id)
    line = await rig.database.agencies.lineage("G15.1.1.1", NOW.date())
    assert line == ("G15.1.1.1", "G15.1.1", "G15.1", "G15")


async def test_what_cannot_be_done_is_not_proposed(rig: AdminRig) -> None:
    with pytest.raises(InvalidInputError):
        await proposed(rig, Close("H03"))
    with pytest.raises(NotFoundError):
        await proposed(rig, Merge(("H99",), "H55"))
    with pytest.raises(NotPermittedError):
        await proposed(rig, INTO_ONE_THAT_STANDS, AGENCY)
    await proposed(rig, INTO_ONE_THAT_STANDS)
    with pytest.raises(ConflictError):
        await proposed(rig, INTO_A_NEW_ONE)


async def test_looking_writes_nothing(rig: AdminRig) -> None:
    events = await rig.events()
    reported = await rig.agencies.preview(OPERATOR, INTO_ONE_THAT_STANDS, DECISION, None)
    assert "agencies.H55.clients" in {one.member for one in reported}
    assert (await rig.events(), await rig.approvals.waiting(OPERATOR)) == (events, [])


async def test_the_log_names_the_agencies_and_who_decided(rig: AdminRig) -> None:
    change = await done(rig, INTO_A_NEW_ONE)
    await rig.approvals.undo(OPERATOR, change.id)
    reported = [
        event for event in await rig.database.audit_export("", 1000) if event.details.get("change") == change.id
    ]
    assert [(event.name.value, event.details["agency"], event.details["others"]) for event in reported] == [
        (name, "H19", "H03 H55")
        for name in (
            "admin:change:proposed",
            "admin:agency:merged",
            "admin:change:approved",
            "admin:change:undone",
        )
    ]


async def test_what_the_host_proposes_any_operator_approves_and_nobody_withdraws(rig: AdminRig) -> None:
    register = rig.agencies.register
    act = register.act(DECISION, "operator")
    change = await register.propose(
        INTO_ONE_THAT_STANDS, act, By(AccountId("operator"), "operator"), event_of, day_named=False
    )
    with pytest.raises(NotPermittedError):
        await rig.approvals.withdraw(OPERATOR, change.id)
    await rig.approvals.approve(OPERATOR, change.id, change.digest)
    assert (await owners(rig))["bac-kan"] == "H55"
