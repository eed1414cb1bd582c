"""Who waits with nothing gives way to who shows more, an old factor or a card: a thief who waits keeps nobody out."""

from datetime import timedelta

import pytest

from idp.account.model import Account
from idp.adapters.sql.database import Database
from idp.factors.change_model import BeginChange
from idp.factors.model import TOTP_PLACE, AddRecoveryCode, AddTotp
from idp.factors.recovery_codes.service import hash_of
from idp.factors.totp.codes import code_of, new_totp_secret, step_at
from idp.kernel.secrets import Secret
from idp.officers.model import Officer
from idp.proofing.model import Verdict
from idp.proofing.values.birth_dates import BirthDate
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.policy import Evidence
from idp.recovery.started import MaySetPassword, MustWait, OtherIsOpen, Started
from tests.contract.sql.officers.test_officers import enrolled, officer_of
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.proof import BORN, NAME, PHONE
from tests.support.rigs.recovery import CODES_HASH, Claimant, RecoveryRig, origin

PASSWORD = "bốn con mèo ngồi đợi mưa"
THIEFS_PHONE, NEW_PHONE = "+84500000101", "+84500000102"
EMAIL, SAVED = "chu@example.com", "ABCDE-FGHJK"
DAY = timedelta(days=1)


@pytest.fixture
def rig(database: Database) -> RecoveryRig:
    return RecoveryRig(database)


@pytest.fixture
def owner(rig: RecoveryRig) -> Claimant:
    """The owner, who has a new phone."""
    return Claimant(rig, NEW_PHONE, "owner")


@pytest.fixture
def thief(rig: RecoveryRig) -> Claimant:
    """Somebody who knows the owner's public data and has a phone."""
    return Claimant(rig, THIEFS_PHONE, "thief")


async def protected(rig: RecoveryRig) -> tuple[Account, Secret]:
    """Return an account with a code app, so that one factor alone does not recover it; and the app's secret."""
    account, secret = await rig.open_account(), new_totp_secret()
    sealed = PROVIDER.sealer.seal(secret.reveal().encode(), TOTP_PLACE.of(account.person_id))
    _whose, now = (account.person_id, account.id), rig.clock.now()
    saved = AddRecoveryCode(
        person_id=account.person_id,
        account_id=account.id,
        code_hash=hash_of(CODES_HASH, account.id, SAVED),
        created_at=now,
    )
    assert await rig.database.ledger.commit(
        AddTotp(person_id=account.person_id, account_id=account.id, secret_sealed=sealed, last_step=0, created_at=now),
        saved,
    )
    await rig.add_email(account, EMAIL)
    rig.clock.pass_by(30 * DAY)
    return account, secret


async def wait(person: Claimant, evidence: Evidence | None = None, code: str = "") -> Started | Verdict | None:
    """Begin to wait with the phone at hand, after showing something of the account if there is something."""
    person.rig.clock.pass_by(timedelta(hours=1))
    assert await person.begin()
    if evidence is not None:
        assert isinstance(await person.show(evidence, code), RecoveryDraft)
    assert await person.name_phone()
    answer = await person.prove()
    if isinstance(answer, MustWait):
        person.reference = answer.reference
    return answer


async def at_a_desk(person: Claimant, officer: Officer) -> Started | Verdict:
    """Begin at a desk, with the card in the officer's hand."""
    person.rig.clock.pass_by(timedelta(hours=1))
    assert await person.begin()
    assert await person.name_phone()
    draft = await person.draft()
    assert draft is not None
    born = BirthDate.parse(BORN)
    answer = await person.rig.starts.prove(person.name, draft, NAME, born, person.browser, origin(), officer)
    if isinstance(answer, MustWait):
        person.reference = answer.reference
    return answer


def app_code(rig: RecoveryRig, secret: Secret) -> str:
    return code_of(secret, step_at(rig.clock.now() + timedelta(hours=1)))


async def test_who_shows_one_old_factor_takes_the_place_of_who_waits_with_none(
    rig: RecoveryRig, owner: Claimant, thief: Claimant
) -> None:
    _, secret = await protected(rig)
    assert isinstance(await wait(thief), MustWait)
    rig.clock.pass_by(5 * DAY)
    begun = await wait(owner, Evidence.TOTP, app_code(rig, secret))
    assert isinstance(begun, MustWait)
    assert begun.ready_at - rig.clock.now() == 3 * DAY
    rig.clock.at = begun.ready_at
    assert not await thief.come_back(PASSWORD)
    assert await owner.come_back(PASSWORD)


async def test_who_gave_way_is_told_at_their_phone_and_so_is_the_account(
    rig: RecoveryRig, owner: Claimant, thief: Claimant
) -> None:
    _, secret = await protected(rig)
    await wait(thief)
    before = len(await rig.texts_to(PHONE))
    reported = len(await rig.texts_to(THIEFS_PHONE))
    await wait(owner, Evidence.TOTP, app_code(rig, secret))
    assert len(await rig.texts_to(PHONE)) == before + 1
    assert len(await rig.texts_to(THIEFS_PHONE)) == reported + 1


async def test_who_waits_is_told_as_well_when_somebody_shows_enough_at_once(
    rig: RecoveryRig, owner: Claimant, thief: Claimant
) -> None:
    _, secret = await protected(rig)
    await wait(thief)
    reported = len(await rig.texts_to(THIEFS_PHONE))
    rig.clock.pass_by(timedelta(hours=1))
    await owner.begin()
    await owner.show(Evidence.TOTP, code_of(secret, step_at(rig.clock.now())))
    await owner.show(Evidence.RECOVERY_CODE, SAVED)
    assert isinstance(await owner.prove(), MaySetPassword)
    assert len(await rig.texts_to(THIEFS_PHONE)) == reported + 1


async def test_a_code_by_e_mail_is_no_factor_and_takes_nobodys_place(
    rig: RecoveryRig, owner: Claimant, thief: Claimant
) -> None:
    """The thief of a mailbox must not push out an owner who has lost everything."""
    await protected(rig)
    assert isinstance(await wait(owner), MustWait)
    thief.rig.clock.pass_by(timedelta(hours=1))
    assert await thief.begin()
    draft = await thief.draft()
    assert draft is not None
    await rig.recoveries.ask(thief.name, draft, Evidence.EMAIL, thief.browser, "vi", origin())
    asked = await thief.draft()
    assert asked is not None
    code = await rig.code_to(EMAIL)
    assert isinstance(await rig.recoveries.check(thief.name, asked, code, thief.browser, origin()), RecoveryDraft)
    assert await thief.name_phone()
    assert isinstance(await thief.prove(), OtherIsOpen)


async def test_of_two_who_show_one_factor_each_the_first_stays(
    rig: RecoveryRig, owner: Claimant, thief: Claimant
) -> None:
    _, secret = await protected(rig)
    assert isinstance(await wait(owner, Evidence.TOTP, app_code(rig, secret)), MustWait)
    assert isinstance(await wait(thief, Evidence.RECOVERY_CODE, SAVED), OtherIsOpen)
    assert isinstance(await wait(thief), OtherIsOpen)


async def test_a_card_at_a_desk_takes_the_place_of_a_thief_with_one_factor_and_not_the_other_way(
    rig: RecoveryRig, owner: Claimant, thief: Claimant
) -> None:
    _, secret = await protected(rig)
    now = rig.clock.now()
    officer = await enrolled(rig.database, officer_of(starts_at=now - DAY, ends_at=now + 60 * DAY))
    assert isinstance(await wait(thief, Evidence.RECOVERY_CODE, SAVED), MustWait)
    begun = await at_a_desk(owner, officer)
    assert isinstance(begun, MustWait)
    assert isinstance(await wait(thief, Evidence.TOTP, app_code(rig, secret)), OtherIsOpen)
    rig.clock.at = begun.ready_at
    assert await owner.come_back(PASSWORD)


async def test_what_waited_to_count_does_not_count_because_one_takes_the_place_of_another(
    rig: RecoveryRig, owner: Claimant, thief: Claimant
) -> None:
    """A thief who plants an app and then waits would have it counted on the day the owner comes with an old factor."""
    account = await rig.open_account()
    rig.clock.pass_by(30 * DAY)
    whose, now = (account.person_id, account.id), rig.clock.now()
    planted = PROVIDER.sealer.seal(new_totp_secret().reveal().encode(), TOTP_PLACE.of(account.person_id))
    assert await rig.database.ledger.commit(
        BeginChange(person_id=account.person_id, account_id=account.id, now=now),
        AddTotp(
            person_id=account.person_id,
            account_id=account.id,
            secret_sealed=planted,
            last_step=0,
            created_at=now,
            pending_until=now + 3 * DAY,
        ),
    )
    assert isinstance(await wait(thief), MustWait)
    rig.clock.pass_by(5 * DAY)
    old_phone = Claimant(rig, PHONE, "owner")
    assert await old_phone.begin()
    await old_phone.show(Evidence.SMS)
    assert isinstance(await old_phone.prove(), MaySetPassword)
    assert await old_phone.set_password(PASSWORD)
    assert (await rig.database.factors.of_account(*whose)).totp is None


async def test_who_finds_a_factor_while_they_wait_comes_back_earlier_and_is_pushed_out_by_none(
    rig: RecoveryRig, owner: Claimant, thief: Claimant
) -> None:
    _, secret = await protected(rig)
    await wait(owner)
    rig.clock.pass_by(5 * DAY)
    again = await wait(owner.elsewhere(), Evidence.TOTP, app_code(rig, secret))
    assert isinstance(again, MustWait)
    assert again.ready_at - rig.clock.now() < 2 * DAY
    assert isinstance(await wait(thief, Evidence.RECOVERY_CODE, SAVED), OtherIsOpen)
