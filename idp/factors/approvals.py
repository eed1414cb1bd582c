"""Approval on another device: the person compares a number and says yes or no where they are signed in already."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices
from idp.audit.model import EventName, Origin
from idp.factors.answers import Refused, Shown, Why
from idp.factors.approval_model import AnswerApproval, Approval, ApprovalReader, OpenApproval, UseApproval
from idp.factors.drafts import Claimant, FactorDraft
from idp.factors.events import factor_event, owner_of
from idp.factors.model import HoldAccount
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import ApprovalId, new_id
from idp.kernel.secrets import HashKey
from idp.sessions.model import SessionView
from idp.sign_in.levels import APPROVAL, is_strong
from idp.sign_in.recent import is_recent_and_strong
from records.structs import replace

APPROVAL_LIFE = timedelta(minutes=2)
# Who asks too often wears a person down until they say yes (ASVS 6.6.4).
ASKS_AN_HOUR = 3
_HOUR = timedelta(hours=1)
_FIRST_NUMBER, _NUMBERS = 10, 90
_CHOICES = 3


class Answered(StrEnum):
    """What became of an answer; each has its text on the page of questions."""

    APPROVED = "approved"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"
    TOO_LATE = "too_late"


class ApprovalFactor(Struct, frozen=True):
    """Asks a person's other devices, on behalf of a browser that wants to be let in."""

    reader: ApprovalReader
    ledger: Ledger

    async def ask(self, draft: FactorDraft, claimant: Claimant, origin: Origin, now: datetime) -> FactorDraft | Refused:
        """Ask, and return the draft that waits for the answer."""
        account = claimant.account
        asked = Approval(
            id=ApprovalId(new_id()),
            person_id=account.person_id,
            account_id=account.id,
            match_number=_FIRST_NUMBER + secrets.randbelow(_NUMBERS),
            browser=origin.browser,
            address=origin.address,
            created_at=now,
            expires_at=now + APPROVAL_LIFE,
        )
        done = await self.ledger.commit(
            HoldAccount(person_id=account.person_id, account_id=account.id),
            OpenApproval(approval=asked, since=now - _HOUR, limit=ASKS_AN_HOUR),
            factor_event(EventName.APPROVAL_ASKED, account, APPROVAL, origin, now, draft.session_id),
        )
        return replace(draft, approval_id=asked.id) if done else Refused(Why.APPROVALS_USED, _HOUR)

    async def asked(self, draft: FactorDraft) -> Approval | None:
        """Return the question of a draft, with the number that its page shows."""
        return await self.reader.by_id(draft.person_id, draft.approval_id) if draft.approval_id else None

    async def check(self, draft: FactorDraft, claimant: Claimant, origin: Origin, now: datetime) -> Shown | Refused:
        """Say what the other device has answered so far."""
        asked = await self.asked(draft)
        if asked is None or now >= asked.expires_at:
            return Refused(Why.APPROVAL_EXPIRED)
        if asked.approved is None:
            return Refused(Why.APPROVAL_WAITING)
        if not asked.approved:
            return Refused(Why.APPROVAL_REFUSED)
        use = UseApproval(person_id=asked.person_id, approval_id=asked.id, asking_session_id=draft.session_id, now=now)
        accepted = factor_event(EventName.FACTOR_ACCEPTED, claimant.account, APPROVAL, origin, now, draft.session_id)
        return Shown(APPROVAL, (use, accepted))


class Approvals(Struct, frozen=True):
    """The questions as the answering device sees them."""

    reader: ApprovalReader
    ledger: Ledger
    choice_key: HashKey
    clock: Clock
    notices: Notices

    @staticmethod
    def may_answer(view: SessionView) -> bool:
        """Say whether a session can vouch for its person.

        One with a password alone proves nothing that the asking browser has not shown, and whoever sits at a shared
        computer now may be somebody else.
        """
        return not view.session.shared_computer and is_strong(view.session.amr)

    def must_confirm(self, view: SessionView) -> bool:
        """Say whether the person shows a factor first: a cookie of this morning does not say who holds it now."""
        return self.may_answer(view) and not is_recent_and_strong(view, self.clock.now())

    async def open_for(self, view: SessionView) -> Sequence[Approval]:
        """Return the questions that wait for an answer of this session; none where it may not answer (yet)."""
        account = view.account
        if not self.may_answer(view) or self.must_confirm(view):
            return ()
        return await self.reader.open_for(account.person_id, account.id, self.clock.now())

    def choices(self, asked: Approval) -> tuple[int, ...]:
        """Return three numbers, one of them right, in an order that stays the same when the page is opened again."""
        bytes_of = self.choice_key.digest(asked.id)
        numbers = {asked.match_number}
        for byte in bytes_of:
            if len(numbers) < _CHOICES:
                numbers.add(_FIRST_NUMBER + byte % _NUMBERS)
        return tuple(sorted(numbers))

    async def answer(self, view: SessionView, approval_id: ApprovalId, number: str, origin: Origin) -> Answered:
        """Answer a question: `number` is the chosen one, "" for "this was not me". A wrong number is a no."""
        now = self.clock.now()
        known = {asked.id: asked for asked in await self.open_for(view)}
        asked = known.get(approval_id)
        if asked is None:
            return Answered.TOO_LATE
        approved = number == str(asked.match_number)
        reported = self.notices.tell(owner_of(view), NoticeKind.APPROVAL_GIVEN, now) if approved else ()
        done = await self.ledger.commit(
            AnswerApproval(
                person_id=asked.person_id,
                account_id=asked.account_id,
                approval_id=asked.id,
                session_id=view.session.id,
                approved=approved,
                now=now,
            ),
            factor_event(
                EventName.APPROVAL_GIVEN if approved else EventName.APPROVAL_REFUSED,
                view.account,
                APPROVAL,
                origin,
                now,
                view.session.id,
            ),
            *reported,
        )
        if not done:
            return Answered.TOO_LATE
        if approved:
            return Answered.APPROVED
        return Answered.WRONG_NUMBER if number else Answered.REFUSED
