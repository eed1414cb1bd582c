"""Proving who represents an organisation: look it up, compare, keep what may be kept."""

from datetime import datetime, timedelta

from idp.proofing.model import SYSTEM, OnBehalfOf, Purpose, Verdict
from idp.proofing.policy import BEST_FIRST, CONSEQUENCES, NAME_VERDICTS, REGISTER_DEADLINE
from idp.proofing.receipts import Question, Receipt
from idp.proofing.registers.enterprise_model import EnterpriseClaim, EnterpriseOutcome, EnterpriseRecord
from idp.proofing.registers.enterprise_ports import EnterpriseAnswer, EnterpriseRegister, FoundEnterprise
from idp.proofing.registers.ports import Garbled, NoAnswer, NoRecord
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.names import compare_names
from idp.proofing.values.organisation_names import compare_organisation_names

ENTERPRISE = "enterprise"
ASKED = ("enterprise_code", "organisation_name", "representative_number", "representative_name")
ENTERPRISE_LOOKED_UP = ("enterprise_code", "organisation_name", "state", "representatives")


def judge_claim(claim: EnterpriseClaim, record: EnterpriseRecord) -> Verdict:
    """Return the worse of the verdicts on the organisation's name and on the representative."""
    by_name = NAME_VERDICTS[compare_organisation_names(claim.name, record.name)]
    return max(by_name, judge_representative(claim, record), key=BEST_FIRST.index)


def judge_representative(claim: EnterpriseClaim, record: EnterpriseRecord) -> Verdict:
    """Return whether the register names this person: by number first, and then it must be their name too."""
    named = [one for one in record.representatives if one.number == claim.number.digits]
    verdicts = [NAME_VERDICTS[compare_names(claim.person_name, one.name)] for one in named]
    return min(verdicts, key=BEST_FIRST.index, default=Verdict.DIFFERENT)


def question_about_enterprise(purpose: Purpose, on_behalf_of: OnBehalfOf = SYSTEM) -> Question:
    """Return what the enterprise register is asked, for the receipt."""
    return Question(ENTERPRISE, ASKED, purpose.code, on_behalf_of.actor)


def enterprise_receipt(receipt_id: str, question: Question, outcome: EnterpriseOutcome) -> Receipt:
    """Return the receipt of an outcome: the look-up shows its fields, whatever came of comparing them."""
    return Receipt(receipt_id, question, outcome.verdict, outcome.request_id, outcome.at, ENTERPRISE_LOOKED_UP)


class EnterpriseProofing:
    """Asks one enterprise register."""

    def __init__(self, register: EnterpriseRegister, *, deadline: timedelta = REGISTER_DEADLINE) -> None:
        """Take the register and how long one question may last."""
        self._register = register
        self._deadline = deadline

    async def prove(
        self,
        claim: EnterpriseClaim,
        *,
        request_id: str,
        purpose: Purpose,
        now: datetime,
        on_behalf_of: OnBehalfOf = SYSTEM,
    ) -> EnterpriseOutcome:
        """Return one of the seven verdicts; the register's record comes along only if it proves the claim."""
        answer = await self.look_up(claim.code, request_id=request_id, purpose=purpose, on_behalf_of=on_behalf_of)
        match answer:
            case FoundEnterprise(record):
                verdict = judge_claim(claim, record)
                kept = record if CONSEQUENCES[verdict].matched else None
                return EnterpriseOutcome(verdict, request_id, now, kept)
            case NoRecord():
                return EnterpriseOutcome(Verdict.NO_RECORD, request_id, now)
            case NoAnswer(reason):
                return EnterpriseOutcome(Verdict.NO_ANSWER, request_id, now, reason=reason)
            case Garbled(reason):
                return EnterpriseOutcome(Verdict.GARBLED, request_id, now, reason=reason)

    async def look_up(
        self, code: EnterpriseCode, *, request_id: str, purpose: Purpose, on_behalf_of: OnBehalfOf = SYSTEM
    ) -> EnterpriseAnswer:
        """Return what the register says of one organisation; a record of another one is garble."""
        answer = await self._register.look_up(
            code, request_id=request_id, purpose=purpose, on_behalf_of=on_behalf_of, deadline=self._deadline
        )
        if isinstance(answer, FoundEnterprise) and answer.record.code != code:
            # AL-7: a record of somebody else is a fault of the register, never a fact about the one who asked.
            return Garbled("wrong_enterprise")
        return answer
