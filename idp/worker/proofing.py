"""What goes on with the population register while nobody waits: verifications, re-checks, its feed of changes."""

import asyncio
from datetime import timedelta

import structlog

from idp.admin.infrastructure.register_overview import register_of
from idp.app.delegation.mandates import compose_organisations
from idp.app.foundation.opening import Foundation
from idp.app.proofing import Proof, compose_proof
from idp.delegation.organisations.service import Organisations
from idp.kernel.errors import IdpError
from idp.proofing.proof import JobPurpose, RegisterJob

_log = structlog.get_logger("idp.worker")
_LOOK_EVERY = timedelta(seconds=1)
# Longer than the register's deadline and the commit after it; then another worker may try.
_LEASE = timedelta(minutes=1)
# Below what the register's bulkhead lets through, so that people who wait on a page come first.
_AT_ONCE = 4
_RECHECK_EVERY = timedelta(minutes=1)
_RECHECKS_AT_ONCE = 200


async def prove_waiting(foundation: Foundation) -> None:
    """Finish verifications that wait, for ever. Any number of processes may do this: each job is leased by one."""
    provider = foundation.shared.provider
    proof, organisations = compose_proof(foundation, provider), compose_organisations(foundation, provider)
    while True:
        now = foundation.clock.now()
        leased = await foundation.database.register_jobs.lease(now, now + _LEASE, _AT_ONCE, _asked(foundation))
        await asyncio.gather(*(_run(proof, organisations, job) for job in leased))
        if len(leased) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


def _asked(foundation: Foundation) -> list[JobPurpose]:
    """Return what may be asked now: the tries of a job are not used up while its register is out of service."""
    services = foundation.national_settings.registers.value
    return [purpose for purpose in JobPurpose if services[register_of(purpose)].in_service]


async def _run(proof: Proof, organisations: Organisations | None, job: RegisterJob) -> None:
    try:
        match job.purpose:
            case JobPurpose.COMING_BACK:
                await proof.coming_back.run(job)
            case JobPurpose.ORGANISATION if organisations is not None:
                await organisations.run(job)
            case JobPurpose.ORGANISATION:
                _log.warning("register_job_without_register", job=job.id)
            case _:
                await proof.jobs.run(job)
    except IdpError as error:
        # The lease runs out and the job is tried again.
        _log.warning("register_job_interrupted", job=job.id, code=error.code)


async def recheck_old_proofs(foundation: Foundation) -> None:
    """Queue a check of the proofs that grow old, for ever."""
    waiting = compose_proof(foundation, foundation.shared.provider).waiting
    while True:
        queued = await waiting.queue_rechecks(foundation.clock.now(), _RECHECKS_AT_ONCE)
        if queued < _RECHECKS_AT_ONCE:
            await asyncio.sleep(_RECHECK_EVERY.total_seconds())


async def lower_unshown_proofs(foundation: Foundation) -> None:
    """Lower, for ever, what was proved by data alone, once the day has come that the operator set."""
    due = compose_proof(foundation, foundation.shared.provider).evidence_due
    while True:
        lowered = await due.lower(_RECHECKS_AT_ONCE)
        if lowered < _RECHECKS_AT_ONCE:
            await asyncio.sleep(_RECHECK_EVERY.total_seconds())


async def follow_register(foundation: Foundation) -> None:
    """Apply the register's changes, for ever; without a register there is nothing to follow."""
    if not foundation.settings.population_register_url:
        await asyncio.Event().wait()
    feed = compose_proof(foundation, foundation.shared.provider).feed
    every = timedelta(seconds=foundation.settings.register_feed_seconds)
    while True:
        if not await feed.read_on(every):
            await asyncio.sleep(min(every, _LOOK_EVERY).total_seconds())
