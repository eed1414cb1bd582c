"""Second factors as the use cases judge them, over a real store: limits, what ends a pending sign-in, races."""

import asyncio
from datetime import timedelta

import pytest

from idp.account.model import Account, AccountStatus, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.factors.answers import Refused, Shown, Why
from idp.factors.checks import Entered
from idp.factors.drafts import AuthenticationMethod, FactorChallenge
from idp.factors.model import ForgetTries
from idp.factors.one_time_codes.service import CODE_LIFE, MAX_SENDS
from idp.factors.one_time_codes.sms import SENDS_AN_HOUR
from idp.factors.password.effects import ChangePassword
from idp.factors.totp.codes import STEP, code_of, step_at
from idp.settings.limits import BOUNDS, Limit
from idp.sign_in.password import SecondStepNeeded, SignedIn
from idp.sign_in.second_steps import PENDING_LIFE, Finished
from idp.sign_in.throttling import FAILURE_LIMIT
from tests.support.rigs.second_step import (
    NUMBER,
    ORIGIN,
    PASSWORD,
    TOTP_SECRET,
    SecondStepRig,
    context,
    new_browser,
)
from tests.support.running.sql_stores import HOUR, NOW

PAPER = "ABCD-EFGH-JKMNP"
# Two thirds of what one phone gets in an hour: the rest is for notices.
CODES_TO_A_PHONE = BOUNDS[Limit.PHONE_MESSAGES].default * 2 // 3


@pytest.fixture
def rig(database: Database) -> SecondStepRig:
    return SecondStepRig(database)


async def person(rig: SecondStepRig) -> Account:
    account = await rig.open_account(two_steps=True)
    await rig.enrol(account, PAPER)
    return account


async def pending(rig: SecondStepRig, browser: str) -> FactorChallenge:
    """Show the right password and return the question for a second factor."""
    begun = await rig.sign_in.attempt(NUMBER, PASSWORD, context(browser))
    assert isinstance(begun, SecondStepNeeded)
    found = await rig.second_steps.load(begun.draft, browser)
    assert found is not None
    return found


async def app_code(rig: SecondStepRig, challenge: FactorChallenge, code: str | None = None) -> Shown | Refused:
    entered = Entered(code or code_of(TOTP_SECRET, step_at(rig.clock.now())))
    return await rig.checks.check(challenge, AuthenticationMethod.TOTP, entered, "", ORIGIN)


async def finish(rig: SecondStepRig, challenge: FactorChallenge, shown: Shown) -> Finished | Refused:
    return await rig.second_steps.finish(challenge, shown, None, (), ORIGIN)


async def send(rig: SecondStepRig, challenge: FactorChallenge, browser: str) -> FactorChallenge:
    sent = await rig.checks.send(challenge, "step_up", browser, "vi")
    assert isinstance(sent, FactorChallenge)
    return sent


async def test_without_two_steps_the_password_signs_in(rig: SecondStepRig) -> None:
    await rig.open_account(two_steps=False)
    assert isinstance(await rig.sign_in.attempt(NUMBER, PASSWORD, context(new_browser())), SignedIn)


async def test_ways_are_offered_in_their_order_and_only_those_there_are(rig: SecondStepRig) -> None:
    account = await rig.open_account(two_steps=True)
    assert (await pending(rig, new_browser())).ways == (AuthenticationMethod.SMS,)
    await rig.enrol(account, PAPER)
    assert (await pending(rig, new_browser())).ways == (
        AuthenticationMethod.TOTP,
        AuthenticationMethod.SMS,
        AuthenticationMethod.RECOVERY_CODE,
    )


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1)])
async def test_a_pending_sign_in_ends_after_its_life(rig: SecondStepRig, late: timedelta) -> None:
    await person(rig)
    browser = new_browser()
    challenge = await pending(rig, browser)
    rig.clock.at += PENDING_LIFE + late
    assert (await rig.second_steps.load(challenge.name, browser) is None) is bool(late)


async def test_a_changed_password_ends_what_the_old_one_began(rig: SecondStepRig) -> None:
    account = await person(rig)
    browser = new_browser()
    challenge = await pending(rig, browser)
    change = ChangePassword(
        account_id=account.id,
        person_id=account.person_id,
        before=f"plain:{PASSWORD}",
        password_hash="plain:another",
        short=False,
    )
    assert await rig.database.ledger.commit(change)
    assert await rig.second_steps.load(challenge.name, browser) is None


async def test_a_lock_ends_a_pending_sign_in(rig: SecondStepRig) -> None:
    account = await person(rig)
    browser = new_browser()
    challenge = await pending(rig, browser)
    before, after = AccountStatus.OPEN, AccountStatus.LOCKED
    lock = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=before,
        status=after,
        at=NOW,
        reason="test",
        gives_up_at=NOW + HOUR,
    )
    assert await rig.database.ledger.commit(lock)
    assert await rig.second_steps.load(challenge.name, browser) is None


async def test_rfc6238_5_2_one_of_fifty_sign_ins_with_one_code_wins(rig: SecondStepRig) -> None:
    account = await person(rig)
    challenges = [await pending(rig, new_browser()) for _ in range(50)]
    shown = []
    for challenge in challenges:
        shown.append(await app_code(rig, challenge))
        await rig.database.ledger.commit(ForgetTries(person_id=account.person_id, account_id=account.id, factor="totp"))
    finished = await asyncio.gather(
        *(
            finish(rig, challenge, one)
            for challenge, one in zip(challenges, shown, strict=True)
            if isinstance(one, Shown)
        )
    )
    assert len(finished) == 50
    assert len([one for one in finished if isinstance(one, Finished)]) == 1
    assert {one.why for one in finished if isinstance(one, Refused)} == {Why.USED}


async def test_i12_one_of_fifty_finishes_of_one_question_wins(rig: SecondStepRig) -> None:
    await person(rig)
    challenge = await pending(rig, new_browser())
    shown = await app_code(rig, challenge)
    assert isinstance(shown, Shown)
    finished = await asyncio.gather(*(finish(rig, challenge, shown) for _ in range(50)))
    assert len([one for one in finished if isinstance(one, Finished)]) == 1


async def test_sp_800_63b_3_2_2_after_a_hundred_wrong_codes_the_app_is_no_good(rig: SecondStepRig) -> None:
    await person(rig)
    challenge = await pending(rig, new_browser())
    for _ in range(FAILURE_LIMIT):
        assert await app_code(rig, challenge, "x") == Refused(Why.TOTP_WRONG)
        rig.clock.at += HOUR
    assert await app_code(rig, challenge) == Refused(Why.DISABLED)
    paper = await rig.checks.check(challenge, AuthenticationMethod.RECOVERY_CODE, Entered(PAPER), "", ORIGIN)
    assert isinstance(paper, Shown)


async def test_the_wait_is_told(rig: SecondStepRig) -> None:
    await person(rig)
    challenge = await pending(rig, new_browser())
    for _ in range(5):
        assert await app_code(rig, challenge, "x") == Refused(Why.TOTP_WRONG)
    rig.clock.at += timedelta(seconds=2)
    assert await app_code(rig, challenge) == Refused(Why.WAIT, timedelta(seconds=3))


async def test_mf_3_fresh_codes_by_sms_are_no_fresh_guesses(rig: SecondStepRig) -> None:
    await person(rig)
    for guesses in (3, 2):
        browser = new_browser()
        challenge = await send(rig, await pending(rig, browser), browser)
        for _ in range(guesses):
            judged = await rig.checks.check(challenge, AuthenticationMethod.SMS, Entered("x"), browser, ORIGIN)
            assert judged == Refused(Why.CODE_WRONG)
    browser = new_browser()
    challenge = await send(rig, await pending(rig, browser), browser)
    judged = await rig.checks.check(challenge, AuthenticationMethod.SMS, Entered(rig.sent.codes[-1]), browser, ORIGIN)
    assert judged == Refused(Why.WAIT, timedelta(seconds=5))


async def test_mf_7_a_code_of_one_question_does_not_answer_another(rig: SecondStepRig) -> None:
    await person(rig)
    browsers = new_browser(), new_browser()
    first, second = [await send(rig, await pending(rig, browser), browser) for browser in browsers]
    one, other = rig.sent.codes
    if one != other:
        assert await rig.checks.check(second, AuthenticationMethod.SMS, Entered(one), "", ORIGIN) == Refused(
            Why.CODE_WRONG
        )
    assert isinstance(await rig.checks.check(first, AuthenticationMethod.SMS, Entered(one), "", ORIGIN), Shown)


async def test_a_code_is_good_for_its_life(rig: SecondStepRig) -> None:
    await person(rig)
    browser = new_browser()
    challenge = await send(rig, await pending(rig, browser), browser)
    rig.clock.at += CODE_LIFE
    judged = await rig.checks.check(challenge, AuthenticationMethod.SMS, Entered(rig.sent.codes[-1]), browser, ORIGIN)
    assert judged == Refused(Why.CODE_EXPIRED)


async def test_one_question_sends_three_codes_and_an_account_as_many_as_its_phone_may_get_in_an_hour(
    rig: SecondStepRig,
) -> None:
    await person(rig)
    sent, most = 0, min(SENDS_AN_HOUR, CODES_TO_A_PHONE)
    while sent < most:
        browser = new_browser()
        challenge = await pending(rig, browser)
        for _ in range(min(MAX_SENDS, most - sent)):
            challenge, sent = await send(rig, challenge, browser), sent + 1
    assert await rig.checks.send(challenge, "step_up", browser, "vi") == Refused(Why.CODE_SENDS_USED, HOUR)
    assert len(rig.sent.codes) == most
    rig.clock.at += HOUR
    browser = new_browser()
    await send(rig, await pending(rig, browser), browser)


async def test_a_way_the_account_lacks_is_refused(rig: SecondStepRig) -> None:
    await rig.open_account(two_steps=True)
    challenge = await pending(rig, new_browser())
    for way in (
        AuthenticationMethod.TOTP,
        AuthenticationMethod.RECOVERY_CODE,
        AuthenticationMethod.APPROVAL,
        AuthenticationMethod.PASSKEY,
    ):
        assert await rig.checks.check(challenge, way, Entered("123456"), "", ORIGIN) == Refused(Why.CODE_EXPIRED)


async def test_mf_5_the_window_moves_with_the_clock(rig: SecondStepRig) -> None:
    await person(rig)
    challenge = await pending(rig, new_browser())
    code = code_of(TOTP_SECRET, step_at(rig.clock.now()))
    rig.clock.at += 2 * STEP
    assert await app_code(rig, challenge, code) == Refused(Why.TOTP_WRONG)
