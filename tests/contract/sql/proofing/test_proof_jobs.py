"""A verification that waits: retried, finished without the person, told to them; old proofs are checked anew."""

from datetime import timedelta

import pytest

from idp.account.model import Account, AccountStatus, ProofState, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.audit.model import EventName, Origin
from idp.proofing.evidence import Evidence, EvidenceKind, SetEvidence
from idp.proofing.jobs import GIVE_UP_AFTER
from idp.proofing.proof import JobPurpose
from idp.proofing.receipts import read_receipt
from idp.proofing.registers.ports import Garbled, NoAnswer, NoRecord, RegisterAnswer
from idp.proofing.registers.subscribers import NotSubscribed, Subscribed, SubscriberAnswer
from idp.proofing.validity import PROOF_LIFE, RECHECK_AFTER
from idp.proofing.waiting import ASKS_AN_HOUR, LONGEST_WAIT, AskedAgain, queued_claim, wait_after
from idp.sign_in.levels import achieved
from tests.contract.sql.direct import rows
from tests.support.builders.protocol import NOTARY, NOW, PROVIDER
from tests.support.rigs.proof import CLAIMED, NUMBER, ProofRig, registered

HERE = Origin("correlation", "192.0.2.7", 50123)
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def rig(database: Database) -> ProofRig:
    return ProofRig(database)


async def waiting_account(rig: ProofRig) -> Account:
    account = await rig.open_account()
    assert await rig.database.ledger.commit(queued_claim(account, CLAIMED, PROVIDER.sealer, NOW))
    return account


async def notices(store: str) -> list[object]:
    return [kind for (kind,) in await rows(store, "SELECT kind FROM notices ORDER BY notice_id")]


async def state(rig: ProofRig, account: Account) -> tuple[ProofState, object]:
    record = await rig.record_of(account)
    return record.account.proof, record.account.proved_at


async def test_what_waits_is_proved_when_the_register_is_back(rig: ProofRig, store: str) -> None:
    account = await waiting_account(rig)
    rig.clock.pass_by(AN_HOUR)
    assert len(await rig.run_due()) == 1
    assert await state(rig, account) == (ProofState.PROVED, NOW + AN_HOUR)
    assert await notices(store) == ["identity_proved"]
    job = await rig.job_of(account)
    assert (job.result, job.claim_sealed, job.finished_at) == ("identical", None, NOW + AN_HOUR)


@pytest.mark.parametrize(
    "word",
    [
        NotSubscribed(),
        Subscribed((NOW - timedelta(days=6)).date()),
        Subscribed((NOW + A_DAY).date()),
        NoAnswer("timeout"),
    ],
    ids=["not-own", "just-moved", "in-the-future", "silent"],
)
async def test_a_yes_without_a_phone_of_their_own_is_a_match_and_the_person_is_told(
    rig: ProofRig, store: str, word: SubscriberAnswer
) -> None:
    account = await waiting_account(rig)
    rig.carriers.trouble = word
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    assert await state(rig, account) == (ProofState.MATCHED, None)
    assert await notices(store) == ["identity_matched"]


async def test_a_phone_that_has_been_the_persons_for_a_week_is_evidence(rig: ProofRig) -> None:
    account = await waiting_account(rig)
    rig.carriers.trouble = Subscribed((NOW - timedelta(days=7)).date())
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    assert (await state(rig, account))[0] is ProofState.PROVED


async def test_evidence_that_was_shown_before_needs_no_phone(rig: ProofRig) -> None:
    account = await waiting_account(rig)
    shown = Evidence(kind=EvidenceKind.UPSTREAM, at=NOW, source="vneid")
    known = SetEvidence(person_id=account.person_id, account_id=account.id, evidence=shown)
    assert await rig.database.ledger.commit(known)
    rig.carriers.trouble = NotSubscribed()
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    assert (await state(rig, account))[0] is ProofState.PROVED
    assert rig.carriers.questions == []


async def test_who_is_matched_asks_again_when_the_carriers_are_back(rig: ProofRig) -> None:
    account = await waiting_account(rig)
    rig.carriers.trouble = NoAnswer("timeout")
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    rig.carriers.trouble = None
    matched = (await rig.record_of(account)).account
    assert await rig.waiting.ask(matched, HERE, rig.clock.at) is AskedAgain.QUEUED
    await rig.run_due()
    assert (await state(rig, account))[0] is ProofState.PROVED


async def test_who_was_proved_by_data_alone_shows_evidence_before_the_day(rig: ProofRig) -> None:
    account = await rig.open_account(ProofState.PROVED, proved_at=NOW)
    assert await rig.waiting.ask(account, HERE, NOW) is AskedAgain.QUEUED
    await rig.run_due()
    held = await rig.database.identities.of_account(account.person_id, account.id)
    assert held is not None
    assert held.evidence is not None
    assert (await state(rig, account))[0] is ProofState.PROVED


async def test_the_registers_spelling_replaces_what_was_declared(rig: ProofRig) -> None:
    account = await waiting_account(rig)
    rig.register.records = {r.number: r for r in [registered(name="NGUYỄN THỊ HÒA")]}
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    profile = await rig.profile_of(account)
    assert (profile["name"], profile["email"]) == ("Nguyễn Thị Hòa", "hoa@people.example")
    assert "given_name" not in profile


@pytest.mark.parametrize("trouble", [NoAnswer("timeout"), Garbled("no_record_inside")])
async def test_an_outage_postpones_and_tells_nobody(rig: ProofRig, store: str, trouble: RegisterAnswer) -> None:
    account = await waiting_account(rig)
    rig.register.trouble = trouble
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    job = await rig.job_of(account)
    verdict = "no_answer" if isinstance(trouble, NoAnswer) else "garbled"
    assert (job.attempts, job.finished_at, job.result) == (1, None, verdict)
    assert NOW + AN_HOUR + timedelta(seconds=48) <= job.due_at <= NOW + AN_HOUR + timedelta(seconds=72)
    assert job.claim_sealed is not None
    assert await state(rig, account) == (ProofState.WAITING, None)
    assert await notices(store) == []


async def test_after_an_outage_it_ends_as_if_there_had_been_none(rig: ProofRig) -> None:
    account = await waiting_account(rig)
    rig.register.trouble = NoAnswer("timeout")
    for _ in range(6):
        rig.clock.pass_by(timedelta(minutes=80))
        await rig.run_due()
    rig.register.trouble = None
    rig.clock.pass_by(AN_HOUR)
    assert [job.attempts for job in await rig.run_due()] == [7]
    assert (await state(rig, account))[0] is ProofState.PROVED


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        (registered(name="NGUYỄN THỊ HOA"), "near"),
        (registered(name="TRẦN VĂN BÌNH"), "different"),
        (None, "no_record"),
    ],
)
async def test_a_no_lowers_the_proof_tells_the_person_and_locks_nobody_out(
    rig: ProofRig, store: str, record: object, verdict: str
) -> None:
    account = await waiting_account(rig)
    rig.register.records = {registered().number: record} if record else {}  # type: ignore[dict-item]  # a record
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    assert await state(rig, account) == (ProofState.NOT_PROVED, None)
    assert (await rig.record_of(account)).account.status is AccountStatus.OPEN
    assert (await rig.job_of(account)).result == verdict
    assert await notices(store) == ["identity_refused"]


async def test_what_waits_a_month_ends_in_words_and_not_in_silence(rig: ProofRig, store: str) -> None:
    account = await waiting_account(rig)
    rig.register.trouble = NoAnswer("timeout")
    rig.clock.pass_by(GIVE_UP_AFTER)
    await rig.run_due()
    assert (await state(rig, account))[0] is ProofState.NOT_PROVED
    assert await notices(store) == ["identity_refused"]


async def test_every_answer_leaves_a_receipt_and_silence_none(rig: ProofRig) -> None:
    account = await waiting_account(rig)
    for trouble in (NoAnswer("timeout"), Garbled("fault"), NoRecord()):
        rig.register.trouble = trouble
        rig.clock.pass_by(AN_HOUR)
        await rig.run_due()
    kept = await rig.database.receipts.of_person(account.person_id)
    assert sorted(receipt.verdict for receipt in kept) == ["garbled", "no_record"]
    (refused,) = (receipt for receipt in kept if receipt.verdict == "no_record")
    read = read_receipt(refused.text, NOTARY)
    assert read is not None
    assert (read["jti"], read["purpose"]) == (refused.id, "DVCQG-DANGKY")
    assert NUMBER not in refused.text


async def test_a_closed_account_is_not_asked_about(rig: ProofRig) -> None:
    account = await waiting_account(rig)
    close = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.CLOSED,
        at=NOW,
        reason="person",
        gives_up_at=NOW + A_DAY,
    )
    assert await rig.database.ledger.commit(close)
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    assert rig.register.request_ids == []
    assert (await rig.job_of(account)).result == "account_gone"


async def test_a_worker_that_lost_its_lease_changes_nothing(rig: ProofRig, store: str) -> None:
    await waiting_account(rig)
    (first,) = await rig.database.register_jobs.lease(NOW + AN_HOUR, NOW + AN_HOUR, 1)
    (second,) = await rig.database.register_jobs.lease(NOW + AN_HOUR, NOW + AN_HOUR, 1)
    assert [await rig.jobs.run(first), await rig.jobs.run(second)] == [False, True]
    assert await notices(store) == ["identity_proved"]
    assert len(await rows(store, "SELECT 1 FROM receipts")) == 1


async def test_a_recheck_asks_for_a_yes_and_renews_in_silence(rig: ProofRig, store: str) -> None:
    account = await rig.open_account(ProofState.PROVED, proved_at=NOW - RECHECK_AFTER - A_DAY)
    assert await rig.waiting.queue_rechecks(NOW, 10) == 1
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    assert await state(rig, account) == (ProofState.PROVED, NOW + AN_HOUR)
    assert (await rig.profile_of(account))["given_name"] == "Hoà"
    assert await notices(store) == []
    (kept,) = await rig.database.receipts.of_person(account.person_id)
    assert kept.purpose == "DVCQG-DINHKY"


async def test_a_young_proof_is_left_alone(rig: ProofRig) -> None:
    await rig.open_account(ProofState.PROVED, proved_at=NOW - RECHECK_AFTER + A_DAY)
    assert await rig.waiting.queue_rechecks(NOW, 10) == 0


async def test_a_recheck_is_queued_once(rig: ProofRig) -> None:
    await rig.open_account(ProofState.PROVED, proved_at=NOW - RECHECK_AFTER - A_DAY)
    assert [await rig.waiting.queue_rechecks(NOW, 10) for _ in range(2)] == [1, 0]


async def test_a_mismatch_at_the_recheck_lowers_the_level_when_it_is_said_twice(rig: ProofRig, store: str) -> None:
    account = await rig.open_account(ProofState.PROVED, proved_at=NOW - RECHECK_AFTER - A_DAY)
    rig.register.records = {}
    await rig.waiting.queue_rechecks(NOW, 10)
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    assert (await state(rig, account))[0] is ProofState.PROVED
    job = await rig.job_of(account)
    assert (job.result, job.finished_at, job.due_at) == ("different", None, NOW + AN_HOUR + LONGEST_WAIT)
    assert await notices(store) == []
    rig.clock.pass_by(LONGEST_WAIT)
    await rig.run_due()
    assert (await state(rig, account))[0] is ProofState.NOT_PROVED
    assert (await rig.job_of(account)).result == "different"
    assert await notices(store) == ["identity_refused"]


async def test_a_fault_that_looks_like_a_mismatch_once_changes_nothing(rig: ProofRig, store: str) -> None:
    """A register that is asked for yes or no says no where it fails to find what it holds, too."""
    account = await rig.open_account(ProofState.PROVED, proved_at=NOW - RECHECK_AFTER - A_DAY)
    known, rig.register.records = rig.register.records, {}
    await rig.waiting.queue_rechecks(NOW, 10)
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    rig.register.records = known
    rig.clock.pass_by(LONGEST_WAIT)
    await rig.run_due()
    assert await state(rig, account) == (ProofState.PROVED, NOW + AN_HOUR + LONGEST_WAIT)
    assert await notices(store) == []


async def test_a_mismatch_and_silence_by_turns_end_after_a_month(rig: ProofRig, store: str) -> None:
    account = await rig.open_account(ProofState.PROVED, proved_at=NOW - RECHECK_AFTER - A_DAY)
    rig.register.records = {}
    await rig.waiting.queue_rechecks(NOW, 10)
    rig.clock.pass_by(GIVE_UP_AFTER + AN_HOUR)
    await rig.run_due()
    assert (await state(rig, account))[0] is ProofState.NOT_PROVED
    assert await notices(store) == ["identity_refused"]


async def test_a_register_that_is_away_lets_the_level_lapse_and_nothing_else(rig: ProofRig, store: str) -> None:
    account = await rig.open_account(ProofState.PROVED, proved_at=NOW - RECHECK_AFTER - A_DAY)
    rig.register.trouble = NoAnswer("refused")
    await rig.waiting.queue_rechecks(NOW, 10)
    rig.clock.pass_by(PROOF_LIFE - RECHECK_AFTER)
    await rig.run_due()
    record = await rig.record_of(account)
    assert record.account.proof_at(rig.clock.at) is ProofState.LAPSED
    assert achieved(["pwd"], record.account.proof_at(rig.clock.at)) == "loa1"
    assert await notices(store) == []


async def test_who_lapsed_is_told_when_the_proof_is_renewed(rig: ProofRig, store: str) -> None:
    account = await rig.open_account(ProofState.PROVED, proved_at=NOW - PROOF_LIFE - A_DAY)
    await rig.waiting.queue_rechecks(NOW, 10)
    rig.clock.pass_by(AN_HOUR)
    await rig.run_due()
    assert (await rig.record_of(account)).account.proof_at(rig.clock.at) is ProofState.PROVED
    assert await notices(store) == ["identity_proved"]


async def test_a_person_can_ask_again_and_is_heard_at_once(rig: ProofRig) -> None:
    account = await rig.open_account(ProofState.NOT_PROVED)
    assert await rig.waiting.ask(account, HERE, NOW) is AskedAgain.QUEUED
    assert (await state(rig, account))[0] is ProofState.WAITING
    assert [job.purpose for job in await rig.run_due()] == [JobPurpose.ASKED_AGAIN]
    assert (await state(rig, account))[0] is ProofState.PROVED


async def test_asking_again_hurries_what_waits_already(rig: ProofRig, store: str) -> None:
    account = await waiting_account(rig)
    assert await rig.waiting.ask(account, HERE, NOW) is AskedAgain.QUEUED
    assert await rig.waiting.ask(account, HERE, NOW) is AskedAgain.UNDER_WAY
    assert len(await rig.run_due()) == 1
    asked = f"SELECT 1 FROM audit_events WHERE name = '{EventName.IDENTITY_ASKED_AGAIN}'"
    assert len(await rows(store, asked)) == 1


async def test_who_is_proved_need_not_ask(rig: ProofRig) -> None:
    account = await rig.open_account(ProofState.PROVED, proved_at=NOW)
    shown = Evidence(kind=EvidenceKind.DESK, at=NOW, source="G15")
    known = SetEvidence(person_id=account.person_id, account_id=account.id, evidence=shown)
    assert await rig.database.ledger.commit(known)
    assert await rig.waiting.ask(account, HERE, NOW) is AskedAgain.NOT_NEEDED


async def test_a_lapsed_proof_can_be_asked_for_and_stays_written_meanwhile(rig: ProofRig) -> None:
    account = await rig.open_account(ProofState.PROVED, proved_at=NOW - PROOF_LIFE - A_DAY)
    assert await rig.waiting.ask(account, HERE, NOW) is AskedAgain.QUEUED
    assert (await state(rig, account))[0] is ProofState.PROVED


async def test_asking_is_limited_by_the_hour(rig: ProofRig) -> None:
    account = await rig.open_account(ProofState.NOT_PROVED)
    asked = [await rig.waiting.ask(account, HERE, NOW) for _ in range(ASKS_AN_HOUR + 1)]
    assert asked[0] is AskedAgain.QUEUED
    assert asked[-1] is AskedAgain.TOO_OFTEN


def test_waits_double_from_a_minute_to_six_hours_and_never_agree() -> None:
    for attempts, minutes in ((1, 1), (2, 2), (5, 16), (9, 256), (10, 360), (1000, 360)):
        low, high = timedelta(minutes=minutes * 0.8), timedelta(minutes=minutes * 1.2)
        assert all(low <= wait_after(attempts) <= high for _ in range(50))
    assert len({wait_after(10) for _ in range(50)}) > 10
