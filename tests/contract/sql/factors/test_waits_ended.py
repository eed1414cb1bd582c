"""A proof shown anew ends the wait of what the person changed; nothing less does, and nobody else's proof."""

from datetime import timedelta

import pytest

from idp.account.model import Account
from idp.account.own_identity import OwnIdentities
from idp.adapters.sql.database import Database
from idp.factors.change_model import still_waits
from idp.factors.waits_ended import WaitEnds
from idp.proofing.registers.ports import NoAnswer
from idp.sessions.model import SessionView
from idp.sign_in.levels import PASSWORD, SMS
from idp.upstream.arrivals import UpstreamArrival
from idp.upstream.model import VouchedIdentity
from records.structs import replace
from tests.support.builders.protocol import PROVIDER
from tests.support.plain.subscribers import LONG_AGO
from tests.support.rigs.proof import BORN, NAME, NUMBER, NUMBER_INDEX, PHONE
from tests.support.rigs.recovery import Claimant, origin
from tests.support.rigs.theft import THIEFS_PHONE, TheftRig, Thief

OTHERS = "079899000003"
DAY = timedelta(days=1)


@pytest.fixture
def rig(database: Database) -> TheftRig:
    return TheftRig(database)


async def changing(rig: TheftRig, *deeds: str) -> tuple[Account, Thief]:
    """Return an account and who sits in a strong session of it, after some changes."""
    account = await rig.open_account()
    person = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    for deed in deeds:
        await person.do(deed)
    rig.clock.pass_by(timedelta(minutes=1))
    return account, person


async def seen(rig: TheftRig, person: Thief) -> SessionView:
    view = await rig.view(person.cookie)
    assert view is not None
    return view


def arrival(rig: TheftRig, number: str = NUMBER, ago: timedelta = timedelta(0), state: bytes = b"1") -> UpstreamArrival:
    """Return what a provider that proved its people says of who has just signed in there."""
    now = rig.clock.now()
    return UpstreamArrival(
        provider="vneid",
        subject_index=b"i" * 32,
        subject_sealed=b"sealed",
        session_sealed=b"sealed",
        factors=("pwd", "otp"),
        auth_time=now - ago,
        at=now,
        answer_hash=state * 32,
        linking=False,
        identity=VouchedIdentity(number=number, name=NAME, birth_date=BORN),
    )


def ends(rig: TheftRig) -> WaitEnds:
    database = rig.database
    identities = OwnIdentities(database.identities, PROVIDER.sealer, NUMBER_INDEX)
    return WaitEnds(identities, database.upstream_links, database.ledger, rig.proof.notices, rig.clock)


async def waits(rig: TheftRig, account: Account) -> bool:
    """Say whether a factor of the account waits to count."""
    enrolled = await rig.database.factors.of_account(account.person_id, account.id)
    now = rig.clock.now()
    until = (enrolled.passkeys_pending_until, enrolled.recovery_codes_pending_until)
    app = enrolled.totp is not None and still_waits(enrolled.totp.pending_until, now)
    return app or any(still_waits(one, now) for one in until)


async def test_who_signs_in_at_the_proving_provider_ends_the_wait_of_what_they_changed(rig: TheftRig) -> None:
    account, person = await changing(rig, "change_phone", "make_codes", "add_app", "add_passkey")
    assert await waits(rig, account)
    reported = await rig.not_me_code_to(PHONE)
    assert await ends(rig).by_upstream(arrival(rig), await seen(rig, person), origin())
    assert not await waits(rig, account)
    await rig.settling.run(10)
    assert await rig.phone_of(account) == THIEFS_PHONE
    assert await rig.not_me_code_to(PHONE) != reported, "the old phone is told, with a code that takes it all back"


async def test_what_was_ended_early_goes_back_with_not_me(rig: TheftRig) -> None:
    """A provider's account may be stolen too."""
    account, person = await changing(rig, "change_phone", "make_codes")
    await ends(rig).by_upstream(arrival(rig), await seen(rig, person), origin())
    code = await rig.not_me_code_to(PHONE)
    await rig.settling.run(10)
    assert await rig.not_me.report(code, origin())
    assert await rig.phone_of(account) == PHONE
    assert await person.holds() == []


@pytest.mark.parametrize("why", ["another person", "before the change", "an answer used before", "somebody waits"])
async def test_no_wait_ends_by_anything_less(rig: TheftRig, why: str) -> None:
    account, person = await changing(rig, "make_codes")
    shown = arrival(rig)
    match why:
        case "another person":
            shown = arrival(rig, OTHERS)
        case "before the change":
            # Their session there is older: it says nothing of who sits here now.
            shown = arrival(rig, ago=timedelta(minutes=5))
        case "an answer used before":
            await ends(rig).by_upstream(shown, await seen(rig, person), origin())
            rig.clock.pass_by(timedelta(minutes=1))
            await person.do("make_codes")
            rig.clock.pass_by(timedelta(minutes=1))
            shown = replace(shown, auth_time=rig.clock.now())
        case _:
            waiting = Claimant(rig, "+84500000102", "somebody")
            assert await waiting.begin()
            assert await waiting.name_phone()
            await waiting.prove()
    await ends(rig).by_upstream(shown, await seen(rig, person), origin())
    assert await waits(rig, account)


@pytest.mark.parametrize(
    ("number", "days", "at_once"), [(NUMBER, 7, True), (NUMBER, 6, False), (OTHERS, 400, False), (NUMBER, -1, False)]
)
async def test_a_new_phone_that_is_the_persons_own_by_the_carriers_counts_at_once(
    rig: TheftRig, number: str, days: int, at_once: bool
) -> None:
    """Its code alone proves nothing: whoever has the session names the phone. One moved lately may be a SIM swap."""
    rig.proof.carriers.subscribed[number, THIEFS_PHONE] = (rig.clock.now() - days * DAY).date()
    account, _ = await changing(rig, "change_phone")
    await rig.settling.run(10)
    assert (await rig.phone_of(account) == THIEFS_PHONE) is at_once


async def test_carriers_that_do_not_answer_end_nothing(rig: TheftRig) -> None:
    rig.proof.carriers.subscribed[NUMBER, THIEFS_PHONE] = LONG_AGO
    rig.proof.carriers.trouble = NoAnswer("timeout")
    account, _ = await changing(rig, "change_phone")
    await rig.settling.run(10)
    assert await rig.phone_of(account) == PHONE


async def test_an_own_phone_ends_the_wait_of_nothing_else(rig: TheftRig) -> None:
    """The thief has the old phone in hand, which the carriers match: what they planted waits on."""
    account, person = await changing(rig, "make_codes", "add_passkey")
    rig.proof.carriers.subscribed[NUMBER, THIEFS_PHONE] = LONG_AGO
    await person.do("change_phone")
    await rig.settling.run(10)
    assert await rig.phone_of(account) == THIEFS_PHONE
    assert await waits(rig, account)


async def test_the_register_has_never_matched_the_account(rig: TheftRig) -> None:
    """Somebody's number that nobody confirmed makes no phone somebody's own."""
    account = await rig.proof.open_account()
    rig.proof.carriers.subscribed[NUMBER, THIEFS_PHONE] = LONG_AGO
    person = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    await person.do("change_phone")
    await rig.settling.run(10)
    assert await rig.phone_of(account) == PHONE
