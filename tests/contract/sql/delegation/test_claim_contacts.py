"""The registered contact of an organisation hears of a first claim, and ends it by a code, without an account."""

import re
from datetime import timedelta

import pytest

from idp.account.notices.messages import OutgoingMessage, open_message
from idp.adapters.sql.database import Database
from idp.delegation.model import CLAIM_WAIT
from idp.delegation.organisations.claims import ClaimResult
from idp.kernel.ids import MandateId
from idp.kernel.messages import MessageChannel
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.sessions.model import SessionView
from records.structs import replace
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.mandates import BOSS, RIVER, MandateRig, origin

PHONE, EMAIL = "+84912345670", "van-thu@song-hong.example"
CODE = EnterpriseCode(RIVER.code)


@pytest.fixture
def rig(database: Database) -> MandateRig:
    """The use cases over the store, and a register that has contacts of the organisation."""
    rig = MandateRig(database, CLAIM_WAIT)
    rig.register.records[CODE] = replace(rig.register.records[CODE], phone=PHONE, email=EMAIL)
    return rig


async def reported(rig: MandateRig) -> list[OutgoingMessage]:
    """Return what goes to the organisation's contacts, and take it out of the outbox."""
    now = rig.clock.now()
    leased = await rig.database.outbox.lease(now, now + timedelta(days=30), 50)
    kinds: tuple[MessageChannel, ...] = ("sms", "email")
    found = [open_message(PROVIDER.sealer, kind, one.payload) for kind in kinds for one in leased if one.kind == kind]
    return [one for one in found if one.to in {PHONE, EMAIL}]


def code_in(message: OutgoingMessage) -> str:
    found = re.search(r"\b[A-Z2-9]{10}\b", message.text)
    assert found is not None
    return found[0]


async def claimed(rig: MandateRig) -> SessionView:
    view = await rig.person(BOSS)
    assert await rig.claim(view) is ClaimResult.CLAIMED
    return view


async def test_the_registered_contacts_are_told_and_end_the_claim_by_the_code(rig: MandateRig) -> None:
    boss = await claimed(rig)
    sms, email = await reported(rig)
    assert (sms.to, email.to, code_in(sms)) == (PHONE, EMAIL, code_in(email))
    assert not await rig.objections.by_code("ABCDEFGHJK", origin())
    assert await rig.objections.by_code(code_in(sms).lower(), origin())
    assert await rig.holds(boss) == set()
    assert (await rig.notices_of(boss))[0] == "mandate_ended"
    assert not await rig.objections.by_code(code_in(sms), origin())


async def test_after_the_wait_the_code_ends_nothing(rig: MandateRig) -> None:
    boss = await claimed(rig)
    sms, _ = await reported(rig)
    rig.clock.pass_by(CLAIM_WAIT)
    assert await rig.claims.begin_due(10) == 1
    assert not await rig.objections.by_code(code_in(sms), origin())
    assert len(await rig.holds(boss)) == 1


async def test_the_contact_ends_a_persons_claim_once_and_is_told_of_the_next(rig: MandateRig) -> None:
    boss = await claimed(rig)
    assert await rig.objections.by_code(code_in((await reported(rig))[0]), origin())
    assert await rig.claim(boss) is ClaimResult.CLAIMED
    again = await reported(rig)
    assert [one.to for one in again] == [PHONE, EMAIL]
    assert not any(re.search(r"\b[A-Z2-9]{10}\b", one.text) for one in again)
    assert len(await rig.holds(boss)) == 1


async def test_a_claim_that_does_not_wait_tells_no_contact(database: Database) -> None:
    rig = MandateRig(database)
    rig.register.records[CODE] = replace(rig.register.records[CODE], phone=PHONE, email=EMAIL)
    await claimed(rig)
    assert await reported(rig) == []


async def test_nobody_floods_the_others_by_claiming_and_giving_up(rig: MandateRig) -> None:
    boss = await claimed(rig)
    results = []
    for _ in range(4):
        (mandate_id,) = await rig.holds(boss) or {""}
        await rig.mandates.end(boss, MandateId(mandate_id), origin())
        results.append(await rig.claim(boss))
    assert results == [ClaimResult.CLAIMED, ClaimResult.CLAIMED, ClaimResult.TOO_OFTEN, ClaimResult.TOO_OFTEN]
    rig.clock.pass_by(timedelta(days=1))
    assert await rig.claim(boss) is ClaimResult.CLAIMED
