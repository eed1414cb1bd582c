"""Receipts: what the provider keeps of having asked a register: signed and dated, never the data."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from idp.proofing.evidence import Evidence
from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, ProofOutcome, Purpose
from keys.model import Algorithm
from keys.verifier import VerifiedToken

RECEIPT_TYPE = "register-receipt+jwt"
POPULATION = "population"
# What a look-up wants of a record; the adapters keep nothing else (`adapters/registers/records.py`).
LOOKED_UP = ("personal_number", "name", "birth_date", "sex")


class ReceiptSigner(Protocol):
    """Signs with the key that is active now."""

    def sign(self, claims: dict[str, object], *, algorithm: Algorithm, typ: str, now: datetime) -> str:
        """Return a compact JWS."""


class ReceiptVerifier(Protocol):
    """Verifies what the provider signed, with keys that have left the key set too; withdrawn ones excepted."""

    def verify_hint(self, token: str) -> VerifiedToken | None:
        """Return the content, or None: not ours, changed, or its key was withdrawn."""


class Question(Struct, frozen=True):
    """What was asked of which register: names of fields, a service's code, and on whose behalf."""

    register: str
    asked: tuple[str, ...]
    purpose: str
    actor: str


class Receipt(Struct, frozen=True):
    """One answer of a register, without the data."""

    id: str
    question: Question
    verdict: str
    request_id: str
    at: datetime
    # The names of the fields that were asked for; none where the question was whether the claim is right.
    looked_up: tuple[str, ...] = ()
    # What showed that the person was here, where something did.
    evidence: Evidence | None = None


def question_about(claimed: ClaimedIdentity, purpose: Purpose, on_behalf_of: OnBehalfOf = SYSTEM) -> Question:
    """Return what the population register is asked about a claim: the fields are those that were shown to it."""
    born = "birth_date" if claimed.birth_date.month else "birth_year"
    return Question(POPULATION, ("personal_number", "name", born), purpose.code, on_behalf_of.actor)


def receipt_of(receipt_id: str, question: Question, outcome: ProofOutcome, evidence: Evidence | None = None) -> Receipt:
    """Return the receipt of an outcome, with the evidence that stood beside it."""
    looked_up = LOOKED_UP if outcome.looked_up else ()
    return Receipt(receipt_id, question, outcome.verdict, outcome.request_id, outcome.at, looked_up, evidence)


def sign_receipt(receipt: Receipt, issuer: str, signer: ReceiptSigner) -> str:
    """Return a receipt as a compact JWS (RFC 7515 7.1), its type in the header (RFC 8725 3.11).

    Who it is about is in no claim: a receipt that gets lost tells nothing of anybody.
    """
    question = receipt.question
    claims: dict[str, object] = {
        "iss": issuer,
        "jti": receipt.id,
        "iat": int(receipt.at.timestamp()),
        "register": question.register,
        "asked": list(question.asked),
        "looked_up": list(receipt.looked_up),
        "purpose": question.purpose,
        "on_behalf_of": question.actor,
        "request_id": receipt.request_id,
        "verdict": receipt.verdict,
    }
    if receipt.evidence is not None:
        shown = receipt.evidence
        claims["evidence"] = {"kind": shown.kind, "at": int(shown.at.timestamp()), "source": shown.source}
    return signer.sign(claims, algorithm="ES256", typ=RECEIPT_TYPE, now=receipt.at)


def read_receipt(text: str, verifier: ReceiptVerifier) -> dict[str, object] | None:
    """Return what a receipt of ours says, however old; None for anything else that we signed, or did not."""
    verified = verifier.verify_hint(text)
    if verified is None or verified.header.get("typ") != RECEIPT_TYPE:
        return None
    return dict(verified.claims)
