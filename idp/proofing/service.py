"""Proving an identity: ask whether the claim is right, look up only where the purpose allows, keep what may be kept."""

import asyncio
from datetime import datetime, timedelta

from msgspec import Struct

from idp.proofing.model import (
    SYSTEM,
    ClaimedIdentity,
    OnBehalfOf,
    ProofOutcome,
    Purpose,
    RegisterRecord,
    Verdict,
)
from idp.proofing.policy import (
    BEST_FIRST,
    BIRTH_DATE_VERDICTS,
    CONSEQUENCES,
    NAME_VERDICTS,
    REGISTER_DEADLINE,
)
from idp.proofing.registers.ports import (
    Found,
    Garbled,
    Matched,
    NoAnswer,
    NoRecord,
    NotMatched,
    PopulationRegister,
    RegisterAnswer,
)
from idp.proofing.values.birth_dates import compare_birth_dates
from idp.proofing.values.names import compare_names
from records.structs import replace


def judge(claimed: ClaimedIdentity, record: RegisterRecord) -> Verdict:
    """Return the worse of the name's and the birth date's verdict: identical, same, near or different."""
    by_name = NAME_VERDICTS[compare_names(claimed.name, record.full_name)]
    by_birth_date = BIRTH_DATE_VERDICTS[compare_birth_dates(claimed.birth_date, record.birth_date)]
    return max(by_name, by_birth_date, key=BEST_FIRST.index)


class ProofingService:
    """Asks one population register."""

    def __init__(self, register: PopulationRegister, *, deadline: timedelta = REGISTER_DEADLINE) -> None:
        """Take the register and how long all questions of one proof may last together."""
        self._register = register
        self._deadline = deadline

    async def prove(
        self,
        claimed: ClaimedIdentity,
        *,
        request_id: str,
        purpose: Purpose,
        now: datetime,
        on_behalf_of: OnBehalfOf = SYSTEM,
        spelling_needed: bool = False,
    ) -> ProofOutcome:
        """Return one of the seven verdicts; the register's record comes along only if it proves the claim.

        `request_id` goes to the register, into the outcome and into the audit: it joins the three. A right claim is
        looked up as well only if `spelling_needed`, and a wrong one only to tell why; both only where the purpose
        allows it (vietnam.md 7.2).
        """
        asking = _Asking(self._register, claimed, request_id, purpose, on_behalf_of, now, _ends_in(self._deadline))
        match await asking.match():
            case Matched():
                looks = purpose.may_look_up and spelling_needed
                return await asking.proved_with_record() if looks else asking.outcome(Verdict.IDENTICAL)
            case NotMatched():
                return await asking.distinguished() if purpose.may_look_up else asking.outcome(Verdict.DIFFERENT)
            case NoAnswer(reason):
                return asking.outcome(Verdict.NO_ANSWER, reason)
            case Garbled(reason):
                return asking.outcome(Verdict.GARBLED, reason)


class _Asking(Struct, frozen=True):
    """The questions of one proof: the same request, purpose and person, and one deadline for all of them."""

    register: PopulationRegister
    claimed: ClaimedIdentity
    request_id: str
    purpose: Purpose
    on_behalf_of: OnBehalfOf
    now: datetime
    ends: float

    async def match(self) -> Matched | NotMatched | NoAnswer | Garbled:
        """Ask whether the claim is right."""
        return await self.register.match(
            self.claimed,
            request_id=self.request_id,
            purpose=self.purpose,
            on_behalf_of=self.on_behalf_of,
            deadline=self._left(),
        )

    async def proved_with_record(self) -> ProofOutcome:
        """Return the outcome of a claim that the register called right, with the register's spelling if it comes."""
        answer = await self._look_up()
        if isinstance(answer, NoAnswer):
            # The yes stands: what is missing is only how the register writes the name.
            return replace(self.outcome(Verdict.IDENTICAL), looked_up=True)
        outcome = self._judged(answer)
        if outcome.verdict in {Verdict.DIFFERENT, Verdict.NO_RECORD}:
            # Two answers that exclude each other are no fact about the person.
            return replace(self.outcome(Verdict.GARBLED, "contradiction"), looked_up=True)
        return outcome

    async def distinguished(self) -> ProofOutcome:
        """Return why the register did not call the claim right."""
        return self._judged(await self._look_up())

    def outcome(self, verdict: Verdict, reason: str = "", record: RegisterRecord | None = None) -> ProofOutcome:
        """Return the outcome of this proof."""
        return ProofOutcome(verdict, self.request_id, self.now, record, reason)

    async def _look_up(self) -> RegisterAnswer:
        return await self.register.look_up(
            self.claimed,
            request_id=self.request_id,
            purpose=self.purpose,
            on_behalf_of=self.on_behalf_of,
            deadline=self._left(),
        )

    def _judged(self, answer: RegisterAnswer) -> ProofOutcome:
        return replace(self._judged_by(answer), looked_up=True)

    def _judged_by(self, answer: RegisterAnswer) -> ProofOutcome:
        match answer:
            case Found(record):
                return self._compared(record)
            case NoRecord():
                return self.outcome(Verdict.NO_RECORD)
            case NoAnswer(reason):
                return self.outcome(Verdict.NO_ANSWER, reason)
            case Garbled(reason):
                return self.outcome(Verdict.GARBLED, reason)

    def _compared(self, record: RegisterRecord) -> ProofOutcome:
        # AL-7: a record of somebody else is a fault of the register, never a fact about the person who asked.
        if record.number != self.claimed.number:
            return self.outcome(Verdict.GARBLED, "wrong_person")
        verdict = judge(self.claimed, record)
        return self.outcome(verdict, record=record if CONSEQUENCES[verdict].matched else None)

    def _left(self) -> timedelta:
        return timedelta(seconds=max(self.ends - asyncio.get_running_loop().time(), 0))


def _ends_in(deadline: timedelta) -> float:
    return asyncio.get_running_loop().time() + deadline.total_seconds()
