"""Recovery, case by case: what each account asks for, what ends, who is told, what is used once."""

import asyncio
from datetime import timedelta

import orjson
import pytest

from idp.account.model import PROFILE_PLACE, Account, AccountStatus, SetAccountStatus
from idp.account.notices.model import NoticeKind
from idp.adapters.sql.database import Database
from idp.factors.model import TOTP_PLACE, AddRecoveryCode, AddTotp, SetTwoSteps
from idp.factors.one_time_codes.service import CodeVerdict
from idp.factors.recovery_codes.service import hash_of as kept_hash
from idp.factors.totp.codes import code_of, new_totp_secret, step_at
from idp.kernel.ids import DeviceId, NoticeId, new_id
from idp.proofing.model import RegisterRecord, Verdict
from idp.proofing.registers.ports import Garbled, NoAnswer
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.model import NOT_ME, CancelRecoveries, HoldRecoveries
from idp.recovery.policy import Evidence
from idp.recovery.started import MaySetPassword, MustWait, NotShown, OtherIsOpen
from idp.recovery.waiting import ReturnBegun
from idp.settings.limits import BOUNDS, Limit
from idp.sign_in.device_model import Device, RememberDevice
from idp.sign_in.drafts import DraftSpentError
from tests.contract.sql.direct import rows, run
from tests.support.builders.protocol import PROVIDER
from tests.support.plain.subscribers import LONG_AGO
from tests.support.rigs.proof import BORN, NUMBER, PHONE
from tests.support.rigs.recovery import CODES_HASH, DEVICE_HASH, Claimant, RecoveryRig, origin

PASSWORD = "bốn con mèo ngồi đợi mưa"
NEW_PHONE, OTHER_PHONE = "+84500000101", "+84500000102"
# In the register, without an account.
UNKNOWN = "079899000003"


@pytest.fixture
def rig(database: Database) -> RecoveryRig:
    return RecoveryRig(database)


@pytest.fixture
def owner(rig: RecoveryRig) -> Claimant:
    """The person with the account's phone."""
    return Claimant(rig, PHONE, "owner")


@pytest.fixture
def loser(rig: RecoveryRig) -> Claimant:
    """The person who has lost everything but a new phone."""
    return Claimant(rig, NEW_PHONE, "loser")


async def wait_out(rig: RecoveryRig, claimant: Claimant) -> None:
    """Begin to wait and let the time pass."""
    assert await claimant.begin()
    assert await claimant.name_phone()
    waiting = await claimant.prove()
    assert isinstance(waiting, MustWait)
    claimant.reference = waiting.reference
    rig.clock.at = waiting.ready_at


async def hash_of(rig: RecoveryRig, account: object) -> str:
    record = await rig.record(account)  # type: ignore[arg-type]
    return record.password.hash


async def test_a_plain_account_is_recovered_by_its_phone_and_the_register(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    before = await hash_of(rig, account)
    assert await owner.begin()
    assert isinstance(await owner.show(Evidence.SMS), RecoveryDraft)
    assert isinstance(await owner.prove(), MaySetPassword)
    assert await owner.set_password(PASSWORD)
    assert await hash_of(rig, account) != before
    assert not await owner.set_password(PASSWORD + " nữa")


async def test_without_the_proof_there_is_no_password(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert await owner.prove("Trần Văn Khác") is Verdict.DIFFERENT
    assert not await owner.set_password(PASSWORD)
    assert await hash_of(rig, account) == "$argon2id$placed-by-a-test"


@pytest.mark.parametrize("trouble", [NoAnswer("timeout"), Garbled("html")], ids=["no answer", "garbled"])
async def test_a_register_in_trouble_proves_nobody_and_the_draft_waits(
    rig: RecoveryRig, owner: Claimant, trouble: NoAnswer | Garbled
) -> None:
    """Never weaker than with the register: what was shown is kept, nothing begins."""
    await rig.open_account()
    await owner.begin()
    await owner.show(Evidence.SMS)
    rig.register.trouble = trouble
    assert await owner.prove() in {Verdict.NO_ANSWER, Verdict.GARBLED}
    assert not await owner.set_password(PASSWORD)
    rig.register.trouble = None
    rig.clock.pass_by(timedelta(minutes=29))
    assert isinstance(await owner.prove(), MaySetPassword)


@pytest.mark.parametrize("name", ["Trần Văn Khác", "Nguyen Thi Hoa"], ids=["different", "near"])
async def test_en_1_who_has_shown_nothing_of_the_account_is_told_to_wait_and_nothing_comes_of_it(
    rig: RecoveryRig, owner: Claimant, name: str
) -> None:
    """A page that tells right from wrong would let a stranger try birth dates."""
    account = await rig.open_account()
    await owner.begin()
    await owner.name_phone()
    waiting = await owner.prove(name)
    assert isinstance(waiting, MustWait)
    assert waiting.ready_at == rig.clock.at + rig.policy.wait
    assert await rig.database.recoveries.open_of(account.person_id, account.id, rig.clock.at) is None
    await owner.begin()
    await owner.name_phone()
    right = await owner.prove()
    assert isinstance(right, MustWait)
    assert await rig.database.recoveries.open_of(account.person_id, account.id, rig.clock.at) is not None


async def test_nobody_is_asked_about_before_something_was_shown(rig: RecoveryRig, owner: Claimant) -> None:
    await rig.open_account()
    await owner.begin()
    assert isinstance(await owner.prove(), NotShown)
    assert rig.register.request_ids == []


async def test_a_draft_ends_after_half_an_hour_whatever_is_done_in_it(rig: RecoveryRig, owner: Claimant) -> None:
    """What was shown is evidence of then: saving the draft again does not make it newer."""
    await rig.open_account()
    await owner.begin()
    rig.clock.pass_by(timedelta(minutes=20))
    assert isinstance(await owner.show(Evidence.SMS), RecoveryDraft)
    rig.clock.pass_by(timedelta(minutes=9))
    assert await owner.draft() is not None
    rig.clock.pass_by(timedelta(minutes=1))
    assert await owner.prove() is None


async def test_near_is_not_enough(rig: RecoveryRig, owner: Claimant) -> None:
    """A name without accents can be guessed."""
    await rig.open_account()
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert await owner.prove("Nguyen Thi Hoa") is Verdict.NEAR


async def test_asvs_6_4_3_two_steps_are_not_passed_by_one_factor(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    # As the account's own page keeps it.
    saved = kept_hash(CODES_HASH, account.id, "ABCDEFGHJKMNP")
    assert await rig.database.ledger.commit(
        SetTwoSteps(person_id=account.person_id, account_id=account.id, two_steps=True),
        AddRecoveryCode(
            person_id=account.person_id, account_id=account.id, code_hash=saved, created_at=rig.clock.now()
        ),
    )
    await owner.begin()
    draft = await owner.show(Evidence.SMS)
    assert isinstance(draft, RecoveryDraft)
    assert not await rig.recoveries.is_enough(draft)
    assert isinstance(await owner.prove(), NotShown)
    assert isinstance(await owner.show(Evidence.RECOVERY_CODE, "abcd-efgh-jkmnp"), RecoveryDraft)
    assert isinstance(await owner.prove(), MaySetPassword)
    assert await owner.set_password(PASSWORD)
    assert (await rig.record(account)).account.two_steps


async def test_a_strong_factor_stays_after_recovery_by_factors(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    secret, now = new_totp_secret(), rig.clock.now()
    sealed = PROVIDER.sealer.seal(secret.reveal().encode(), TOTP_PLACE.of(account.person_id))
    assert await rig.database.ledger.commit(
        AddTotp(person_id=account.person_id, account_id=account.id, secret_sealed=sealed, last_step=0, created_at=now)
    )
    await owner.begin()
    assert isinstance(await owner.show(Evidence.TOTP, code_of(secret, step_at(now))), RecoveryDraft)
    assert isinstance(await owner.prove(), NotShown)
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)
    assert await owner.set_password(PASSWORD)
    assert (await rig.database.factors.of_account(account.person_id, account.id)).totp is not None


async def test_rfc6238_5_2_a_code_of_the_app_is_taken_once(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    secret, now = new_totp_secret(), rig.clock.now()
    sealed = PROVIDER.sealer.seal(secret.reveal().encode(), TOTP_PLACE.of(account.person_id))
    assert await rig.database.ledger.commit(
        AddTotp(person_id=account.person_id, account_id=account.id, secret_sealed=sealed, last_step=0, created_at=now)
    )
    code, other = code_of(secret, step_at(now)), owner.elsewhere()
    await owner.begin()
    await other.begin()
    assert isinstance(await owner.show(Evidence.TOTP, code), RecoveryDraft)
    assert await other.show(Evidence.TOTP, code) is CodeVerdict.WRONG


async def test_i12_of_many_answers_with_one_code_one_is_right(rig: RecoveryRig, owner: Claimant) -> None:
    await rig.open_account()
    await owner.begin()
    draft = await owner.draft()
    assert draft is not None
    await rig.recoveries.ask(owner.name, draft, Evidence.SMS, "owner", "vi", origin())
    asked, code = await owner.draft(), await rig.code_to(PHONE)
    assert asked is not None
    answers = await asyncio.gather(
        *(rig.recoveries.check(owner.name, asked, code, "owner", origin()) for _ in range(5))
    )
    assert len([answer for answer in answers if isinstance(answer, RecoveryDraft)]) == 1


async def test_guesses_never_pass_the_limit_and_wait_long_before(rig: RecoveryRig, owner: Claimant) -> None:
    """SP 800-63B-4 3.2.2: durable, by account and factor; fresh codes and browsers are no fresh guesses (MF-3)."""
    account = await rig.open_account()
    answers = []
    for n in range(12):
        thief = Claimant(rig, NEW_PHONE, f"thief-{n}")
        await thief.begin()
        answers.append(await thief.show(Evidence.RECOVERY_CODE, "wrong"))
    assert answers[:4] == [CodeVerdict.WRONG] * 4
    assert answers[-1] is CodeVerdict.TRIES_USED
    # The counters of signing in are untouched: whoever knows a number locks nobody out (BF-5).
    tries = await rig.database.factors.tries(account.person_id, account.id, "recovery_code")
    assert (tries.failures, (await rig.record(account)).password.failures) == (0, 0)


async def show_app(rig: RecoveryRig, account: Account, owner: Claimant) -> RecoveryDraft | CodeVerdict | None:
    """Show the account's authenticator app, set up anew."""
    secret, now = new_totp_secret(), rig.clock.now()
    sealed = PROVIDER.sealer.seal(secret.reveal().encode(), TOTP_PLACE.of(account.person_id))
    assert await rig.database.ledger.commit(
        AddTotp(person_id=account.person_id, account_id=account.id, secret_sealed=sealed, last_step=0, created_at=now)
    )
    await owner.begin()
    return await owner.show(Evidence.TOTP, code_of(secret, step_at(now)))


async def guess(rig: RecoveryRig, times: int, address: str) -> list[RecoveryDraft | CodeVerdict | None]:
    """Guess at the account's app from one network, each time in another browser."""
    answers = []
    for n in range(times):
        thief = Claimant(rig, NEW_PHONE, f"thief-{address}-{n}", address=address)
        await thief.begin()
        answers.append(await thief.show(Evidence.TOTP, "000000"))
    return answers


async def test_a_stranger_s_wrong_codes_do_not_refuse_the_owner_s_right_one(rig: RecoveryRig, owner: Claimant) -> None:
    """Seen: seven wrong codes of a stranger, and the owner's right one is refused."""
    account = await rig.open_account()
    await guess(rig, 7, "203.0.113.9")
    assert isinstance(await show_app(rig, account, owner), RecoveryDraft)


async def test_whom_wrong_codes_made_wait_is_heard_again_and_nothing_is_refused_for_good(
    rig: RecoveryRig, owner: Claimant
) -> None:
    account = await rig.open_account()
    for _ in range(5):
        await guess(rig, 30, owner.address)
        rig.clock.at += timedelta(days=1, seconds=1)
    assert isinstance(await show_app(rig, account, owner), RecoveryDraft)


async def test_a_device_that_the_account_knows_is_heard_whatever_all_strangers_did(
    rig: RecoveryRig, owner: Claimant
) -> None:
    account, secret = await rig.open_account(), "a secret of the owner's browser"
    device = Device(
        DeviceId(new_id()),
        account.person_id,
        account.id,
        DEVICE_HASH.digest(secret),
        "Firefox",
        rig.clock.now(),
        rig.clock.now(),
    )
    assert await rig.database.ledger.commit(RememberDevice(device=device))
    for n in range(30):
        await guess(rig, 5, f"203.0.113.{n}")
    assert await guess(rig, 1, owner.address) == [CodeVerdict.TRIES_USED]
    owner.devices = (secret,)
    assert isinstance(await show_app(rig, account, owner), RecoveryDraft)


async def test_en_1_a_phone_that_got_enough_codes_looks_like_any_other(rig: RecoveryRig) -> None:
    """Refused aloud, whoever sends codes to a phone and then recovers a number learns whether they belong together."""
    await rig.open_account()
    pages = []
    for n in range(8):
        asker = Claimant(rig, NEW_PHONE, f"asker-{n}", address=f"203.0.113.{n}")
        await asker.begin()
        draft = await asker.draft()
        assert draft is not None
        at = origin(asker.address)
        pages.append(await rig.recoveries.ask(asker.name, draft, Evidence.SMS, asker.browser, "vi", at))
    assert pages == [None] * 8
    assert len(await rig.texts_to(PHONE)) == BOUNDS[Limit.PHONE_CODES].default


async def test_the_register_is_asked_five_times_by_a_draft_and_then_it_is_over(
    rig: RecoveryRig, owner: Claimant
) -> None:
    """Seen: 80 wrong birth dates through one draft in 1.4 s, all answered."""
    await rig.open_account()
    await owner.begin()
    await owner.show(Evidence.SMS)
    answers = [await owner.prove("Nguyễn Văn Khác") for _ in range(5)]
    assert None not in answers
    with pytest.raises(DraftSpentError):
        await owner.prove("Nguyễn Văn Khác")
    assert await owner.draft() is None


async def test_63b_3_2_2_many_networks_together_guess_so_often_a_day_and_no_more(rig: RecoveryRig) -> None:
    await rig.open_account()
    answers = [found for n in range(30) for found in await guess(rig, 5, f"203.0.113.{n}")]
    assert answers.count(CodeVerdict.WRONG) <= 50
    assert answers[-1] is CodeVerdict.TRIES_USED


async def test_after_the_wait_the_phone_is_new_and_the_lost_factors_are_gone(rig: RecoveryRig, loser: Claimant) -> None:
    account = await rig.open_account()
    assert await rig.database.ledger.commit(
        SetTwoSteps(person_id=account.person_id, account_id=account.id, two_steps=True),
        AddTotp(
            person_id=account.person_id,
            account_id=account.id,
            secret_sealed=b"sealed",
            last_step=0,
            created_at=rig.clock.now(),
        ),
    )
    await wait_out(rig, loser)
    assert await loser.come_back(PASSWORD)
    record = await rig.record(account)
    assert await rig.phone_of(account) == NEW_PHONE
    assert (record.enrolled, record.account.two_steps) == (frozenset({"sms"}), True)
    profile = orjson.loads(PROVIDER.sealer.open(record.profile_sealed, PROFILE_PLACE.of(account.person_id)))
    assert (profile["phone_number"], profile["phone_number_verified"], profile["given_name"]) == (
        NEW_PHONE,
        True,
        "Hoà",
    )
    assert "vua duoc khoi phuc" in (await rig.texts_to(PHONE))[-1]


@pytest.mark.parametrize("own", [False, True])
async def test_an_account_that_nobody_can_be_told_of_goes_to_no_phone_but_its_persons_own(
    rig: RecoveryRig, loser: Claimant, store: str, own: bool
) -> None:
    """An imported account without contacts: a week in which nobody hears of it proves nothing (a TechID would go)."""
    account = await rig.open_account()
    await run(store, "DELETE FROM contacts")
    if own:
        rig.proof.carriers.subscribed[(NUMBER, NEW_PHONE)] = LONG_AGO
    # The same page, reference and wait for both (EN-1).
    await wait_out(rig, loser)
    assert await loser.come_back(PASSWORD) is own
    assert ((await rig.record(account)).phone_sealed is not None) is own
    assert (await rows(store, "SELECT count(*) FROM contacts")) == [(int(own),)]


@pytest.mark.parametrize("early", [timedelta(days=7), timedelta(days=1), timedelta(seconds=1)])
async def test_nobody_comes_back_before_the_time(rig: RecoveryRig, loser: Claimant, early: timedelta) -> None:
    await rig.open_account()
    await wait_out(rig, loser)
    rig.clock.at -= early
    assert not await loser.come_back(PASSWORD)


async def test_a_week_is_three_days_for_whoever_still_reads_an_old_channel(rig: RecoveryRig, owner: Claimant) -> None:
    """An account with two steps, whose owner still has the phone."""
    account = await rig.open_account()
    assert await rig.database.ledger.commit(
        SetTwoSteps(person_id=account.person_id, account_id=account.id, two_steps=True)
    )
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert await owner.name_phone()
    waiting = await owner.prove()
    assert isinstance(waiting, MustWait)
    assert waiting.ready_at - rig.clock.now() == timedelta(days=3)


async def test_a_code_by_e_mail_shortens_the_wait_and_replaces_no_factor(rig: RecoveryRig, loser: Claimant) -> None:
    account = await rig.open_account()
    await rig.add_email(account, "hoa@people.example")
    await loser.begin()
    draft = await loser.draft()
    assert draft is not None
    await rig.recoveries.ask(loser.name, draft, Evidence.EMAIL, "loser", "vi", origin())
    asked = await loser.draft()
    assert asked is not None
    code = await rig.code_to("hoa@people.example")
    judged = await rig.recoveries.check(loser.name, asked, code, "loser", origin())
    assert isinstance(judged, RecoveryDraft)
    assert not await rig.recoveries.is_enough(judged)
    assert isinstance(await loser.prove(), NotShown)
    assert await loser.name_phone()
    waiting = await loser.prove()
    assert isinstance(waiting, MustWait)
    assert waiting.ready_at - rig.clock.now() == timedelta(days=3)


async def test_the_owner_is_told_at_once_and_each_day_until_the_end(rig: RecoveryRig, loser: Claimant) -> None:
    account = await rig.open_account()
    await loser.begin()
    await loser.name_phone()
    await loser.prove()
    for day in range(1, 7):
        rig.clock.pass_by(timedelta(days=1))
        assert await rig.reminders.send_due() == 1, day
        assert await rig.reminders.send_due() == 0, day
    rig.clock.pass_by(timedelta(days=1))
    assert await rig.reminders.send_due() == 0
    reported = await rig.database.notices.of_person(account.person_id, 20)
    assert [notice.kind for notice in reported] == [NoticeKind.RECOVERY_STARTED] * 7


async def test_a_cancelled_recovery_reminds_nobody(rig: RecoveryRig, loser: Claimant) -> None:
    await rig.open_account()
    await loser.begin()
    await loser.name_phone()
    await loser.prove()
    assert await rig.not_me.report(await rig.not_me_code_to(PHONE), origin())
    rig.clock.pass_by(timedelta(days=1))
    assert await rig.reminders.send_due() == 0


async def test_the_owner_who_shows_a_factor_ends_what_somebody_waits_for(
    rig: RecoveryRig, owner: Claimant, loser: Claimant
) -> None:
    await rig.open_account()
    await wait_out(rig, loser)
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)
    assert not await loser.come_back(PASSWORD)


async def test_a_second_person_who_waits_is_refused_and_the_same_phone_gets_a_new_reference(
    rig: RecoveryRig, loser: Claimant
) -> None:
    await rig.open_account()
    await wait_out(rig, loser)
    rig.clock.at -= timedelta(days=1)
    other, again = Claimant(rig, OTHER_PHONE, "other"), loser.elsewhere()
    for claimant in (other, again):
        await claimant.begin()
        assert await claimant.name_phone()
    assert isinstance(await other.prove(), OtherIsOpen)
    renewed = await again.prove()
    assert isinstance(renewed, MustWait)
    assert renewed.ready_at - rig.clock.now() == timedelta(days=1)
    rig.clock.pass_by(timedelta(days=1))
    assert not await loser.come_back(PASSWORD)
    again.reference = renewed.reference
    assert await again.come_back(PASSWORD)


async def test_not_me_lifts_with_recovery_and_an_operators_lock_does_not(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    locked = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.LOCKED,
        at=rig.clock.now(),
        reason="operator",
        gives_up_at=rig.clock.now(),
    )
    assert await rig.database.ledger.commit(locked)
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)
    assert not await owner.set_password(PASSWORD)
    assert (await rig.record(account)).account.status is AccountStatus.LOCKED


async def close(rig: RecoveryRig, account: Account) -> None:
    """Close an account as the register's word of a death does: its factors and contacts stay."""
    now = rig.clock.now()
    closing = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.CLOSED,
        at=now,
        reason="died",
        gives_up_at=now,
    )
    assert await rig.database.ledger.commit(closing)


async def test_en_1_a_closed_account_is_nobodys_to_whoever_begins(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    await close(rig, account)
    assert await owner.begin()
    draft = await owner.draft()
    assert draft is not None
    assert account.id not in {draft.account_id, draft.person_id}
    assert await owner.show(Evidence.SMS) is CodeVerdict.WRONG
    assert await rig.texts_to(PHONE) == []


async def test_a_right_code_is_none_for_an_account_closed_since_it_was_sent(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    await owner.begin()
    draft = await owner.draft()
    assert draft is not None
    await rig.recoveries.ask(owner.name, draft, Evidence.SMS, owner.browser, "vi", origin())
    asked, code = await owner.draft(), await rig.code_to(PHONE)
    assert asked is not None
    await close(rig, account)
    checked = await rig.recoveries.check(owner.name, asked, code, owner.browser, origin())
    assert checked is CodeVerdict.WRONG


async def test_the_proof_of_a_recovery_does_nothing_for_a_closed_account(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    await owner.begin()
    await owner.show(Evidence.SMS)
    await close(rig, account)
    assert isinstance(await owner.prove(), NotShown)
    assert not await owner.set_password(PASSWORD)


async def test_no_password_is_set_for_an_account_closed_after_the_proof(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)
    await close(rig, account)
    assert not await owner.set_password(PASSWORD)
    assert (await rig.record(account)).account.status is AccountStatus.CLOSED
    assert await hash_of(rig, account) == "$argon2id$placed-by-a-test"


async def test_who_waited_gets_nothing_of_a_closed_account_and_nobody_is_reminded(
    rig: RecoveryRig, loser: Claimant
) -> None:
    account = await rig.open_account()
    await wait_out(rig, loser)
    rig.clock.at -= timedelta(days=2)
    await close(rig, account)
    reported = len(await rig.texts_to(PHONE))
    assert await rig.reminders.send_due() == 0
    assert len(await rig.texts_to(PHONE)) == reported
    rig.clock.pass_by(timedelta(days=3))
    assert not await loser.come_back(PASSWORD)
    assert (await rig.record(account)).account.status is AccountStatus.CLOSED


async def test_an_operator_who_takes_the_owners_lock_over_ends_the_recovery_under_way(
    rig: RecoveryRig, owner: Claimant
) -> None:
    account = await rig.open_account()
    _ids, now = (account.id, account.person_id), rig.clock.now()
    locked = AccountStatus.LOCKED
    assert await rig.database.ledger.commit(
        SetAccountStatus(
            account_id=account.id,
            person_id=account.person_id,
            before=AccountStatus.OPEN,
            status=locked,
            at=now,
            reason=NOT_ME,
            gives_up_at=now,
        )
    )
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)
    assert await rig.database.ledger.commit(
        HoldRecoveries(person_id=account.person_id, account_id=account.id),
        CancelRecoveries(person_id=account.person_id, account_id=account.id, at=now, notice_id=NoticeId(new_id())),
        SetAccountStatus(
            account_id=account.id,
            person_id=account.person_id,
            before=locked,
            status=locked,
            at=now,
            reason="operator",
            gives_up_at=now,
        ),
    )
    assert not await owner.set_password(PASSWORD)
    assert (await rig.record(account)).account.status is locked


async def test_not_me_between_the_proof_and_the_password_wins(rig: RecoveryRig, owner: Claimant) -> None:
    account = await rig.open_account()
    loser = Claimant(rig, NEW_PHONE, "loser")
    await wait_out(rig, loser)
    not_me_code = await rig.not_me_code_to(PHONE)
    rig.clock.at -= timedelta(days=6)
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)
    assert await rig.not_me.report(not_me_code, origin())
    assert not await owner.set_password(PASSWORD)
    assert (await rig.record(account)).account.status is AccountStatus.LOCKED


async def test_a_process_that_dies_between_the_steps_keeps_nobody_out(
    rig: RecoveryRig, database: Database, loser: Claimant
) -> None:
    """What lived in the process is lost: one begins anew, and the recovery left behind ends with the new one."""
    account = await rig.open_account()
    await wait_out(rig, loser)
    dying = Claimant(rig, PHONE, "owner")
    await dying.begin()
    await dying.show(Evidence.SMS)
    assert isinstance(await dying.prove(), MaySetPassword)
    restarted = RecoveryRig(database)
    restarted.clock.at = rig.clock.now() + timedelta(minutes=3)
    owner = Claimant(restarted, PHONE, "owner", name=dying.name)
    assert not await owner.set_password(PASSWORD)
    await owner.begin()
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)
    assert await owner.set_password(PASSWORD)
    assert not await dying.set_password(PASSWORD + " nữa")
    assert await hash_of(restarted, account) != "$argon2id$placed-by-a-test"


async def test_of_many_who_come_back_at_once_one_sets_the_password(rig: RecoveryRig, loser: Claimant) -> None:
    await rig.open_account()
    await wait_out(rig, loser)
    begun = await rig.returns.begin(loser.reference, "loser", "vi", origin())
    assert isinstance(begun, ReturnBegun)
    draft = await rig.returning.load(begun.name, "loser")
    assert draft is not None
    ends = await asyncio.gather(
        *(rig.end.finish(draft.person_id, draft.recovery_id, f"{PASSWORD} {n}", origin()) for n in range(5))
    )
    assert sum(ends) == 1


async def test_an_alarm_works_once_however_it_is_typed(rig: RecoveryRig, loser: Claimant) -> None:
    await rig.open_account()
    await loser.begin()
    await loser.name_phone()
    await loser.prove()
    code = await rig.not_me_code_to(PHONE)
    assert not await rig.not_me.report("A" * 10, origin())
    assert await rig.not_me.report(f" {code[:5].lower()} - {code[5:]}\n", origin())
    assert not await rig.not_me.report(code, origin())


async def test_a_number_without_an_account_leaves_the_same_rows_and_no_message(rig: RecoveryRig, store: str) -> None:
    """EN-1: the same steps to the very end, where there is nothing to give."""
    number = PersonalNumber(UNKNOWN)
    rig.register.records[number] = RegisterRecord(number, "NGUYỄN THỊ HOÀ", BirthDate.parse(BORN))
    nobody = Claimant(rig, NEW_PHONE, "nobody")
    await nobody.begin(UNKNOWN)
    assert await nobody.show(Evidence.SMS, "123456") is CodeVerdict.WRONG
    assert await nobody.show(Evidence.TOTP, "123456") is CodeVerdict.WRONG
    assert await nobody.name_phone()
    waiting = await nobody.prove()
    assert isinstance(waiting, MustWait)
    assert await rows(store, "SELECT count(*) FROM recoveries") == [(1,)]
    assert await rows(store, "SELECT count(*) FROM notices") == [(0,)]
    nobody.reference = waiting.reference
    assert not await nobody.come_back(PASSWORD)
    rig.clock.at = waiting.ready_at
    sent = len(await rig.texts_to(NEW_PHONE))
    assert not await nobody.come_back(PASSWORD)
    assert len(await rig.texts_to(NEW_PHONE)) == sent + 1
    assert await rows(store, "SELECT count(*) FROM accounts") == [(0,)]
