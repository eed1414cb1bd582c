"""Approvals: what waits for a yes on another device of the same person: a sign-in, or an officer's filing for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from msgspec import Struct

from clients.model import ClientId
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, ApprovalId, PersonId, SessionId
from idp.kernel.places import Column

ABOUT_PLACE = Column("approval_about")


class Approval(Struct, frozen=True):
    """A question to the person's other devices. `approved` is None until one of them answers."""

    id: ApprovalId
    person_id: PersonId
    account_id: AccountId
    match_number: int
    browser: str
    address: str
    created_at: datetime
    expires_at: datetime
    approved: bool | None = None
    # What is asked where it is no sign-in: `AskedAtCounter`, sealed as `ABOUT_PLACE`.
    about_sealed: bytes | None = None
    # What the session that answered has shown.
    answered_amr: tuple[str, ...] = ()


class AskedAtCounter(Struct, frozen=True):
    """An officer asks to file for the person: who, of which agency, in which post, at which portal, with what scope."""

    officer: str
    agency: str
    post: str
    client_id: ClientId
    scope: tuple[str, ...] = ()


class ApprovalReader(Protocol):
    """Reads approvals."""

    async def open_for(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[Approval]:
        """Return the questions that wait for an answer, newest first."""

    async def by_id(self, person_id: PersonId, approval_id: ApprovalId) -> Approval | None:
        """Return one question, answered or not."""

    async def has_approver(
        self, person_id: PersonId, account_id: AccountId, asking_session_id: SessionId, now: datetime
    ) -> bool:
        """Say whether a strong session of the account, not shared and not the asking one, could answer."""


class OpenApproval(Effect):
    """Ask. Too late when `limit` questions were asked after `since`; belongs after `HoldAccount`."""

    approval: Approval
    since: datetime
    limit: int
    claim: ClassVar[bool] = True


class AnswerApproval(Effect):
    """Answer from a session. Too late if it was answered, has expired, or is another account's."""

    person_id: PersonId
    account_id: AccountId
    approval_id: ApprovalId
    session_id: SessionId
    approved: bool
    now: datetime
    claim: ClassVar[bool] = True


class UseApproval(Effect):
    """Use a yes. Too late if it was used, was a no, has expired, or came from the asking session itself."""

    person_id: PersonId
    approval_id: ApprovalId
    asking_session_id: SessionId
    now: datetime
    claim: ClassVar[bool] = True
