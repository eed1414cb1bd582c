"""Two accounts become one only by who has shown both, after a wait with notices, and "not me" parts them again."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from idp.account.merging.joining import JoinRefusal
from idp.account.merging.other_accounts import ShownAccount, ShowRefusal
from idp.account.merging.setting_aside import SettingAside
from idp.account.model import Account, AccountStatus, ProofState, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.news import MandateNews
from idp.factors.change_model import RaiseEpoch
from idp.factors.drafts import AuthenticationMethod
from idp.kernel.secrets import Sealer
from tests.contract.sql.direct import rows
from tests.support.rigs.joining import BROWSER, KEY, MINE, OTHER, OWN, THEIRS, JoiningRig
from tests.support.rigs.second_step import ORIGIN, TOTP_SECRET

ASKED = "SELECT result FROM joinings"


@pytest.fixture
def rig(database: Database) -> JoiningRig:
    return JoiningRig(database, Sealer({"k": b"s" * 32}, "k"))


async def both(
    rig: JoiningRig, proof: ProofState = ProofState.PROVED, claims: Mapping[str, str] | None = None
) -> tuple[Account, Account]:
    return await rig.open_account(OWN, MINE, proof), await rig.open_account(OTHER, THEIRS, claims=claims)


async def status(store: str, account: Account) -> object:
    ((found, why),) = await rows(store, f"SELECT status, locked_for FROM accounts WHERE account_id = '{account.id}'")
    return found, why


async def test_who_has_shown_both_has_one_account_after_the_wait(rig: JoiningRig, store: str) -> None:
    stays, goes = await both(rig)
    view = await rig.signed_in(stays)
    await rig.asked(view)
    # Every contact of both is told, at once and when it is done.
    assert len(rig.texts.codes("notice_accounts_joining")) == 2
    rig.clock.at += rig.requests.wait - timedelta(seconds=1)
    assert await rig.jobs.run(10) == 0
    assert await status(store, goes) == ("open", None)
    rig.clock.at += timedelta(seconds=1)
    assert await rig.jobs.run(10) == 1
    assert await status(store, goes) == ("closed", "merged")
    assert await status(store, stays) == ("open", None)
    assert await rows(store, "SELECT done_by, person_id FROM merges") == [("owner", stays.person_id)]
    assert len(rig.texts.codes("notice_accounts_merged")) == 2
    assert await rig.jobs.run(10) == 0


async def test_a_wrong_password_and_no_account_look_alike_and_count(rig: JoiningRig, store: str) -> None:
    stays, goes = await both(rig)
    view = await rig.signed_in(stays)
    assert await rig.show(view, password="another-long-Passphrase-8") is ShowRefusal.WRONG
    assert await rig.show(view, number="001899000009") is ShowRefusal.WRONG
    assert await rig.show(view, number="nonsense") is ShowRefusal.WRONG
    tries = f"SELECT failures FROM passwords WHERE account_id = '{goes.id}'"
    assert await rows(store, tries) == [(1,)]
    assert isinstance(await rig.show(view), str)
    assert await rows(store, tries) == [(0,)]


async def test_the_password_alone_shows_no_account_that_has_more(rig: JoiningRig) -> None:
    stays, goes = await both(rig)
    view = await rig.signed_in(stays)
    name = await rig.show(view)
    assert not isinstance(name, ShowRefusal)
    draft = await rig.others.load(name, view, BROWSER)
    assert draft is not None
    assert await rig.others.complete(draft, BROWSER) is None
    # A draft is of one account and of one browser.
    assert await rig.others.load(name, await rig.signed_in(goes), BROWSER) is None
    assert await rig.others.load(name, view, "another browser") is None


async def test_where_there_is_an_app_its_phone_is_not_enough(rig: JoiningRig) -> None:
    """As strong as the account: who took over its number alone joins nothing."""
    stays, goes = await both(rig)
    await rig.add_app(goes, TOTP_SECRET)
    view = await rig.signed_in(stays)
    name = await rig.show(view)
    assert not isinstance(name, ShowRefusal)
    draft = await rig.others.load(name, view, BROWSER)
    assert draft is not None
    challenge = await rig.others.challenge(draft, BROWSER)
    assert challenge is not None
    assert challenge.ways == (AuthenticationMethod.TOTP,)


async def test_an_alarm_between_the_password_and_the_yes_ends_what_was_shown(rig: JoiningRig) -> None:
    stays, goes = await both(rig)
    view = await rig.signed_in(stays)
    shown = await rig.shown(view)
    assert shown is not None
    assert await rig.database.ledger.commit(RaiseEpoch(person_id=goes.person_id, account_id=goes.id))
    assert await rig.requests.ask(view, shown, ORIGIN) is JoinRefusal.CHANGED


@pytest.mark.parametrize("proof", [ProofState.MATCHED, ProofState.WAITING])
async def test_nothing_goes_up_in_an_account_that_was_never_proved(rig: JoiningRig, proof: ProofState) -> None:
    stays, _ = await both(rig, proof)
    assert await refusal(rig, stays) is JoinRefusal.NOT_PROVED


@pytest.mark.parametrize("claims", [{"name": "Nguyễn Thị Hồng"}, {"birthdate": "1990-02-02"}])
async def test_two_humans_are_not_made_one(rig: JoiningRig, claims: dict[str, str]) -> None:
    stays, _ = await both(rig, claims=claims)
    assert await refusal(rig, stays) is JoinRefusal.DIFFERENT


async def refusal(rig: JoiningRig, stays: Account) -> object:
    view = await rig.signed_in(stays)
    shown = await rig.shown(view)
    assert isinstance(shown, ShownAccount)
    return await rig.requests.ask(view, shown, ORIGIN)


async def test_a_session_that_is_not_fresh_asks_for_nothing(rig: JoiningRig) -> None:
    stays, _ = await both(rig)
    view = await rig.signed_in(stays)
    shown = await rig.shown(view)
    assert shown is not None
    rig.clock.at += timedelta(minutes=16)
    assert await rig.requests.ask(view, shown, ORIGIN) is JoinRefusal.CHANGED


@pytest.mark.parametrize("side", [0, 1])
async def test_either_owner_withdraws_and_both_are_told(rig: JoiningRig, store: str, side: int) -> None:
    accounts = await both(rig)
    await rig.asked(await rig.signed_in(accounts[0]))
    assert await rig.requests.withdraw(await rig.signed_in(accounts[side]), ORIGIN)
    assert await rows(store, ASKED) == [("withdrawn",)]
    assert len(rig.texts.codes("notice_joining_ended")) == 2
    assert await rig.wait_over() == 0
    assert await status(store, accounts[1]) == ("open", None)


@pytest.mark.parametrize("side", [0, 1])
async def test_not_me_during_the_wait_ends_it(rig: JoiningRig, store: str, side: int) -> None:
    """The notice of either account carries a code."""
    _, goes = await both(rig)
    await rig.asked(await rig.signed_in(await holder(rig, OWN)))
    assert await rig.not_me.report(rig.texts.codes("notice_accounts_joining")[side], ORIGIN)
    assert await rig.wait_over() == 1
    assert await rows(store, ASKED) == [("changed",)]
    assert await rows(store, "SELECT count(*) FROM merges") == [(0,)]
    assert (await status(store, goes)) == (("locked", "not_me") if side else ("open", None))


@pytest.mark.parametrize("side", [0, 1])
async def test_not_me_after_it_makes_two_accounts_again(rig: JoiningRig, store: str, side: int) -> None:
    stays, goes = await both(rig)
    await rig.asked(await rig.signed_in(stays))
    assert await rig.wait_over() == 1
    assert await rig.not_me.report(rig.texts.codes("notice_accounts_merged")[side], ORIGIN)
    assert await rows(store, "SELECT undone_at IS NOT NULL FROM merges") in ([(True,)], [(1,)])
    locked = ("locked", "not_me")
    assert await status(store, goes) == (locked if side else ("open", None))
    assert await status(store, stays) == (("open", None) if side else locked)
    record = await rig.database.accounts.for_sign_in(KEY.digest(OTHER))
    assert record is not None
    assert record.account.id == goes.id


async def test_an_account_is_in_one_joining(rig: JoiningRig) -> None:
    stays, goes = await both(rig)
    view = await rig.signed_in(stays)
    await rig.asked(view)
    shown = await rig.shown(view)
    assert shown is not None
    assert await rig.requests.ask(view, shown, ORIGIN) is JoinRefusal.CHANGED
    turned = await rig.signed_in(goes)
    shown = await rig.shown(turned, OWN)
    assert shown is not None
    assert await rig.requests.ask(turned, shown, ORIGIN) is JoinRefusal.CHANGED


async def test_what_was_set_aside_is_found_by_ones_own_number_and_joined(rig: JoiningRig, store: str) -> None:
    aside = await rig.open_account(OWN, THEIRS, ProofState.MATCHED)
    news = MandateNews(rig.database.accounts, rig.database.mandates, rig.notices)
    ends = MandateEnds(rig.database.mandates, rig.database.ledger, news, rig.clock)
    await SettingAside(rig.database.accounts, rig.database.ledger, rig.notices, ends).set_aside(
        KEY.digest(OWN), rig.clock.now()
    )
    owner, stranger = await rig.open_account(OWN, MINE), await rig.open_account(OTHER, MINE)
    # By a number that is not theirs nobody finds what was set aside under it.
    assert await rig.show(await rig.signed_in(stranger), "000000000000") is ShowRefusal.WRONG
    await rig.asked(await rig.signed_in(owner), "")
    assert await rig.wait_over() == 1
    assert await status(store, aside) == ("closed", "merged")
    # Parted again, the number stays with the account that has it.
    assert await rig.not_me.report(rig.texts.codes("notice_accounts_merged")[1], ORIGIN)
    assert (await status(store, aside)) == ("locked", "set_aside")
    assert (await holder(rig, OWN)).id == owner.id


async def test_a_locked_account_is_not_joined(rig: JoiningRig) -> None:
    stays, goes = await both(rig)
    locked = SetAccountStatus(
        account_id=goes.id,
        person_id=goes.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.LOCKED,
        at=rig.clock.now(),
        reason="support",
        gives_up_at=rig.clock.now(),
    )
    assert await rig.database.ledger.commit(locked)
    assert await rig.show(await rig.signed_in(stays)) is ShowRefusal.WRONG


async def test_what_ended_is_swept_a_month_later(rig: JoiningRig, store: str) -> None:
    stays, _ = await both(rig)
    view = await rig.signed_in(stays)
    await rig.asked(view)
    later = rig.clock.now() + timedelta(days=400)
    assert await rig.database.sweeps.sweep("joinings", later, 10) == 0
    assert await rig.requests.withdraw(view, ORIGIN)
    assert await rig.database.sweeps.sweep("joinings", rig.clock.now() + timedelta(days=30), 10) == 0
    assert await rig.database.sweeps.sweep("joinings", later, 10) == 1


async def holder(rig: JoiningRig, number: str) -> Account:
    record = await rig.database.accounts.for_sign_in(KEY.digest(number))
    assert record is not None
    return record.account
