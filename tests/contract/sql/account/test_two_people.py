"""Two people are two people: whom a proposer made an administrator does not decide for that proposer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from clients.document import document_of
from clients.model import ClientId
from idp.account.model import SealedValue
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.model import Change, ChangeState
from idp.admin.clients.effects import ReplaceClient
from idp.admin.errors import NotPermittedError
from idp.audit.model import Origin
from idp.kernel.ids import AccountId, PersonId, RoleGrantId, new_id
from idp.officers.model import IssueOfficer, Officer, RenewEnrolment, account_of
from idp.officers.roles import NATIONAL, GrantRole, Role, RoleGrant
from records.structs import replace
from tests.support.rigs.admin import AGENCY, COLLEAGUE, DEVELOPER, HOST, OPERATOR, SECOND_OPERATOR, AdminRig
from tests.support.running.sql_stores import NOW, digest, sealed

DAY, APART = timedelta(days=1), timedelta(days=30)
REST = timedelta(hours=72)
ELSEWHERE = [f"{HOST}/elsewhere"]


@dataclass(frozen=True, slots=True)
class Puppet:
    """How an administrator came to be: issued and given the role by whom, when."""

    name: str
    issued_by: str = "host"
    given_by: str = "operator"
    at: datetime = NOW - 5 * DAY
    role: Role = Role.NATIONAL_OPERATOR
    agency: str = NATIONAL


async def appear(database: Database, puppet: Puppet) -> Actor:
    """Write an administrator, and return them signed in."""
    person, account = PersonId(new_id()), AccountId(new_id())
    ends_at = NOW + 900 * DAY
    home = puppet.agency or "G22"
    officer = Officer(
        person, account, home, "post", f"{puppet.name}-CODE", puppet.at, ends_at, puppet.issued_by, puppet.at
    )
    grant = RoleGrant(
        RoleGrantId(new_id()),
        person,
        account,
        puppet.role,
        puppet.agency,
        puppet.given_by,
        puppet.at,
        puppet.at,
        ends_at,
    )
    name = SealedValue(digest(account), sealed(account))
    issuing = IssueOfficer(
        account=account_of(officer, "vi"),
        officer=officer,
        name=name,
        profile_sealed=sealed("profile"),
        enrolment_hash=digest(puppet.name),
        enrolment_ends_at=ends_at,
    )
    assert await database.ledger.commit(issuing, GrantRole(grant=grant))
    return Actor(person, account, home, officer.code, (grant,), True, Origin("correlation"))


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database)


async def proposal(rig: AdminRig, actor: Actor = OPERATOR) -> Change:
    """Return another redirect URI of a portal in production, proposed by an operator."""
    await rig.in_production()
    return await rig.proposed(actor, redirect_uris=ELSEWHERE)


async def approved(rig: AdminRig, actor: Actor, change: Change) -> bool:
    """Say whether somebody may approve it."""
    try:
        decided = await rig.approvals.approve(actor, change.id, change.digest)
    except NotPermittedError:
        return False
    return decided.state is ChangeState.APPLIED


@pytest.mark.parametrize(
    ("puppet", "may"),
    [
        (Puppet("host"), True),
        (Puppet("issued", issued_by=OPERATOR.account_id), False),
        (Puppet("granted", given_by=OPERATOR.account_id), False),
        (Puppet("issued-by-another", issued_by=SECOND_OPERATOR.account_id), True),
        (Puppet("almost-long-ago", issued_by=OPERATOR.account_id, at=NOW - APART + DAY), False),
        (Puppet("long-ago", issued_by=OPERATOR.account_id, at=NOW - APART), True),
    ],
    ids=lambda value: value.name if isinstance(value, Puppet) else "",
)
async def test_whom_the_proposer_made_does_not_approve(rig: AdminRig, puppet: Puppet, *, may: bool) -> None:
    change = await proposal(rig)
    assert await approved(rig, await appear(rig.database, puppet), change) is may


@pytest.mark.parametrize("by", [OPERATOR, SECOND_OPERATOR], ids=["the proposer", "another"])
async def test_whom_the_proposers_own_made_does_not_approve(rig: AdminRig, by: Actor) -> None:
    change = await proposal(rig)
    middle = await appear(rig.database, Puppet("middle", issued_by=by.account_id))
    last = await appear(rig.database, Puppet("last", issued_by=middle.account_id))
    further = await appear(rig.database, Puppet("further", given_by=last.account_id))
    assert await approved(rig, further, change) is (by is SECOND_OPERATOR)


async def test_who_made_the_proposer_does_not_approve_either(rig: AdminRig) -> None:
    made = await appear(rig.database, Puppet("made", issued_by=OPERATOR.account_id))
    change = await proposal(rig, made)
    assert not await approved(rig, OPERATOR, change)
    assert await approved(rig, SECOND_OPERATOR, change)


async def test_two_whom_one_made_are_one(rig: AdminRig) -> None:
    one = await appear(rig.database, Puppet("one", issued_by=OPERATOR.account_id))
    two = await appear(rig.database, Puppet("two", given_by=OPERATOR.account_id))
    three = await appear(rig.database, Puppet("three", given_by=SECOND_OPERATOR.account_id))
    change = await proposal(rig, one)
    assert not await approved(rig, two, change)
    assert await approved(rig, three, change)


async def test_whose_enrolment_the_proposer_renewed_does_not_approve(rig: AdminRig) -> None:
    change = await proposal(rig)
    renewed, untouched = [await appear(rig.database, Puppet(name)) for name in ("renewed", "untouched")]
    renewal = RenewEnrolment(
        person_id=renewed.person_id,
        account_id=renewed.account_id,
        enrolment_hash=digest("new"),
        enrolment_ends_at=NOW + DAY,
        now=NOW,
        by=OPERATOR.account_id,
    )
    assert await rig.database.ledger.commit(renewal)
    assert not await approved(rig, renewed, change)
    assert await approved(rig, untouched, change)


async def test_nor_refuses_nor_reviews(rig: AdminRig) -> None:
    change = await proposal(rig)
    puppet = await appear(rig.database, Puppet("puppet", issued_by=OPERATOR.account_id))
    with pytest.raises(NotPermittedError):
        await rig.approvals.refuse(puppet, change.id, change.digest, "for the one who made me")
    await rig.approvals.refuse(SECOND_OPERATOR, change.id, change.digest, "because it is wrong")
    stop = await rig.clients.stop(OPERATOR, ClientId("portal"), "as the tests want it")
    with pytest.raises(NotPermittedError):
        await rig.approvals.review(puppet, stop.id)
    assert (await rig.approvals.review(SECOND_OPERATOR, stop.id)).reviewed_by is not None


async def test_a_new_right_to_approve_rests_for_72_hours(rig: AdminRig) -> None:
    change = await proposal(rig)
    new = await appear(rig.database, Puppet("new", at=NOW))
    assert not await approved(rig, new, change)
    rig.clock.later(REST - timedelta(seconds=1))
    assert not await approved(rig, new, change)
    rig.clock.later(timedelta(seconds=1))
    assert await approved(rig, new, change)


async def test_an_older_role_approves_what_a_new_one_does_not(rig: AdminRig) -> None:
    """Only the role that brings the right counts: an old one of another agency does not lend its age."""
    change = await proposal(rig, DEVELOPER)
    home = Puppet("of-two", role=Role.AGENCY_ADMINISTRATOR, agency="H26")
    actor = await appear(rig.database, home)
    new = replace(actor.grants[0], id=RoleGrantId(new_id()), agency="H37", given_at=NOW, starts_at=NOW)
    assert await rig.database.ledger.commit(GrantRole(grant=new))
    assert not await approved(rig, replace(actor, grants=(*actor.grants, new)), change)


async def test_colleagues_of_the_host_decide_for_each_other(rig: AdminRig) -> None:
    assert await approved(rig, COLLEAGUE, await proposal(rig, AGENCY))


async def test_undo_restores_what_was_stored_though_todays_rules_would_refuse_it(rig: AdminRig) -> None:
    """A registration from before a rule is what people used: undoing is not the day to lose it."""
    await rig.in_production()
    stored = await rig.stored()
    old = replace(stored, contacts=("no address",), post_logout_redirect_uris=("http://old.example/after",))
    assert await rig.database.ledger.commit(ReplaceClient(client=old, expected_version=stored.version))
    before = await rig.stored()
    change = await rig.proposed(
        AGENCY, redirect_uris=ELSEWHERE, contacts=["a@langson.gov.vn"], post_logout_redirect_uris=[]
    )
    await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    await rig.approvals.undo(COLLEAGUE, change.id)
    after = await rig.stored()
    assert document_of(after) == document_of(before)
    assert after == replace(before, version=after.version, updated_at=after.updated_at)
