"""A proof takes the number from an account that was never proved: whoever opened it keeps nobody out (case AL-1)."""

import asyncio
from datetime import datetime, timedelta

import pytest

from clients.model import ClientId
from idp.account.model import Account, AccountStatus, ProofState, SetAccountStatus, SignInRecord
from idp.account.notices.messages import open_message
from idp.adapters.sql.database import Database
from idp.audit.model import EventName
from idp.proofing.evidence import Evidence
from idp.proofing.model import Verdict
from idp.proofing.proof import SetProof
from idp.sessions.model import StartSession
from tests.contract.sql.direct import rows, run
from tests.contract.sql.proofing.test_coming_back import AT_A_DESK, ORIGIN, SHOWN, Leaving
from tests.support.builders.protocol import NOW, PROVIDER
from tests.support.rigs.proof import PHONE
from tests.support.running.sql_stores import session_of

YES = [Verdict.IDENTICAL, Verdict.SAME]
TRIED = "SELECT 1 FROM notices WHERE kind = 'second_account_tried'"


@pytest.fixture
def system(database: Database) -> Leaving:
    return Leaving(database)


async def registered_over(system: Leaving, verdict: Verdict, evidence: Evidence | None = SHOWN) -> SignInRecord:
    """Register, let the wait pass, and return the account that the number leads to then."""
    await system.register_again(verdict, evidence)
    record = await system.wait_over()
    assert record is not None
    return record


@pytest.mark.parametrize("verdict", YES)
@pytest.mark.parametrize("before", [ProofState.NOT_PROVED, ProofState.WAITING])
async def test_who_is_proved_gets_the_number_and_nothing_of_the_account_before(
    system: Leaving, store: str, before: ProofState, verdict: Verdict
) -> None:
    squatter = await system.rig.open_account(before)
    record = await registered_over(system, verdict)
    assert (record.account.proof, record.account.status) == (ProofState.PROVED, AccountStatus.OPEN)
    assert record.account.person_id != squatter.person_id
    assert record.password.hash == "hash of a-new-Passphrase"
    assert await rows(store, f"SELECT 1 FROM contacts WHERE person_id = '{squatter.person_id}'") == []
    assert await rows(store, f"SELECT status FROM accounts WHERE account_id = '{squatter.id}'") == [("closed",)]
    assert await rows(store, TRIED) == []


async def test_the_account_before_is_signed_out_and_its_phone_is_told(system: Leaving) -> None:
    squatter = await system.rig.open_account()
    session = session_of(squatter, expires_at=NOW + timedelta(hours=1))
    assert await system.database.ledger.commit(StartSession(session=session))
    await registered_over(system, Verdict.IDENTICAL)
    assert await system.database.sessions.live(session.secret_hash, ClientId(""), NOW) is None
    now = system.rig.clock.at
    sent = await system.database.outbox.lease(now, now + timedelta(minutes=1), 10)
    reported = [open_message(PROVIDER.sealer, "sms", message.payload) for message in sent]
    assert [message.to for message in reported if "da dong vi so dinh danh" in message.text] == [PHONE]
    events = await system.database.activity.activity_of(squatter.person_id, "", 10)
    # The newest first: somebody proved to be the person of its number, and the account ended.
    assert [event.name for event in events] == [EventName.ACCOUNT_CLOSED, EventName.ACCOUNT_OPEN_REFUSED]


async def test_locking_an_account_that_was_never_proved_keeps_nobody_out(system: Leaving) -> None:
    squatter = await system.rig.open_account()
    await become(system, squatter, AccountStatus.LOCKED)
    record = await registered_over(system, Verdict.IDENTICAL)
    assert record.account.proof is ProofState.PROVED


@pytest.mark.parametrize("verdict", YES)
async def test_who_only_knows_the_data_takes_no_account_over(system: Leaving, verdict: Verdict) -> None:
    """Name, number and birth date are known to many: without evidence of possession nobody is replaced."""
    waiting = await system.rig.open_account()
    assert (await registered_over(system, verdict, None)).account.id == waiting.id


async def test_whoever_has_the_account_is_told_and_it_stands_until_the_wait_is_over(
    system: Leaving, store: str
) -> None:
    account = await system.rig.open_account()
    record = await system.register_again(Verdict.IDENTICAL)
    assert record is not None
    assert record.account.id == account.id
    assert await rows(store, "SELECT kind FROM notices") == [("number_claimed",)]


async def test_who_proves_to_be_the_person_during_the_wait_keeps_the_account(system: Leaving, store: str) -> None:
    account = await system.rig.open_account()
    await system.register_again(Verdict.IDENTICAL)
    proved = SetProof(person_id=account.person_id, account_id=account.id, proof=ProofState.PROVED, proved_at=NOW)
    assert await system.database.ledger.commit(proved)
    record = await system.wait_over()
    assert record is not None
    assert record.account.id == account.id
    assert await rows(store, TRIED) == [(1,)]


@pytest.mark.parametrize("verdict", [Verdict.NEAR, Verdict.NO_ANSWER, Verdict.GARBLED, Verdict.DIFFERENT])
async def test_without_the_registers_yes_an_unproved_account_stays(system: Leaving, verdict: Verdict) -> None:
    account = await system.rig.open_account()
    assert (await registered_over(system, verdict)).account.id == account.id


LONG_AGO = NOW - timedelta(days=900)


@pytest.mark.parametrize(
    ("before", "proved_at"),
    [
        (ProofState.PROVED, LONG_AGO),
        (ProofState.NOT_PROVED, LONG_AGO),
        (ProofState.WAITING, LONG_AGO),
        (ProofState.PROVED, None),
    ],
)
async def test_an_account_that_was_ever_proved_stays_and_its_owner_is_told(
    system: Leaving, store: str, before: ProofState, proved_at: datetime | None
) -> None:
    owner = await system.rig.open_account(before, proved_at=proved_at)
    assert (await registered_over(system, Verdict.IDENTICAL)).account.id == owner.id
    assert await rows(store, TRIED) == [(1,)]


async def test_of_two_proved_at_once_one_gets_the_number_and_is_told_of_the_other(system: Leaving, store: str) -> None:
    await system.rig.open_account()
    await asyncio.gather(*(system.register_again(Verdict.IDENTICAL) for _ in range(2)))
    assert await system.wait_over() is not None
    assert await rows(store, "SELECT count(*) FROM accounts WHERE status = 'open'") == [(1,)]
    assert await rows(store, TRIED) == [(1,)]


async def test_who_closed_an_account_that_was_never_proved_left_no_subjects_to_take_over(system: Leaving) -> None:
    squatter = await system.rig.open_account()
    effects = await system.closing.effects(squatter, "closed_by_owner", ORIGIN, NOW)
    assert await system.database.ledger.commit(*effects)
    record = await registered_over(system, Verdict.IDENTICAL)
    assert record.account.person_id != squatter.person_id


async def become(system: Leaving, account: Account, status: AccountStatus) -> None:
    change = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=account.status,
        status=status,
        at=NOW,
        reason="test",
        gives_up_at=NOW,
    )
    assert await system.database.ledger.commit(change)


async def test_an_account_that_portals_know_is_ended_by_no_proof_without_its_factors(
    system: Leaving, store: str
) -> None:
    """Whoever is its person recovers it: a TechID is nobody's to take by a new account."""
    account = await system.rig.open_account(ProofState.NOT_PROVED)
    await run(store, f"INSERT INTO tech_ids (person_id, blind_index, sealed) VALUES ('{account.person_id}', '1', '2')")
    record = await registered_over(system, Verdict.IDENTICAL, AT_A_DESK)
    assert (record.account.id, record.account.status) == (account.id, AccountStatus.OPEN)
    assert await rows(store, "SELECT kind FROM notices") == [("second_account_tried",)]
    assert await rows(store, "SELECT count(*) FROM contacts") == [(1,)]


@pytest.mark.parametrize("what", ["two_steps = TRUE", "imported_at = created_at"])
async def test_an_account_with_a_factor_is_set_aside_by_a_proof_and_never_erased(
    system: Leaving, store: str, what: str
) -> None:
    """A factor that only its owner has is the one way to join what the account holds; without it nothing is lost."""
    account = await system.rig.open_account(ProofState.NOT_PROVED)
    await run(store, f"UPDATE accounts SET {what} WHERE account_id = '{account.id}'")
    record = await registered_over(system, Verdict.IDENTICAL)
    assert record.account.id != account.id
    assert record.account.proof is ProofState.PROVED
    kept = f"WHERE account_id = '{account.id}'"
    assert await rows(store, f"SELECT status, locked_for FROM accounts {kept}") == [("locked", "set_aside")]
    assert await rows(store, f"SELECT count(*) FROM contacts {kept}") == [(1,)]
    assert await rows(store, f"SELECT kind FROM notices {kept} ORDER BY notice_id") == [
        ("number_claimed",),
        ("set_aside",),
    ]
