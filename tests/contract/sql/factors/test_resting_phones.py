"""Recovery by the phone alone gives back the password and no more: for a while the phone is no second factor."""

from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.account.model import Account
from idp.adapters.sql.database import Database
from idp.factors.drafts import AuthenticationMethod
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.model import RestPhone
from idp.recovery.policy import Evidence
from idp.recovery.started import MaySetPassword
from idp.sign_in.password import SignedIn
from tests.support.rigs.proof import PHONE
from tests.support.rigs.recovery import Claimant, RecoveryRig
from tests.support.rigs.second_step import NUMBER, PASSWORD, SecondStepRig, context, new_browser
from tests.support.running.sql_stores import NOW, signed_in

THREE_DAYS = timedelta(days=3)
EMAIL = "hoa@people.example"


@pytest.fixture
def rig(database: Database) -> RecoveryRig:
    return RecoveryRig(database)


async def rests_for(rig: RecoveryRig, account: Account) -> timedelta | None:
    until = (await rig.database.factors.of_account(account.person_id, account.id)).phone_rests_until
    return None if until is None else until - rig.clock.now()


async def recovered(rig: RecoveryRig, claimant: Claimant) -> None:
    assert isinstance(await claimant.prove(), MaySetPassword)
    assert await claimant.set_password("bốn con mèo ngồi đợi mưa")


async def test_a_code_to_the_phone_alone_lets_the_phone_rest(rig: RecoveryRig) -> None:
    """A thief of the SIM card who knows the person's data gets one factor for one, not two."""
    account, thief = await rig.open_account(), Claimant(rig, PHONE, "thief")
    await thief.begin()
    await thief.show(Evidence.SMS)
    await recovered(rig, thief)
    assert await rests_for(rig, account) == THREE_DAYS


async def test_sp800_63b_4_4_2_2_2_a_code_by_e_mail_besides_leaves_the_phone_what_it_was(rig: RecoveryRig) -> None:
    account, owner = await rig.open_account(), Claimant(rig, PHONE, "owner")
    await rig.add_email(account, EMAIL)
    await owner.begin()
    reader = Claimant(rig, EMAIL, "owner", name=owner.name)
    assert isinstance(await reader.show(Evidence.EMAIL), RecoveryDraft)
    assert isinstance(await owner.show(Evidence.SMS), RecoveryDraft)
    await recovered(rig, owner)
    assert await rests_for(rig, account) is None


async def test_an_e_mail_that_is_shown_after_the_proof_counts_once_the_person_is_proved_again(rig: RecoveryRig) -> None:
    account, owner = await rig.open_account(), Claimant(rig, PHONE, "owner")
    await rig.add_email(account, EMAIL)
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)
    reader = Claimant(rig, EMAIL, "owner", name=owner.name)
    assert isinstance(await reader.show(Evidence.EMAIL), RecoveryDraft)
    await recovered(rig, owner)
    assert await rests_for(rig, account) is None


async def test_a_phone_that_rests_is_offered_and_taken_for_no_second_step(database: Database) -> None:
    rig = SecondStepRig(database)
    account = await rig.open_account(two_steps=False)
    signed_in = await rig.sign_in.attempt(NUMBER, PASSWORD, context(new_browser()))
    assert isinstance(signed_in, SignedIn)
    view = await rig.live(signed_in.cookie)
    assert view is not None
    browser, rested = new_browser(), rig.clock.now() + THREE_DAYS
    begun = await rig.step_up.start(view, browser, None)
    assert begun.ways == (AuthenticationMethod.SMS,)
    assert await database.ledger.commit(RestPhone(person_id=account.person_id, account_id=account.id, until=rested))
    # The page that was open already offers it no more either.
    loaded = await rig.step_up.load(begun.name, view, browser, None)
    assert loaded is not None
    assert loaded.ways == ()
    rig.clock.at = rested
    again = await rig.step_up.start(view, browser, None)
    assert again.ways == (AuthenticationMethod.SMS,)


@pytest.mark.parametrize(("ago", "resting"), [(timedelta(microseconds=1), {"sms"}), (timedelta(0), set[str]())])
async def test_a_session_says_which_of_its_factors_rest(database: Database, ago: timedelta, resting: set[str]) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(
        RestPhone(person_id=session.person_id, account_id=session.account_id, until=NOW)
    )
    view = await database.sessions.live(session.secret_hash, ClientId(""), NOW - ago)
    assert view is not None
    assert (set(view.enrolled), set(view.resting)) == ({"sms"}, resting)
