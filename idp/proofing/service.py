"""Proving an identity: ask the register, compare, keep only what the person may have."""

from datetime import datetime, timedelta

from idp.proofing.birth_dates import compare_birth_dates
from idp.proofing.model import (
    SYSTEM,
    ClaimedIdentity,
    OnBehalfOf,
    ProofOutcome,
    Purpose,
    RegisterRecord,
    Verdict,
)
from idp.proofing.names import compare_names
from idp.proofing.policy import (
    BEST_FIRST,
    BIRTH_DATE_VERDICTS,
    CONSEQUENCES,
    NAME_VERDICTS,
    REGISTER_DEADLINE,
)
from idp.proofing.ports import Found, Garbled, NoAnswer, NoRecord, PopulationRegister


def judge(claimed: ClaimedIdentity, record: RegisterRecord) -> Verdict:
    """Return the worse of the name's and the birth date's verdict: identical, same, near or different."""
    by_name = NAME_VERDICTS[compare_names(claimed.name, record.full_name)]
    by_birth_date = BIRTH_DATE_VERDICTS[compare_birth_dates(claimed.birth_date, record.birth_date)]
    return max(by_name, by_birth_date, key=BEST_FIRST.index)


class ProofingService:
    """Asks one population register."""

    def __init__(self, register: PopulationRegister, *, deadline: timedelta = REGISTER_DEADLINE) -> None:
        """Take the register and how long one question may last in all."""
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
    ) -> ProofOutcome:
        """Return one of the seven verdicts; the register's record comes along only if it proves the claim.

        `request_id` goes to the register, into the outcome and into the audit: it joins the three.
        """
        answer = await self._register.look_up(
            claimed,
            request_id=request_id,
            purpose=purpose,
            on_behalf_of=on_behalf_of,
            deadline=self._deadline,
        )
        match answer:
            case Found(record):
                return _compared(claimed, record, request_id, now)
            case NoRecord():
                return ProofOutcome(Verdict.NO_RECORD, request_id, now)
            case NoAnswer(reason):
                return ProofOutcome(Verdict.NO_ANSWER, request_id, now, reason=reason)
            case Garbled(reason):
                return ProofOutcome(Verdict.GARBLED, request_id, now, reason=reason)


def _compared(claimed: ClaimedIdentity, record: RegisterRecord, request_id: str, now: datetime) -> ProofOutcome:
    # AL-7: a record of somebody else is a fault of the register, never a fact about the person who asked.
    if record.number != claimed.number:
        return ProofOutcome(Verdict.GARBLED, request_id, now, reason="wrong_person")
    verdict = judge(claimed, record)
    kept = record if CONSEQUENCES[verdict].proved else None
    return ProofOutcome(verdict, request_id, now, kept)
