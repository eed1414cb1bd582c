"""What a stolen session, a planted factor and an old piece of evidence may not do; each beside what the owner may."""

from datetime import timedelta

import orjson
import pytest

from idp.account.model import PROFILE_PLACE, Account, AccountStatus
from idp.adapters.sql.database import Database
from idp.delegation.effects import OfferMandate
from idp.delegation.mandates.names import seal_actor
from idp.factors.answers import Shown
from idp.factors.approval_model import Approval, OpenApproval
from idp.factors.approvals import Answered, Approvals
from idp.factors.change_model import CHANGE_WAIT
from idp.factors.model import CountTry
from idp.grants.model import StartGrant
from idp.kernel.ids import ApprovalId, PersonId, new_id
from idp.recovery.holdings import HoldingKind
from idp.recovery.model import Recovery
from idp.recovery.policy import Evidence
from idp.recovery.started import MaySetPassword, MustWait, OtherIsOpen
from idp.sessions.model import SessionView, StartSession
from idp.sessions.own_sessions import OwnSessions
from idp.sessions.shared_computers import SharedIdleTimeout
from idp.sign_in.levels import PASSWORD, SMS, SOFTWARE_KEY
from idp.sign_in.recent import is_recent_and_strong
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.support.builders.mandates import helping
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.proof import PHONE
from tests.support.rigs.recovery import CODES_HASH, Claimant, origin
from tests.support.rigs.theft import THIEFS_PHONE, TheftRig, Thief
from tests.support.running.sql_stores import HOUR, NOW, grant_of, opening, session_of

OWNERS_PASSWORD = "bốn con mèo ngồi đợi mưa"
DAY = timedelta(days=1)


@pytest.fixture
def rig(database: Database) -> TheftRig:
    return TheftRig(database)


async def owner_waits(rig: TheftRig, phone: str = "+84500000102") -> Claimant:
    """Begin the way of who has lost everything."""
    person = Claimant(rig, phone, "owner")
    assert await person.begin()
    assert await person.name_phone()
    waits = await person.prove()
    assert isinstance(waits, MustWait)
    person.reference = waits.reference
    return person


async def open_of(rig: TheftRig, account: Account) -> Recovery | None:
    return await rig.database.recoveries.open_of(account.person_id, account.id, rig.clock.now())


async def seen(rig: TheftRig, cookie: str) -> SessionView:
    view = await rig.view(cookie)
    assert view is not None
    return view


@pytest.mark.parametrize(
    ("factors", "waiting", "ends"),
    [
        ((PASSWORD, SMS), False, True),
        ((SOFTWARE_KEY,), False, True),
        ((SOFTWARE_KEY,), True, False),
        ((PASSWORD,), False, False),
    ],
)
async def test_only_a_strong_sign_in_with_factors_that_count_ends_a_wait(
    rig: TheftRig, factors: tuple[str, ...], waiting: bool, ends: bool
) -> None:
    """Seen: the owner's week was cancelled by the thief's strong sign-in with a passkey that they had planted."""
    account = await rig.open_account()
    await owner_waits(rig)
    await rig.sign_in(account, *factors, waiting=waiting)
    assert (await open_of(rig, account) is None) is ends


async def test_a_session_from_before_the_wait_does_not_end_it_and_one_shown_anew_does(rig: TheftRig) -> None:
    account = await rig.open_account()
    stolen = await rig.sign_in(account, PASSWORD, SMS)
    rig.clock.pass_by(timedelta(minutes=1))
    await owner_waits(rig)
    assert not await rig.not_me.cancel_recovery(await seen(rig, stolen), origin())
    await rig.not_me.report_from(await seen(rig, stolen), origin())
    assert await open_of(rig, account) is not None


async def test_a_factor_beside_an_old_one_of_a_stolen_session_does_not_end_the_wait(rig: TheftRig) -> None:
    account = await rig.open_account()
    stolen = await rig.sign_in(account, PASSWORD, SMS)
    rig.clock.pass_by(HOUR / 2)
    await owner_waits(rig)
    view = await seen(rig, stolen)
    assert await rig.sessions.stepped_up(view, Shown("otp", (), waits=True), origin(), rig.clock.now()) is not None
    assert await open_of(rig, account) is not None


@pytest.mark.parametrize("factors", [(PASSWORD,), (PASSWORD, SMS)])
async def test_a_session_that_knows_the_password_alone_ends_no_wait(rig: TheftRig, factors: tuple[str, ...]) -> None:
    """It may lock the account: that harms nobody who can come back, and the wait goes on."""
    account = await rig.open_account()
    await owner_waits(rig)
    # Strong sign-ins end it by themselves: what is asked here is the button.
    strong = len(factors) > 1
    cookie = await rig.sign_in(account, *factors)
    assert not await rig.not_me.cancel_recovery(await seen(rig, cookie), origin())
    await rig.not_me.report_from(await seen(rig, cookie), origin())
    assert (await open_of(rig, account) is None) is strong
    assert (await rig.record(account)).account.status is AccountStatus.LOCKED


async def test_while_somebody_waits_nothing_that_protects_the_account_changes(rig: TheftRig) -> None:
    account = await rig.open_account()
    thief = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    rig.clock.pass_by(timedelta(minutes=1))
    await owner_waits(rig)
    for deed in ("change_phone", "add_passkey", "add_app", "make_codes", "change_password"):
        await thief.do(deed)
    assert await thief.holds() == ["session"]


async def test_evidence_from_before_a_change_of_the_phone_is_worth_nothing_after_it(rig: TheftRig) -> None:
    """Seen: a draft with an SMS shown before the owner changed the phone and the password signed the thief in."""
    account = await rig.open_account()
    # The thief holds the old phone.
    thief = Claimant(rig, PHONE, "thief")
    assert await thief.begin()
    await thief.show(Evidence.SMS)
    owner = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    await owner.do("change_password")
    assert isinstance(await thief.prove(), OtherIsOpen)
    # Begun anew the same evidence does: the phone is the account's as long as the other one waits.
    assert await thief.begin()
    rig.clock.pass_by(HOUR)
    assert await thief.begin()
    await thief.show(Evidence.SMS)
    assert isinstance(await thief.prove(), MaySetPassword)


@pytest.mark.parametrize("changed", [True, False])
async def test_a_recovery_that_was_proved_before_a_change_does_not_end_after_it(rig: TheftRig, changed: bool) -> None:
    account = await rig.open_account()
    cookie = await rig.sign_in(account, PASSWORD, SMS)
    person = Claimant(rig, PHONE, "somebody")
    assert await person.begin()
    await person.show(Evidence.SMS)
    assert isinstance(await person.prove(), MaySetPassword)
    if changed:
        await Thief(rig, account, cookie).do("add_app")
    assert await person.set_password(OWNERS_PASSWORD) is not changed


async def test_a_thiefs_new_app_neither_recovers_nor_keeps_the_owners_phone_from_being_enough(rig: TheftRig) -> None:
    account = await rig.open_account()
    thief = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    await thief.do("add_app")
    await thief.do("make_codes")
    assert thief.planted.codes
    forged = Claimant(rig, THIEFS_PHONE, "thief")
    assert await forged.begin()
    await forged.show(Evidence.RECOVERY_CODE, thief.planted.codes[0])
    draft = await forged.draft()
    assert draft is not None
    assert draft.shown == ()
    rig.clock.pass_by(HOUR)
    owner = Claimant(rig, PHONE, "owner")
    assert await owner.begin()
    await owner.show(Evidence.SMS)
    assert isinstance(await owner.prove(), MaySetPassword)


async def test_codes_that_have_waited_recover(rig: TheftRig) -> None:
    """The positive twin: the same codes, 72 hours later, in the hands of whoever made them."""
    account = await rig.open_account()
    owner = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    await owner.do("make_codes")
    await rig.pass_by(CHANGE_WAIT)
    person = Claimant(rig, PHONE, "owner")
    assert await person.begin()
    await person.show(Evidence.RECOVERY_CODE, owner.planted.codes[0])
    draft = await person.draft()
    assert draft is not None
    assert draft.shown == (Evidence.RECOVERY_CODE,)


async def test_a_new_phone_gets_no_notice_and_the_old_one_every_one(rig: TheftRig) -> None:
    """A notice carries the code that locks the account and ends waits: it goes to what counts."""
    account = await rig.open_account()
    thief = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    await thief.do("change_phone")
    await thief.do("make_codes")
    assert await rig.not_me_code_to(THIEFS_PHONE) == "none"
    assert await rig.not_me_code_to(PHONE) != "none"
    assert await rig.phone_of(account) == PHONE


@pytest.mark.parametrize(("days", "back"), [(4, True), (8, False)])
async def test_a_phone_that_took_its_place_goes_back_as_long_as_the_code_of_its_notice_is_good(
    rig: TheftRig, days: int, back: bool
) -> None:
    account = await rig.open_account()
    thief = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    await thief.do("change_phone")
    code = await rig.not_me_code_to(PHONE)
    await rig.pass_by(CHANGE_WAIT)
    assert await rig.phone_of(account) == THIEFS_PHONE
    rig.clock.pass_by(days * DAY - CHANGE_WAIT)
    assert await rig.not_me.report(code, origin()) is back
    assert await rig.phone_of(account) == (PHONE if back else THIEFS_PHONE)
    assert (await rig.not_me_code_to(PHONE) != code) is back


async def test_codes_that_a_thief_received_are_used_up_by_the_alarm(rig: TheftRig) -> None:
    account = await rig.open_account()
    thief = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    await thief.do("change_phone")
    first = await rig.not_me_code_to(PHONE)
    await rig.pass_by(CHANGE_WAIT)
    thief.cookie = await rig.sign_in(account, PASSWORD, SMS)
    await thief.do("make_codes")
    stolen = await rig.not_me_code_to(THIEFS_PHONE)
    assert stolen != "none"
    assert await rig.not_me.report(first, origin())
    await owner_waits(rig)
    assert not await rig.not_me.report(stolen, origin())
    assert await open_of(rig, account) is not None


def approvals(rig: TheftRig) -> Approvals:
    return Approvals(rig.database.approvals, rig.database.ledger, CODES_HASH, rig.clock, rig.contacts.notices)


@pytest.mark.parametrize(("ago", "may"), [(timedelta(minutes=15), True), (timedelta(minutes=16), False)])
async def test_a_cookie_of_this_morning_approves_nothing(rig: TheftRig, ago: timedelta, may: bool) -> None:
    """Seen: a ten-hour-old cookie approved a sign-in elsewhere. Confirmed anew it does, and every contact is told."""
    account = await rig.open_account()
    cookie = await rig.sign_in(account, PASSWORD, SMS)
    rig.clock.pass_by(ago)
    view, asking = await seen(rig, cookie), approvals(rig)
    assert asking.may_answer(view)
    assert asking.must_confirm(view) is not may
    asked = await asking_elsewhere(rig, account)
    before = await rig.not_me_code_to(PHONE)
    answered = await asking.answer(view, asked[0], asked[1], origin())
    assert answered is (Answered.APPROVED if may else Answered.TOO_LATE)
    assert (await rig.not_me_code_to(PHONE) != before) is may


async def asking_elsewhere(rig: TheftRig, account: Account) -> tuple[ApprovalId, str]:
    """Let another browser ask; return the question and its number."""
    now = rig.clock.now()
    asked = Approval(ApprovalId(new_id()), account.person_id, account.id, 42, "", "", now, now + timedelta(minutes=2))
    assert await rig.database.ledger.commit(OpenApproval(approval=asked, since=now - HOUR, limit=3))
    return asked.id, "42"


async def test_everywhere_is_everywhere(rig: TheftRig, store: str) -> None:
    """Offline grants, sessions at rest and known devices end too, of this account and in one commit."""
    account = await rig.open_account()
    mine = await rig.sign_in(account, PASSWORD, SMS)
    other = session_of(account, expires_at=rig.clock.now() + HOUR)
    offline = replace(grant_of(other, offline=True), expires_at=rig.clock.now() + 24 * HOUR)
    assert await rig.database.ledger.commit(
        StartSession(session=other), StartGrant(grant=offline, issued_at=rig.clock.now())
    )
    own = OwnSessions(rig.database.own_sessions, rig.database.devices, rig.database.ledger, rig.clock)
    assert await own.end_all(await seen(rig, mine), origin()) >= 1
    state = await rig.database.grants.state(offline.id, "", rig.clock.now())
    assert state is not None
    assert not state.alive
    assert await rows(store, "SELECT count(*) FROM sessions WHERE ended_at IS NULL") == [(0,)]


@pytest.mark.parametrize("shared", [True, False])
async def test_a_session_at_rest_on_a_shared_computer_is_over_for_portals_too(
    database: Database, rig: TheftRig, shared: bool
) -> None:
    """Its grants die with its rest, a job ends it; one at home only asks for a new sign-in."""
    effect = opening("079999000002")
    session = replace(session_of(effect.account), idle_until=NOW + HOUR, shared_computer=shared)
    grant = grant_of(session)
    assert await database.ledger.commit(effect, StartSession(session=session), StartGrant(grant=grant, issued_at=NOW))
    rig.clock.at = NOW + HOUR + timedelta(minutes=1)
    state = await database.grants.state(grant.id, "", rig.clock.now())
    assert state is not None
    assert state.alive is not shared
    late = replace(grant_of(session), created_at=rig.clock.now())
    assert await database.ledger.commit(StartGrant(grant=late, issued_at=rig.clock.now())) is not shared
    ended = await SharedIdleTimeout(database.idle_sessions, database.ledger, rig.clock).run(10)
    assert ended == (1 if shared else 0)
    assert await SharedIdleTimeout(database.idle_sessions, database.ledger, rig.clock).run(10) == 0


async def test_a_factor_that_waits_signs_in_and_confirms_nothing(rig: TheftRig) -> None:
    account = await rig.open_account()
    planted = await seen(rig, await rig.sign_in(account, SOFTWARE_KEY, waiting=True))
    known = await seen(rig, await rig.sign_in(account, SOFTWARE_KEY))
    now = rig.clock.now()
    assert (planted.session.amr, planted.session.acr) == (known.session.amr, known.session.acr)
    assert not is_recent_and_strong(planted, now)
    assert is_recent_and_strong(known, now)


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_recovery_keeps_what_its_owner_keeps_and_nothing_else(rig: TheftRig, keeps: bool) -> None:
    """What was planted and waited out unseen is shown at the recovery, with the helper that "not me" suspended."""
    account = await rig.open_account()
    planted = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    await planted.do("make_codes")
    await rig.pass_by(8 * DAY)
    planted.cookie = await rig.sign_in(account, PASSWORD, SMS)
    named = helping(account.person_id, new_id())
    sealed = seal_actor(PROVIDER.sealer, named.id, "001899000009", "Trần Văn Khác")
    now = rig.clock.now()
    given = replace(
        named,
        actor_id=PersonId(new_id()),
        actor_sealed=sealed,
        offered_at=now,
        starts_at=now,
        accepted_at=now,
        ends_at=now + 30 * DAY,
    )
    assert await rig.database.ledger.commit(OfferMandate(mandate=given))
    planted.planted.mandates.append(given.id)
    await planted.do("change_phone")
    assert await rig.not_me.report(await rig.not_me_code_to(PHONE), origin())
    rig.clock.pass_by(HOUR)
    owner = Claimant(rig, PHONE, "owner")
    assert await owner.begin()
    await owner.show(Evidence.SMS)
    await owner.show(Evidence.RECOVERY_CODE, planted.planted.codes[0])
    assert isinstance(await owner.prove(), MaySetPassword)
    held = await rig.end.held(account.person_id, account.id)
    assert [one.kind for one in held] == [HoldingKind.RECOVERY_CODES, HoldingKind.HELPER]
    assert held[1].suspended
    assert await rig.end.was_reported(account.person_id, account.id)
    draft = await owner.draft()
    assert draft is not None
    kept = {one.reference for one in held} if keeps else set[str]()
    assert await rig.end.finish(draft.person_id, draft.recovery_id, OWNERS_PASSWORD, origin(), kept)
    left = await planted.holds()
    assert ("recovery code" in left) is keeps
    assert ("mandate" in left) is keeps


async def test_oidc_core_5_1_the_claims_and_the_tries_follow_the_phone_when_it_counts(rig: TheftRig) -> None:
    """Not before: portals hear of the phone that counts. Wrong codes at the old one say nothing of the new."""
    account = await rig.open_account()
    person = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    whose = (account.person_id, account.id)
    assert await rig.database.ledger.commit(
        CountTry(person_id=account.person_id, account_id=account.id, factor=SMS, now=rig.clock.now(), limit=100)
    )
    await person.do("change_phone")
    # The rig opens an account whose profile names no phone.
    assert await claimed_phone(rig, account) is None
    assert (await rig.database.factors.tries(*whose, SMS)).failures == 1
    await rig.pass_by(CHANGE_WAIT)
    assert await claimed_phone(rig, account) == THIEFS_PHONE
    assert (await rig.database.factors.tries(*whose, SMS)).failures == 0


async def claimed_phone(rig: TheftRig, account: Account) -> object:
    profile = (await rig.record(account)).profile_sealed
    return orjson.loads(PROVIDER.sealer.open(profile, PROFILE_PLACE.of(account.person_id))).get("phone_number")
