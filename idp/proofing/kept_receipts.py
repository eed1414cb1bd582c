"""Receipts as they are kept: written in the commit of what the register's answer changed."""

from msgspec import Struct

from idp.kernel.effects import Effect
from idp.kernel.ids import PersonId, new_id
from idp.proofing.evidence import Evidence
from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, ProofOutcome, Purpose, Verdict
from idp.proofing.proof import KeepReceipt, StoredReceipt
from idp.proofing.receipts import Question, Receipt, ReceiptSigner, question_about, receipt_of, sign_receipt
from idp.proofing.registers.enterprise_model import EnterpriseOutcome
from idp.proofing.registers.enterprise_service import enterprise_receipt, question_about_enterprise
from records.structs import replace


class ReceiptBook(Struct, frozen=True):
    """Writes receipts in the provider's name."""

    issuer: str
    signer: ReceiptSigner

    def keep(
        self,
        claimed: ClaimedIdentity,
        purpose: Purpose,
        outcome: ProofOutcome,
        person_id: PersonId | None,
        on_behalf_of: OnBehalfOf = SYSTEM,
        evidence: Evidence | None = None,
    ) -> tuple[Effect, ...]:
        """Return the effect that keeps the receipt of an answer; nothing where the register gave none at all.

        `person_id` is None for a refusal before there is an account.
        """
        if outcome.verdict is Verdict.NO_ANSWER and not outcome.looked_up:
            return ()
        question = question_about(claimed, purpose, on_behalf_of)
        return self._kept(question, receipt_of(new_id(), question, outcome, evidence), person_id)

    def keep_of_ward(
        self, child: ClaimedIdentity, purpose: Purpose, outcome: ProofOutcome, person_id: PersonId
    ) -> tuple[Effect, ...]:
        """Return the effect that keeps the receipt of a look-up of a child and of whom its record names."""
        if outcome.verdict is Verdict.NO_ANSWER:
            return ()
        question = question_about(child, purpose)
        receipt = receipt_of(new_id(), question, outcome)
        return self._kept(question, replace(receipt, looked_up=(*receipt.looked_up, "representative")), person_id)

    def keep_of_enterprise(
        self, purpose: Purpose, outcome: EnterpriseOutcome, person_id: PersonId
    ) -> tuple[Effect, ...]:
        """Return the effect that keeps the receipt of the enterprise register's answer; nothing where it gave none."""
        if outcome.verdict is Verdict.NO_ANSWER:
            return ()
        question = question_about_enterprise(purpose)
        return self._kept(question, enterprise_receipt(new_id(), question, outcome), person_id)

    def _kept(self, question: Question, receipt: Receipt, person_id: PersonId | None) -> tuple[Effect, ...]:
        text = sign_receipt(receipt, self.issuer, self.signer)
        kept = StoredReceipt(
            id=receipt.id,
            register=question.register,
            purpose=question.purpose,
            actor=question.actor,
            verdict=receipt.verdict,
            request_id=receipt.request_id,
            at=receipt.at,
            text=text,
        )
        return (KeepReceipt(receipt=kept, person_id=person_id),)
