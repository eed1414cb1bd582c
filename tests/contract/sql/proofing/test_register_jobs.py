"""Verifications that wait: queued once, leased by one worker, finished by the holder of the newest lease."""

import asyncio
from datetime import timedelta

import pytest

from idp.account.model import Account
from idp.adapters.sql.database import Database
from idp.admin.infrastructure.ports import Waiting
from idp.kernel.ids import JobId, new_id
from idp.proofing.proof import FinishJob, HurryJob, JobPurpose, PostponeJob, QueueJob, RegisterJob
from records.structs import replace
from tests.support.running.sql_stores import NOW, opening, sealed

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def account(database: Database) -> Account:
    effect = opening()
    assert await database.ledger.commit(effect)
    return effect.account


def job_for(account: Account, **changes: object) -> RegisterJob:
    job = RegisterJob(
        id=JobId(new_id()),
        person_id=account.person_id,
        account_id=account.id,
        purpose=JobPurpose.REGISTRATION,
        claim_sealed=sealed("declared"),
        due_at=NOW,
        started_at=NOW,
    )
    return replace(job, **changes)  # type: ignore[arg-type]  # the names are fields of RegisterJob


async def leased(database: Database, at: timedelta = MINUTE) -> list[RegisterJob]:
    return await database.register_jobs.lease(NOW + at, NOW + at + MINUTE, 10)


async def test_a_queued_job_is_read_as_it_was_written(database: Database, account: Account) -> None:
    job = job_for(account)
    assert await database.ledger.commit(QueueJob(job=job))
    assert await database.register_jobs.of_account(account.person_id, account.id) == [job]


async def test_one_job_waits_for_an_account(database: Database, account: Account) -> None:
    first = job_for(account)
    assert await database.ledger.commit(QueueJob(job=first))
    assert await database.ledger.commit(QueueJob(job=job_for(account, purpose=JobPurpose.ASKED_AGAIN)))
    assert await database.register_jobs.of_account(account.person_id, account.id) == [first]


async def test_a_finished_job_makes_room_for_the_next(database: Database, account: Account) -> None:
    first, second = job_for(account), job_for(account, purpose=JobPurpose.RECHECK, started_at=NOW + MINUTE)
    assert await database.ledger.commit(QueueJob(job=first))
    assert await database.ledger.commit(
        FinishJob(person_id=first.person_id, job_id=first.id, attempts=0, at=NOW, result="identical")
    )
    assert await database.ledger.commit(QueueJob(job=second))
    found = await database.register_jobs.of_account(account.person_id, account.id)
    assert [job.id for job in found] == [second.id, first.id]


async def test_a_job_is_not_leased_before_it_is_due(database: Database, account: Account) -> None:
    assert await database.ledger.commit(QueueJob(job=job_for(account, due_at=NOW + 2 * MINUTE)))
    assert await leased(database, MINUTE) == []
    assert len(await leased(database, 2 * MINUTE)) == 1


async def test_a_lease_counts_the_try_and_keeps_others_away(
    database: Database, neighbour: Database, account: Account
) -> None:
    assert await database.ledger.commit(QueueJob(job=job_for(account)))
    (job,) = await leased(database)
    assert (job.attempts, job.due_at) == (1, NOW + 2 * MINUTE)
    assert await leased(neighbour) == []


async def test_a_lease_that_ran_out_is_taken_again(database: Database, neighbour: Database, account: Account) -> None:
    assert await database.ledger.commit(QueueJob(job=job_for(account)))
    await leased(database)
    (job,) = await leased(neighbour, 2 * MINUTE)
    assert job.attempts == 2


async def test_of_many_workers_one_gets_a_job(database: Database, neighbour: Database, account: Account) -> None:
    assert await database.ledger.commit(QueueJob(job=job_for(account)))
    taken = await asyncio.gather(*(leased(one) for one in (database, neighbour) * 8))
    assert sorted(len(jobs) for jobs in taken) == [0] * 15 + [1]


async def test_finishing_erases_what_was_declared(database: Database, account: Account) -> None:
    assert await database.ledger.commit(QueueJob(job=job_for(account)))
    (job,) = await leased(database)
    assert await database.ledger.commit(
        FinishJob(person_id=job.person_id, job_id=job.id, attempts=1, at=NOW + MINUTE, result="same")
    )
    (done,) = await database.register_jobs.of_account(account.person_id, account.id)
    assert (done.claim_sealed, done.finished_at, done.result) == (None, NOW + MINUTE, "same")
    assert await leased(database, timedelta(days=1)) == []


async def test_who_lost_the_lease_comes_too_late(database: Database, account: Account) -> None:
    assert await database.ledger.commit(QueueJob(job=job_for(account)))
    (first,) = await leased(database)
    (second,) = await leased(database, 2 * MINUTE)
    assert not await database.ledger.commit(
        FinishJob(person_id=first.person_id, job_id=first.id, attempts=first.attempts, at=NOW, result="different")
    )
    assert await database.ledger.commit(
        FinishJob(person_id=second.person_id, job_id=second.id, attempts=second.attempts, at=NOW, result="identical")
    )


async def test_a_job_is_finished_once(database: Database, account: Account) -> None:
    assert await database.ledger.commit(QueueJob(job=job_for(account)))
    (job,) = await leased(database)
    finish = FinishJob(person_id=job.person_id, job_id=job.id, attempts=job.attempts, at=NOW, result="identical")
    assert [await database.ledger.commit(finish), await database.ledger.commit(finish)] == [True, False]


async def test_a_postponed_job_keeps_its_claim_and_its_last_result(database: Database, account: Account) -> None:
    queued = job_for(account)
    assert await database.ledger.commit(QueueJob(job=queued))
    (job,) = await leased(database)
    later = NOW + timedelta(hours=3)
    assert await database.ledger.commit(
        PostponeJob(person_id=job.person_id, job_id=job.id, attempts=job.attempts, due_at=later, result="no_answer")
    )
    (waiting,) = await database.register_jobs.of_account(account.person_id, account.id)
    assert (waiting.due_at, waiting.result, waiting.claim_sealed) == (later, "no_answer", queued.claim_sealed)


async def test_a_person_can_hurry_a_waiting_job_once(database: Database, account: Account) -> None:
    job = job_for(account, due_at=NOW + timedelta(hours=5))
    assert await database.ledger.commit(QueueJob(job=job))
    hurry = HurryJob(person_id=job.person_id, job_id=job.id, attempts=0, now=NOW)
    assert [await database.ledger.commit(hurry), await database.ledger.commit(hurry)] == [True, False]
    assert len(await leased(database)) == 1


async def test_the_oldest_proofs_are_found_first_and_not_while_a_job_waits(database: Database) -> None:
    openings = [opening(f"00189900000{n}") for n in range(1, 5)]
    for place, effect in enumerate(openings):
        account = replace(effect.account, proved_at=NOW - timedelta(days=400 - place))
        assert await database.ledger.commit(replace(effect, account=account))
    accounts = [(effect.account.person_id, effect.account.id) for effect in openings]
    before = NOW - timedelta(days=397)
    assert await database.identities.proved_before(before, 10) == accounts[:3]
    assert await database.identities.proved_before(before, 1) == accounts[:1]
    assert await database.ledger.commit(QueueJob(job=job_for(openings[0].account, purpose=JobPurpose.RECHECK)))
    assert await database.identities.proved_before(before, 10) == accounts[1:3]


async def test_what_waits_is_counted_by_purpose_with_the_oldest(database: Database, account: Account) -> None:
    other = opening("001899000002")
    assert await database.ledger.commit(other)
    assert await database.register_jobs.waiting() == {}
    first = job_for(account, purpose=JobPurpose.RECHECK, started_at=NOW + MINUTE)
    second = job_for(other.account, purpose=JobPurpose.RECHECK)
    assert await database.ledger.commit(QueueJob(job=first), QueueJob(job=second))
    assert await database.register_jobs.waiting() == {JobPurpose.RECHECK: Waiting(2, NOW)}
    assert await database.ledger.commit(
        FinishJob(person_id=second.person_id, job_id=second.id, attempts=0, at=NOW, result="identical")
    )
    assert await database.register_jobs.waiting() == {JobPurpose.RECHECK: Waiting(1, NOW + MINUTE)}


async def test_jobs_of_a_register_that_is_not_asked_stay_where_they_are(database: Database, account: Account) -> None:
    job = job_for(account)
    assert await database.ledger.commit(QueueJob(job=job))
    others = [purpose for purpose in JobPurpose if purpose is not JobPurpose.REGISTRATION]
    for purposes in ([], others):
        assert await database.register_jobs.lease(NOW + MINUTE, NOW + 2 * MINUTE, 10, purposes) == []
    (taken,) = await database.register_jobs.lease(NOW + MINUTE, NOW + 2 * MINUTE, 10, [JobPurpose.REGISTRATION])
    assert (taken.id, taken.attempts) == (job.id, 1)
