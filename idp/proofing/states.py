"""What an identity counts as, by the register's verdict and the evidence that its person is here."""

from idp.account.model import ProofState
from idp.proofing.evidence import Evidence
from idp.proofing.model import Verdict
from idp.proofing.policy import CONSEQUENCES

# A register that may still answer leaves the proof waiting; one that answered "near" does not.
STILL_WAITING = frozenset({Verdict.NO_ANSWER, Verdict.GARBLED})


def proof_state(verdict: Verdict, evidence: Evidence | None) -> ProofState:
    """Return proved only for a match with evidence: data alone says that a person exists, and is known to many."""
    if CONSEQUENCES[verdict].matched:
        return ProofState.PROVED if evidence else ProofState.MATCHED
    return ProofState.WAITING if verdict in STILL_WAITING else ProofState.NOT_PROVED
