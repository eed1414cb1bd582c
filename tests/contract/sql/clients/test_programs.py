"""A program that administers: two people give it its role, it proposes, and nobody behind it approves that."""

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.model import Change, ChangeState
from idp.admin.clients.effects import HoldClient
from idp.admin.errors import InvalidInputError, NotFoundError, NotPermittedError, TooLateError
from idp.admin.permissions import Permission
from idp.admin.programs import program_account, program_actor, program_of
from idp.audit.model import ACTOR, Origin
from idp.kernel.ids import AccountId
from records.structs import replace
from tests.support.rigs.admin import (
    AGENCY,
    COLLEAGUE,
    DEVELOPER,
    OPERATOR,
    SECOND_OPERATOR,
    AdminRig,
    portal,
)
from tests.unit.clients.entries import EC_KEY

# What use cases decide; the one statement of its own runs on both databases below.
ONE_ENGINE = pytest.mark.one_engine("sqlite")
CI = ClientId("ci")
PROGRAM = {
    "kind": "service",
    "client_id": "ci",
    "client_name": "Cấu hình tự động",
    "agency": "H37",
    "sector": "state",
    "grant_types": ["client_credentials"],
    "response_types": [],
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [EC_KEY]},
    "require_consent": False,
    "subject_type": "pairwise",
    "id_token_signed_response_alg": "ES256",
    "sector_identifier_uri": "https://dichvucong.langson.gov.vn/",
    "scope": "openid admin:read admin:write",
    "governed_claims": ["admin:read", "admin:write"],
    "legal_basis": {"admin:read": "QĐ 1/2026", "admin:write": "QĐ 1/2026"},
    "administration_roles": ["client_developer:H37"],
    "administration_until": "2027-06-30",
    "stage": "sandbox",
}


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database)


async def proposed_program(rig: AdminRig) -> Change:
    await rig.clients.register(DEVELOPER, PROGRAM)
    version = (await rig.clients.find(DEVELOPER, CI)).version
    change = await rig.clients.change(DEVELOPER, CI, version, {**PROGRAM, "stage": "production"}, "CI of the portal")
    assert isinstance(change, Change)
    return change


async def at_work(rig: AdminRig) -> Actor:
    """Return the program as an actor, once two people have given it its role."""
    change = await proposed_program(rig)
    await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    actor = program_actor(await rig.clients.find(DEVELOPER, CI), Origin("correlation"), rig.clock.now())
    assert actor is not None
    return actor


@ONE_ENGINE
async def test_a_programs_role_is_a_change_that_the_country_approves(rig: AdminRig) -> None:
    change = await proposed_program(rig)
    assert change.needs is Permission.CLIENTS_APPROVE_NATIONAL
    sandboxed = await rig.clients.find(DEVELOPER, CI)
    assert program_actor(sandboxed, Origin("correlation"), rig.clock.now()) is None
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    await rig.approvals.approve(OPERATOR, change.id, change.digest)
    assert program_actor(await rig.clients.find(DEVELOPER, CI), Origin("c"), rig.clock.now()) is not None


@ONE_ENGINE
async def test_its_role_is_over_an_agency_that_stands(rig: AdminRig) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await rig.clients.register(DEVELOPER, {**PROGRAM, "administration_roles": ["auditor:Y99"]})
    assert [(one.field, one.rule) for one in refused.value.problems] == [("administration_roles", "unknown-agency")]


@ONE_ENGINE
async def test_it_registers_changes_and_proposes_and_the_log_names_it(rig: AdminRig) -> None:
    program = await at_work(rig)
    await rig.clients.register(program, portal())
    change = await rig.proposed(program, stage="production")
    assert (change.proposed_by.account_id, change.proposed_by.code) == ("client:ci", "ci")
    event = (await rig.database.audit_export("", 1000))[-1]
    assert (event.details[ACTOR], event.details["actor_code"]) == ("client:ci", "ci")
    assert event.details["actor_roles"] == "client_developer"


@ONE_ENGINE
async def test_who_is_behind_a_program_does_not_approve_what_it_proposes(rig: AdminRig) -> None:
    """Else one person with a program would be two people."""
    await rig.clients.register(AGENCY, PROGRAM)
    version = (await rig.clients.find(AGENCY, CI)).version
    given = await rig.clients.change(AGENCY, CI, version, {**PROGRAM, "stage": "production"}, "CI of the portal")
    assert isinstance(given, Change)
    await rig.approvals.approve(SECOND_OPERATOR, given.id, given.digest)
    program = program_actor(await rig.clients.find(AGENCY, CI), Origin("correlation"), rig.clock.now())
    assert program is not None
    await rig.in_production()
    change = await rig.proposed(program, client_name="Tên khác")
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(AGENCY, change.id, change.digest)
    await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    assert (await rig.stored()).name("vi") == "Tên khác"


@ONE_ENGINE
async def test_it_approves_nothing_and_does_nothing_that_takes_a_factor_at_hand(rig: AdminRig) -> None:
    program = await at_work(rig)
    await rig.in_production()
    change = await rig.proposed(DEVELOPER, client_name="Tên khác")
    for act in (
        rig.approvals.approve(program, change.id, change.digest),
        rig.approvals.refuse(program, change.id, change.digest, "it should not"),
        rig.clients.stop(program, rig.client_id, "it should not"),
        rig.clients.rotate_secret(program, rig.client_id, (await rig.stored()).version),
    ):
        with pytest.raises(NotPermittedError):
            await act


@ONE_ENGINE
async def test_it_touches_no_program_not_even_itself(rig: AdminRig) -> None:
    program = await at_work(rig)
    known = await rig.clients.find(program, CI)
    for members in ({"administration_until": "2027-06-29"}, {"contacts": ["ci@langson.gov.vn"]}):
        document = {**PROGRAM, "stage": "production", **members}
        with pytest.raises(NotPermittedError):
            await rig.clients.change(program, CI, known.version, document, "it should not")
    await rig.in_production()
    with pytest.raises((NotPermittedError, InvalidInputError)):
        await rig.change(program, administration_roles=["auditor:*"], administration_until="2027-06-30")


@ONE_ENGINE
async def test_it_is_bound_to_its_agency(rig: AdminRig) -> None:
    program = await at_work(rig)
    document = portal(client_id="elsewhere", agency="H26", redirect_uris=["https://dichvucong.hanoi.gov.vn/cb"])
    with pytest.raises(NotFoundError):
        await rig.clients.register(program, document)


@ONE_ENGINE
async def test_it_takes_its_own_proposal_back_only_while_it_is_registered_as_it_was(rig: AdminRig) -> None:
    program = await at_work(rig)
    await rig.in_production()
    change = await rig.proposed(program, client_name="Tên khác")
    client = program.program
    assert client is not None
    with pytest.raises(TooLateError):
        await rig.approvals.withdraw(replace(program, program=replace(client, version=client.version - 1)), change.id)
    assert (await rig.approvals.withdraw(program, change.id)).state is ChangeState.WITHDRAWN


async def test_a_program_is_held_as_it_was_read(database: Database) -> None:
    rig = await AdminRig.appointed(database)
    await rig.clients.register(DEVELOPER, portal())
    stored = await rig.stored()
    hold = HoldClient(client_id=stored.client_id, version=stored.version)
    assert await database.ledger.commit(hold)
    assert not await database.ledger.commit(replace(hold, version=stored.version + 1))
    assert not await database.ledger.commit(replace(hold, client_id=ClientId("nobody")))
    assert (await rig.stored()) == stored


def test_no_account_of_a_person_reads_as_a_programs() -> None:
    assert program_of(program_account(CI)) == CI
    assert program_of(AccountId("0" * 26)) is None
    assert program_of(AccountId("operator")) is None
