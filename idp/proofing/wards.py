"""Proving who represents a child: the register's record of the child names the guardian (QCVN 109, `NguoiDaiDien`)."""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, ProofOutcome, Purpose, RegisterRecord, Verdict
from idp.proofing.policy import BEST_FIRST, CONSEQUENCES, REGISTER_DEADLINE
from idp.proofing.registers.ports import Garbled, NoAnswer, NoRecord
from idp.proofing.service import judge
from idp.proofing.values.personal_numbers import PersonalNumber
from records.structs import Unprinted


class FoundWard(Unprinted, Struct, frozen=True):
    """The register holds a record of the child; `guardian` is the number of whom it names, or empty."""

    record: RegisterRecord
    guardian: str


WardAnswer = FoundWard | NoRecord | NoAnswer | Garbled


class WardRegister(Protocol):
    """Asks the population register about a child and the one who represents it."""

    async def look_up_ward(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        on_behalf_of: OnBehalfOf,
        deadline: timedelta,
    ) -> WardAnswer:
        """Return what the register says within `deadline`; it never raises for what the register does."""


class WardProofing:
    """Asks one population register."""

    def __init__(self, register: WardRegister, *, deadline: timedelta = REGISTER_DEADLINE) -> None:
        """Take the register and how long one question may last."""
        self._register = register
        self._deadline = deadline

    async def prove(
        self, child: ClaimedIdentity, guardian: PersonalNumber, *, request_id: str, purpose: Purpose, now: datetime
    ) -> ProofOutcome:
        """Return one of the seven verdicts on the child's data and on who represents it; the worse of the two."""
        answer = await self.look_up(child, request_id=request_id, purpose=purpose)
        match answer:
            case FoundWard(record, named):
                by_guardian = Verdict.IDENTICAL if named == guardian.digits else Verdict.DIFFERENT
                verdict = max(judge(child, record), by_guardian, key=BEST_FIRST.index)
                kept = record if CONSEQUENCES[verdict].matched else None
                return ProofOutcome(verdict, request_id, now, kept, looked_up=True)
            case NoRecord():
                return ProofOutcome(Verdict.NO_RECORD, request_id, now, looked_up=True)
            case NoAnswer(reason):
                return ProofOutcome(Verdict.NO_ANSWER, request_id, now, reason=reason)
            case Garbled(reason):
                return ProofOutcome(Verdict.GARBLED, request_id, now, reason=reason, looked_up=True)

    async def look_up(self, child: ClaimedIdentity, *, request_id: str, purpose: Purpose) -> WardAnswer:
        """Return what the register says of a child; a record of another one is garble."""
        answer = await self._register.look_up_ward(
            child, request_id=request_id, purpose=purpose, on_behalf_of=SYSTEM, deadline=self._deadline
        )
        if isinstance(answer, FoundWard) and answer.record.number != child.number:
            # AL-7: a record of somebody else is a fault of the register, never a fact about the child.
            return Garbled("wrong_person")
        return answer
