"""The queue of verifications that wait for a register, on SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Row, Step, statement
from idp.admin.infrastructure.ports import Waiting
from idp.kernel.ids import AccountId, JobId, PersonId
from idp.proofing.proof import JobPurpose, RegisterJob


class _JobRow(NamedTuple):
    """The columns of `_COLUMNS`, in their order."""

    job_id: JobId
    person_id: PersonId
    account_id: AccountId
    purpose: str
    claim_sealed: bytes | None
    due_at: int
    attempts: int
    started_at: int
    finished_at: int | None
    result: str


_COLUMNS = ", ".join(f"register_jobs.{name}" for name in _JobRow._fields)
# As in the outbox: a lease is a later due time, and PostgreSQL passes over what others are choosing at this moment.
_LEASE = """
    UPDATE register_jobs SET due_at = :until, attempts = attempts + 1
    FROM (
        SELECT person_id, job_id FROM register_jobs
        WHERE finished_at IS NULL AND due_at <= :now AND purpose IN ({purposes})
        ORDER BY due_at LIMIT :limit {locking}) AS due
    WHERE register_jobs.person_id = due.person_id AND register_jobs.job_id = due.job_id
    RETURNING {columns}
"""
_TAKE = statement(
    _LEASE.format(locking="", columns=_COLUMNS, purposes="SELECT value FROM json_each(:purposes)"),
    postgres=_LEASE.format(
        locking="FOR UPDATE SKIP LOCKED",
        columns=_COLUMNS,
        purposes="SELECT json_array_elements_text(CAST(:purposes AS json))",
    ),
)
_OF_ACCOUNT = statement(f"""
    SELECT {_COLUMNS} FROM register_jobs
    WHERE person_id = :person_id AND account_id = :account_id ORDER BY started_at DESC, job_id DESC LIMIT 50
""")  # noqa: S608 (constants of this module)
_FOR_ORGANISATIONS = statement(f"""
    SELECT {_COLUMNS} FROM register_jobs
    WHERE person_id = :person_id AND purpose = 'organisation' ORDER BY started_at DESC, job_id DESC LIMIT 50
""")  # noqa: S608 (likewise)


_WAITING = statement("""
    SELECT purpose, COUNT(*), MIN(started_at) FROM register_jobs WHERE finished_at IS NULL GROUP BY purpose
""")


class _Counted(NamedTuple):
    """The columns of `_WAITING`."""

    purpose: str
    waits: int
    oldest: int


class SqlRegisterJobs:
    """Implements `idp.proofing.proof_ports.RegisterJobs` and `idp.admin.infrastructure.ports.WaitingJobs`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def lease(
        self, now: datetime, until: datetime, limit: int, purposes: Collection[JobPurpose] = tuple(JobPurpose)
    ) -> list[RegisterJob]:
        """Take up to `limit` due jobs of some purposes; nobody else gets them before `until`."""
        wanted = orjson.dumps(list(purposes)).decode()
        taking = Step(_TAKE, {"now": to_micros(now), "until": to_micros(until), "limit": limit, "purposes": wanted})
        return _jobs(await self._engine.apply([taking]) or ())

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> list[RegisterJob]:
        """Return an account's jobs, the newest first."""
        return _jobs(await self._engine.read(_OF_ACCOUNT, {"person_id": person_id, "account_id": account_id}))

    async def for_organisations(self, person_id: PersonId) -> list[RegisterJob]:
        """Return a person's jobs about organisations, the newest first."""
        return _jobs(await self._engine.read(_FOR_ORGANISATIONS, {"person_id": person_id}))

    async def waiting(self) -> Mapping[JobPurpose, Waiting]:
        """Return how many wait by purpose, and since when the oldest does."""
        rows = await self._engine.read(_WAITING, {})
        return {
            JobPurpose(row.purpose): Waiting(row.waits, from_micros(row.oldest)) for row in map(_Counted._make, rows)
        }


def _jobs(rows: Sequence[Row]) -> list[RegisterJob]:
    return [_job(_JobRow._make(row)) for row in rows]


def _job(row: _JobRow) -> RegisterJob:
    return RegisterJob(
        id=row.job_id,
        person_id=row.person_id,
        account_id=row.account_id,
        purpose=JobPurpose(row.purpose),
        claim_sealed=row.claim_sealed,
        due_at=from_micros(row.due_at),
        started_at=from_micros(row.started_at),
        attempts=row.attempts,
        finished_at=from_micros_or_none(row.finished_at),
        result=row.result,
    )
