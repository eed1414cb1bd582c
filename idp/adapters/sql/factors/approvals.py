"""Reads the questions that a person's other devices are asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros, from_words, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import statement
from idp.factors.approval_model import Approval
from idp.kernel.ids import AccountId, ApprovalId, PersonId, SessionId


class _Row(NamedTuple):
    """The columns of `_COLUMNS`, in their order."""

    approval_id: ApprovalId
    person_id: PersonId
    account_id: AccountId
    match_number: int
    browser: str
    address: str
    created_at: int
    expires_at: int
    approved: int | None
    about_sealed: bytes | None
    answered_amr: str | None


_COLUMNS = """
    approval_id, person_id, account_id, match_number, browser, address, created_at, expires_at, approved, about_sealed,
    (SELECT s.amr FROM sessions s WHERE s.person_id = approvals.person_id AND s.session_id = approvals.session_id)
"""
_OPEN = statement(f"""
    SELECT {_COLUMNS} FROM approvals
    WHERE person_id = :person_id AND account_id = :account_id AND answered_at IS NULL AND expires_at > :now
    ORDER BY approval_id DESC
""")  # noqa: S608 (names of ours, here as below)
_BY_ID = statement(f"""
    SELECT {_COLUMNS} FROM approvals WHERE person_id = :person_id AND approval_id = :approval_id
""")  # noqa: S608
# A session with only the password proves nothing that the asking one has not shown: `mfa` marks the strong ones.
_APPROVER = statement("""
    SELECT 1 FROM sessions
    WHERE person_id = :person_id AND account_id = :account_id AND session_id <> :asking_session_id
      AND ended_at IS NULL AND expires_at > :now AND idle_until > :now AND NOT shared_computer
      AND ' ' || amr || ' ' LIKE '% mfa %'
    LIMIT 1
""")


class SqlApprovals:
    """Implements `idp.factors.approval_model.ApprovalReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def open_for(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[Approval]:
        """Return the questions that wait for an answer, newest first."""
        rows = await self._engine.read(_OPEN, {"person_id": person_id, "account_id": account_id, "now": to_micros(now)})
        return [_approval(_Row._make(row)) for row in rows]

    async def by_id(self, person_id: PersonId, approval_id: ApprovalId) -> Approval | None:
        """Return one question, answered or not."""
        rows = await self._engine.read(_BY_ID, {"person_id": person_id, "approval_id": approval_id})
        return _approval(_Row._make(rows[0])) if rows else None

    async def has_approver(
        self, person_id: PersonId, account_id: AccountId, asking_session_id: SessionId, now: datetime
    ) -> bool:
        """Say whether a strong session of the account, not shared and not the asking one, could answer."""
        values = {"person_id": person_id, "account_id": account_id, "asking_session_id": asking_session_id}
        return bool(await self._engine.read(_APPROVER, {**values, "now": to_micros(now)}))


def _approval(row: _Row) -> Approval:
    return Approval(
        id=row.approval_id,
        person_id=row.person_id,
        account_id=row.account_id,
        match_number=row.match_number,
        browser=row.browser,
        address=row.address,
        created_at=from_micros(row.created_at),
        expires_at=from_micros(row.expires_at),
        approved=None if row.approved is None else bool(row.approved),
        about_sealed=row.about_sealed,
        answered_amr=from_words(row.answered_amr or ""),
    )
