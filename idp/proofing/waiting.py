"""Verifications that wait for the register: queued at registration, by the person, and when a proof grows old."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from idp.account.model import Account, AccountStatus, ProofState
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, EventId, JobId, PersonId, new_id
from idp.kernel.secrets import Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.model import ClaimedIdentity
from idp.proofing.proof import CLAIM_PLACE, HurryJob, JobPurpose, QueueJob, RegisterJob, SetProof
from idp.proofing.proof_ports import Identities, RegisterJobs
from idp.proofing.validity import RECHECK_AFTER
from idp.sessions.model import SessionView

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
_JITTER = 0.2
# Each of these asks the register: a person at a loss presses often, and one who guesses must not.
ASKS_AN_HOUR = 5
_ASK_WINDOW = timedelta(hours=1)
# Old proofs come in waves, as the accounts once did: a wave is spread over this time.
_SPREAD = timedelta(minutes=10)


class Declared(Struct):
    """What a person declared beside their number, as it is sealed while it waits."""

    name: str
    birth_date: str


class AskedAgain(StrEnum):
    """What came of asking for the register to be asked again."""

    QUEUED = "queued"
    UNDER_WAY = "under_way"
    TOO_OFTEN = "too_often"
    NOT_NEEDED = "not_needed"


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many tries: doubling from a minute to six hours, a fifth more or less.

    The jitter keeps all that a register's outage left behind from coming back in one moment.
    """
    wait: timedelta = min(FIRST_WAIT * 2 ** min(max(attempts - 1, 0), 12), LONGEST_WAIT)
    return wait * (1 - _JITTER + 2 * _JITTER * secrets.randbelow(1001) / 1000)


def queued_claim(account: Account, claimed: ClaimedIdentity, sealer: Sealer, now: datetime) -> QueueJob:
    """Return the effect that lets a registration's verification wait; the claim is sealed until it is done."""
    declared = Declared(claimed.name, claimed.birth_date.oidc_birthdate())
    sealed = sealer.seal(msgspec.json.encode(declared), CLAIM_PLACE.of(account.person_id))
    return QueueJob(job=_job(account.person_id, account.id, JobPurpose.REGISTRATION, now + wait_after(1), now, sealed))


def queued_by_link(account: Account, claimed: ClaimedIdentity, sealer: Sealer, now: datetime) -> tuple[Effect, ...]:
    """Return what has the register asked about an account that was never proved, now that its owner is known better."""
    if account.proof is ProofState.PROVED:
        return ()
    declared = Declared(claimed.name, claimed.birth_date.oidc_birthdate())
    sealed = sealer.seal(msgspec.json.encode(declared), CLAIM_PLACE.of(account.person_id))
    queued = QueueJob(job=_job(account.person_id, account.id, JobPurpose.REGISTRATION, now, now, sealed))
    return queued, SetProof(
        person_id=account.person_id, account_id=account.id, proof=ProofState.WAITING, proved_at=None
    )


class WaitingProofs(Struct, frozen=True):
    """Queues verifications."""

    jobs: RegisterJobs
    identities: Identities
    ledger: Ledger
    store: ShortLivedStore

    async def ask_again(self, view: SessionView, origin: Origin, now: datetime) -> AskedAgain:
        """Have the register asked again about the account that is signed in."""
        return await self.ask(view.account, origin, now)

    async def ask(self, account: Account, origin: Origin, now: datetime) -> AskedAgain:
        """Have the register asked about an account as soon as a worker is free, when the person asks for it."""
        if account.status is AccountStatus.CLOSED or await self._rests_on_evidence(account, now):
            return AskedAgain.NOT_NEEDED
        if await self.store.count(f"ask-again:{account.id}", _ASK_WINDOW) > ASKS_AN_HOUR:
            return AskedAgain.TOO_OFTEN
        known = await self.jobs.of_account(account.person_id, account.id)
        waiting = next((job for job in known if job.finished_at is None), None)
        event = RecordEvent(
            id=EventId(new_id()),
            name=EventName.IDENTITY_ASKED_AGAIN,
            at=now,
            origin=origin,
            person_id=account.person_id,
        )
        if waiting is not None:
            hurry = HurryJob(person_id=account.person_id, job_id=waiting.id, attempts=waiting.attempts, now=now)
            return AskedAgain.QUEUED if await self.ledger.commit(hurry, event) else AskedAgain.UNDER_WAY
        await self.ledger.commit(*_queued_anew(account, now), event)
        return AskedAgain.QUEUED

    async def _rests_on_evidence(self, account: Account, now: datetime) -> bool:
        """Say whether nothing is left to prove: who was proved by data alone may still show evidence."""
        if account.proof_at(now) is not ProofState.PROVED:
            return False
        held = await self.identities.of_account(account.person_id, account.id)
        return held is None or held.evidence is not None

    async def queue_rechecks(self, now: datetime, limit: int) -> int:
        """Queue a check of up to `limit` proofs that grow old and return how many those were."""
        old = await self.identities.proved_before(now - RECHECK_AFTER, limit)
        for person_id, account_id in old:
            due_at = now + _SPREAD * secrets.randbelow(1001) / 1000
            await self.ledger.commit(QueueJob(job=_job(person_id, account_id, JobPurpose.RECHECK, due_at, now)))
        return len(old)


def _queued_anew(account: Account, now: datetime) -> tuple[Effect, ...]:
    queued = QueueJob(job=_job(account.person_id, account.id, JobPurpose.ASKED_AGAIN, now, now))
    if account.proof is ProofState.PROVED:
        # Lapsed: the proof that was stays written down until the register speaks.
        return (queued,)
    return queued, SetProof(
        person_id=account.person_id, account_id=account.id, proof=ProofState.WAITING, proved_at=None
    )


def _job(
    person_id: PersonId,
    account_id: AccountId,
    purpose: JobPurpose,
    due_at: datetime,
    now: datetime,
    sealed: bytes | None = None,
) -> RegisterJob:
    return RegisterJob(
        id=JobId(new_id()),
        person_id=person_id,
        account_id=account_id,
        purpose=purpose,
        claim_sealed=sealed,
        due_at=due_at,
        started_at=now,
    )
