"""A phone that nobody confirmed for a year, though asked, recovers nothing: its number may be somebody else's."""

from datetime import timedelta

import pytest

from idp.account.model import Account
from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.adapters.sql.database import Database
from idp.adapters.sql.engine.instants import to_micros
from idp.factors.answers import Shown
from idp.factors.checks import Entered
from idp.factors.contacts.phone_ages import AskPhone, ConfirmPhone, due_before
from idp.factors.contacts.phones_due import PhonesDue
from idp.factors.drafts import AuthenticationMethod, FactorChallenge
from idp.kernel.secrets import HashKey
from idp.proofing.values.birth_dates import BirthDate
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.policy import Evidence
from idp.recovery.started import MaySetPassword, MustWait
from idp.sign_in.password import SignedIn
from idp.web.messages.catalogue import email_text, sms_text
from tests.contract.sql.account.test_untold_accounts import officer
from tests.contract.sql.direct import rows, run
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.proof import BORN, NAME, PHONE
from tests.support.rigs.recovery import Claimant, origin
from tests.support.rigs.second_step import NUMBER, ORIGIN, PASSWORD, SecondStepRig, context, new_browser
from tests.support.rigs.theft import THIEFS_PHONE, TheftRig, Thief

DAY = timedelta(days=1)
EMAIL = "hoa@people.example"


@pytest.fixture
def rig(database: Database) -> TheftRig:
    return TheftRig(database)


async def opened(rig: TheftRig, store: str, *, days: int, asked_days: int | None = None) -> Account:
    """Return an account whose phone came to it so many days ago, and was asked for so many days ago."""
    account, now = await rig.open_account(), rig.clock.now()
    confirmed = to_micros(now - days * DAY)
    await run(store, f"UPDATE contacts SET confirmed_at = {confirmed} WHERE kind = 'phone'")
    if asked_days is not None:
        await run(store, f"UPDATE contacts SET asked_again_at = {to_micros(now - asked_days * DAY)}")
    return account


async def stale(rig: TheftRig, store: str) -> Account:
    return await opened(rig, store, days=365, asked_days=30)


async def shows_the_phone(rig: TheftRig) -> Claimant:
    person = Claimant(rig, PHONE, "person")
    assert await person.begin()
    assert isinstance(await person.show(Evidence.SMS), RecoveryDraft)
    return person


@pytest.mark.parametrize(("days", "asked_days"), [(364, 60), (4_000, 29), (4_000, None)])
async def test_a_phone_that_counts_recovers(rig: TheftRig, store: str, days: int, asked_days: int | None) -> None:
    await opened(rig, store, days=days, asked_days=asked_days)
    person = await shows_the_phone(rig)
    assert isinstance(await person.prove(), MaySetPassword)


async def test_a_stale_phone_recovers_nothing_and_the_page_is_told_why(rig: TheftRig, store: str) -> None:
    await stale(rig, store)
    person = await shows_the_phone(rig)
    draft = await person.draft()
    assert draft is not None
    assert (draft.shown, draft.stale_phone) == ((), True)
    assert not await rig.recoveries.is_enough(draft)
    assert not isinstance(await person.prove(), MaySetPassword)


async def test_who_shows_a_stale_phone_waits_like_nobody(rig: TheftRig, store: str) -> None:
    await stale(rig, store)
    person = await shows_the_phone(rig)
    person.phone = THIEFS_PHONE
    rig.clock.pass_by(timedelta(minutes=5))
    assert await person.name_phone()
    begun = await person.prove()
    assert isinstance(begun, MustWait)
    assert begun.ready_at - rig.clock.now() == rig.policy.wait
    # The owner, if they still have it, is told all the same.
    assert await rig.not_me_code_to(PHONE) != "none"


async def test_beside_an_e_mail_a_stale_phone_counts_for_nothing_more(rig: TheftRig, store: str) -> None:
    account = await stale(rig, store)
    await rig.add_email(account, EMAIL)
    person = await shows_the_phone(rig)
    reader = Claimant(rig, EMAIL, "person", name=person.name)
    assert isinstance(await reader.show(Evidence.EMAIL), RecoveryDraft)
    assert not isinstance(await person.prove(), MaySetPassword)


@pytest.mark.parametrize(("days", "waits"), [(364, False), (365, True)])
async def test_at_a_desk_a_stale_phone_is_nobodys_own(rig: TheftRig, store: str, days: int, *, waits: bool) -> None:
    """Whoever has the number now and one officer are not the owner: two days, in which the owner is told."""
    account = await opened(rig, store, days=days, asked_days=60)
    await rig.add_email(account, EMAIL)
    person = Claimant(rig, PHONE, "person")
    assert await person.begin()
    assert await person.name_phone()
    draft = await person.draft()
    assert draft is not None
    begun = await rig.starts.prove(
        person.name, draft, NAME, BirthDate.parse(BORN), person.browser, origin(), await officer(rig, 1)
    )
    assert isinstance(begun, MustWait)
    assert begun.ready_at - rig.clock.now() == (2 * DAY if waits else timedelta(0))


async def replaced_and_brought_back(rig: TheftRig, account: Account) -> None:
    """Change the phone, let it count, and let the holder of the old one say "not me"."""
    cookie = await rig.sign_in(account, "pwd", "sms")
    view = await rig.view(cookie)
    assert view is not None
    await Thief(rig, account, cookie).change_phone(view)
    code = await rig.not_me_code_to(PHONE)
    await rig.pass_by(3 * DAY + timedelta(minutes=1))
    assert await rig.phone_of(account) == THIEFS_PHONE
    assert await rig.not_me.report(code, origin())
    assert await rig.phone_of(account) == PHONE


async def test_a_phone_that_not_me_brings_back_is_as_old_as_it_was(rig: TheftRig, store: str) -> None:
    """Else whoever has the recycled number gets the notice of the change, says "not me", and recovers."""
    account = await stale(rig, store)
    before = await rows(store, "SELECT confirmed_at, asked_again_at FROM contacts")
    await replaced_and_brought_back(rig, account)
    assert await rows(store, "SELECT last_confirmed_at, asked_again_at FROM contacts") == before
    person = await shows_the_phone(rig)
    assert not isinstance(await person.prove(), MaySetPassword)


async def test_a_new_phone_begins_its_own_year(rig: TheftRig, store: str) -> None:
    account = await stale(rig, store)
    cookie = await rig.sign_in(account, "pwd", "sms")
    view = await rig.view(cookie)
    assert view is not None
    await Thief(rig, account, cookie).change_phone(view)
    await rig.pass_by(3 * DAY + timedelta(minutes=1))
    assert await rows(store, "SELECT last_confirmed_at, asked_again_at FROM contacts") == [(None, None)]
    person = Claimant(rig, THIEFS_PHONE, "person")
    assert await person.begin()
    assert isinstance(await person.show(Evidence.SMS), RecoveryDraft)
    assert isinstance(await person.prove(), MaySetPassword)


def due(rig: TheftRig) -> PhonesDue:
    database = rig.database
    notices = Notices(Messages(PROVIDER.sealer, sms_text, email_text), PROVIDER.sealer, HashKey(b"a" * 32))
    return PhonesDue(database.phone_ages, database.accounts, database.ledger, notices, rig.clock)


async def test_who_is_due_is_asked_once_on_every_channel_without_a_code_that_locks(rig: TheftRig, store: str) -> None:
    account = await opened(rig, store, days=335)
    await rig.add_email(account, EMAIL)
    assert [await due(rig).ask(10), await due(rig).ask(10)] == [1, 0]
    assert await rows(store, "SELECT kind FROM notices") == [("phone_due",)]
    assert await rows(store, "SELECT count(*) FROM alarms") == [(0,)]
    assert [len(await rig.texts_to(to)) for to in (PHONE, EMAIL)] == [1, 1]
    age = await rig.database.phone_ages.of_account(account.person_id, account.id)
    assert age is not None
    assert age.asked_at == rig.clock.now()


@pytest.mark.parametrize("status", ["open", "closed"])
async def test_nobody_is_asked_too_early_or_of_a_closed_account(rig: TheftRig, store: str, status: str) -> None:
    await opened(rig, store, days=334 if status == "open" else 400)
    await run(store, f"UPDATE accounts SET status = '{status}'")
    assert await due(rig).ask(10) == 0


async def test_on_the_day_of_the_upgrade_nobody_is_surprised(rig: TheftRig, store: str) -> None:
    """A phone of years ago that was asked for today recovers for thirty days more."""
    account = await opened(rig, store, days=4_000)
    await due(rig).ask(10)
    rig.clock.pass_by(29 * DAY)
    assert not (await rig.record(account)).phone_stale_at(rig.clock.now())
    rig.clock.pass_by(DAY)
    assert (await rig.record(account)).phone_stale_at(rig.clock.now())


async def test_a_phone_that_was_confirmed_since_it_was_read_is_not_asked_for(rig: TheftRig, store: str) -> None:
    account = await opened(rig, store, days=340)
    (found,) = await rig.database.phone_ages.due(due_before(rig.clock.now()), 10)
    await confirm(rig, account)
    assert not await rig.database.ledger.commit(AskPhone(phone=found, at=rig.clock.now()))


async def confirm(rig: TheftRig, account: Account, *, of_before: bytes | None = None) -> None:
    sealed = of_before or (await rig.record(account)).phone_sealed
    assert sealed is not None
    assert await rig.database.ledger.commit(
        ConfirmPhone(person_id=account.person_id, account_id=account.id, phone_sealed=sealed, at=rig.clock.now())
    )


async def test_a_phone_that_is_confirmed_again_has_another_year_and_is_asked_for_again(
    rig: TheftRig, store: str
) -> None:
    account = await stale(rig, store)
    came = await rows(store, "SELECT confirmed_at FROM contacts")
    await confirm(rig, account)
    person = await shows_the_phone(rig)
    assert isinstance(await person.prove(), MaySetPassword)
    # An imported phone is known by when it came: an earlier proof asks for that.
    assert await rows(store, "SELECT confirmed_at FROM contacts") == came
    rig.clock.pass_by(334 * DAY)
    assert await due(rig).ask(10) == 0
    rig.clock.pass_by(DAY)
    assert await due(rig).ask(10) == 1


async def test_a_code_to_the_phone_of_before_confirms_no_other(rig: TheftRig, store: str) -> None:
    account = await stale(rig, store)
    await confirm(rig, account, of_before=b"the phone that was replaced meanwhile")
    assert (await rig.record(account)).phone_stale_at(rig.clock.now())


async def test_a_code_by_sms_beside_the_password_confirms_the_phone(database: Database, store: str) -> None:
    rig = SecondStepRig(database)
    await rig.open_account(two_steps=False)
    signed_in = await rig.sign_in.attempt(NUMBER, PASSWORD, context(new_browser()))
    assert isinstance(signed_in, SignedIn)
    view = await rig.live(signed_in.cookie)
    assert view is not None
    rig.clock.at += timedelta(minutes=1)
    await run(store, f"UPDATE contacts SET asked_again_at = {to_micros(rig.clock.at)}")
    browser = new_browser()
    begun = await rig.step_up.start(view, browser, None)
    sent = await rig.step_up.checks.send(begun, "confirm", browser, "vi")
    assert isinstance(sent, FactorChallenge)
    shown = await rig.step_up.checks.check(sent, AuthenticationMethod.SMS, Entered(rig.sent.codes[-1]), browser, ORIGIN)
    assert isinstance(shown, Shown)
    assert await database.ledger.commit(*shown.effects)
    confirmed = await rows(store, "SELECT last_confirmed_at, asked_again_at FROM contacts WHERE kind = 'phone'")
    assert confirmed == [(to_micros(rig.clock.at), None)]
