"""What a thief took away, and "not me" gives back: links to providers, and mandates on both sides."""

from datetime import timedelta

import pytest

from idp.account.model import Account, AccountStatus, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.delegation.effects import SuspendMandates
from idp.delegation.model import Mandate
from idp.factors.change_model import EndGiven, ResumeGiven
from idp.kernel.ids import new_id
from idp.recovery.holdings import HoldingKind
from idp.recovery.policy import Evidence
from idp.recovery.started import MaySetPassword
from idp.sign_in.levels import PASSWORD, SMS
from records.structs import replace
from tests.support.builders.mandates import delegating, helping, organisation, representing
from tests.support.rigs.proof import PHONE
from tests.support.rigs.recovery import Claimant, origin
from tests.support.rigs.theft import TheftRig, Thief

PASSWORD_ANEW = "bốn con mèo ngồi đợi mưa"
DAY = timedelta(days=1)


@pytest.fixture
def rig(database: Database) -> TheftRig:
    return TheftRig(database)


async def stolen(rig: TheftRig, account: Account) -> Thief:
    """Return who has a session of the owner, a month later."""
    rig.clock.pass_by(30 * DAY)
    return Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))


async def mandate(rig: TheftRig, wanted: Mandate) -> Mandate:
    view = await rig.database.mandates.by_id(wanted.id)
    assert view is not None
    return view.mandate


async def report(rig: TheftRig) -> None:
    """Type the newest code that came to the owner's phone."""
    assert await rig.not_me.report(await rig.not_me_code_to(PHONE), origin())


async def recover(rig: TheftRig, account: Account, *kept: HoldingKind) -> None:
    """Come back with the old phone, and keep what is of these kinds."""
    rig.clock.pass_by(timedelta(hours=1))
    owner = Claimant(rig, PHONE, "owner")
    assert await owner.begin()
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)
    held = await rig.end.held(account.person_id, account.id)
    ticked = {one.reference for one in held if one.kind in kept}
    draft = await owner.draft()
    assert draft is not None
    assert await rig.end.finish(draft.person_id, draft.recovery_id, PASSWORD_ANEW, origin(), ticked)


async def test_a_link_that_a_thief_removed_comes_back_and_one_removed_long_before_does_not(rig: TheftRig) -> None:
    account = await rig.open_account()
    linked = await rig.link(account)
    thief = await stolen(rig, account)
    await thief.do("remove_link")
    links = rig.database.upstream_links
    assert await links.of_account(account.person_id, account.id) == []
    await report(rig)
    assert await links.of_account(account.person_id, account.id) == [linked]


async def test_a_link_that_the_owner_removed_stays_removed(rig: TheftRig) -> None:
    account = await rig.open_account()
    await rig.link(account)
    owner = await stolen(rig, account)
    await owner.do("remove_link")
    rig.clock.pass_by(4 * DAY)
    owner.cookie = await rig.sign_in(account, PASSWORD, SMS)
    await owner.do("make_codes")
    await report(rig)
    assert await rig.database.upstream_links.of_account(account.person_id, account.id) == []


async def test_while_somebody_waits_no_link_is_removed(rig: TheftRig) -> None:
    account = await rig.open_account()
    linked = await rig.link(account)
    thief = await stolen(rig, account)
    waiting = Claimant(rig, "+84500000102", "owner")
    assert await waiting.begin()
    assert await waiting.name_phone()
    await waiting.prove()
    await thief.do("remove_link")
    assert await rig.database.upstream_links.of_account(account.person_id, account.id) == [linked]


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_helper_whom_a_thief_dismissed_comes_back_for_the_owner_to_keep_or_not(
    rig: TheftRig, keeps: bool
) -> None:
    """Suspended at first: the owner may have dismissed them themself."""
    account = await rig.open_account()
    helper = await rig.give(helping(account.person_id, new_id()))
    thief = await stolen(rig, account)
    await thief.do("end_mandates")
    assert (await mandate(rig, helper)).ended_at is not None
    await report(rig)
    back = await mandate(rig, helper)
    assert (back.ended_at, back.suspended_at is None) == (None, False)
    await recover(rig, account, *([HoldingKind.HELPER] if keeps else []))
    assert (await mandate(rig, helper)).stands(rig.clock.now()) is keeps


async def test_what_others_gave_stands_again_when_the_thief_gave_it_up(rig: TheftRig) -> None:
    account = await rig.open_account()
    other = await rig.proof.open_account(number="079899000003")
    held = await rig.give(replace(helping(other.person_id, account.person_id), actor_id=account.person_id))
    thief = await stolen(rig, account)
    await thief.do("end_mandates")
    await report(rig)
    assert (await mandate(rig, held)).stands(rig.clock.now())


async def test_nothing_comes_back_to_who_is_gone_meanwhile(rig: TheftRig, database: Database) -> None:
    account = await rig.open_account()
    other = await rig.proof.open_account(number="079899000003")
    helper = await rig.give(replace(helping(account.person_id, other.person_id), actor_id=other.person_id))
    thief = await stolen(rig, account)
    await thief.do("end_mandates")
    now = rig.clock.now()
    died = SetAccountStatus(
        account_id=other.id,
        person_id=other.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.CLOSED,
        at=now,
        reason="died",
        gives_up_at=now,
    )
    assert await database.ledger.commit(died)
    await report(rig)
    assert (await mandate(rig, helper)).ended_at is not None


async def test_what_another_ended_does_not_come_back(rig: TheftRig, database: Database) -> None:
    account = await rig.open_account()
    helper = await rig.give(helping(account.person_id, new_id()))
    thief = await stolen(rig, account)
    now = rig.clock.now()
    assert await database.ledger.commit(*await rig.ends.of(helper, "revoked", now, helper.actor_id, origin()))
    await thief.do("make_codes")
    await report(rig)
    assert (await mandate(rig, helper)).ended_at is not None


async def organisation_of(rig: TheftRig, account: Account) -> tuple[Mandate, Mandate, Mandate]:
    """Return a representative's mandate, a delegate's under it, and a second one under that."""
    kept = organisation(new_id())
    assert await rig.database.ledger.commit(kept)
    top = await rig.give(representing(kept.organisation.id, account.person_id))
    delegate = await rig.give(delegating(top, new_id(), top.powers, ends_at=top.ends_at))
    below = await rig.give(delegating(delegate, new_id(), ends_at=top.ends_at))
    return top, delegate, below


@pytest.mark.parametrize("keeps", [True, False])
async def test_delegates_of_an_organisation_are_in_the_list_of_what_is_kept(rig: TheftRig, keeps: bool) -> None:
    account = await rig.open_account()
    thief = await stolen(rig, account)
    top, delegate, below = await organisation_of(rig, account)
    await thief.do("make_codes")
    await report(rig)
    assert (await mandate(rig, delegate)).suspended_at is not None
    await recover(rig, account, *([HoldingKind.DELEGATE] if keeps else []))
    assert (await mandate(rig, top)).stands(rig.clock.now())
    for one in (delegate, below):
        assert (await mandate(rig, one)).stands(rig.clock.now()) is keeps


async def test_who_does_not_represent_any_more_resumes_nobody(rig: TheftRig, database: Database) -> None:
    """The register names another: what this one gave waits for that other's word, not for a recovery."""
    account = await rig.open_account()
    top, delegate, _ = await organisation_of(rig, account)
    now = rig.clock.now()
    assert await database.ledger.commit(
        SuspendMandates(principal_id=top.principal_id, given_under=top.id, at=now, gives_up_at=now + DAY)
    )
    assert await database.ledger.commit(ResumeGiven(principal_id=delegate.principal_id, mandate_id=delegate.id))
    assert (await mandate(rig, delegate)).suspended_at is not None


async def test_resuming_leaves_stopped_what_another_giver_stopped(rig: TheftRig, database: Database) -> None:
    account = await rig.open_account()
    _, delegate, below = await organisation_of(rig, account)
    now = rig.clock.now()
    assert await database.ledger.commit(
        SuspendMandates(principal_id=below.principal_id, given_under=below.id, at=now, gives_up_at=now + DAY)
    )
    later = now + timedelta(hours=1)
    assert await database.ledger.commit(
        SuspendMandates(principal_id=delegate.principal_id, given_under=delegate.id, at=later, gives_up_at=later + DAY)
    )
    assert await database.ledger.commit(ResumeGiven(principal_id=delegate.principal_id, mandate_id=delegate.id))
    assert (await mandate(rig, delegate)).suspended_at is None
    assert (await mandate(rig, below)).suspended_at is not None
    ending = EndGiven(
        principal_id=delegate.principal_id,
        mandate_id=delegate.id,
        ended_by=account.person_id,
        at=later,
        reason="not_kept",
        gives_up_at=later + DAY,
    )
    assert await database.ledger.commit(ending)
    assert (await mandate(rig, below)).ended_at is not None
