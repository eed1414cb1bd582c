"""Sealing and verifying the audit log with the provider's keys."""

from datetime import datetime

from idp.app.foundation.opening import Foundation
from idp.audit.checkpoints import CHECKPOINT_TYPE, Checkpoint, SealingPolicy, Verified
from idp.audit.sealing import Sealer
from idp.audit.verifying import Verification
from keys.errors import TokenInvalidError
from keys.model import Algorithm
from keys.signer import Signer
from keys.verifier import Verifier

SEALING_POLICY = SealingPolicy()
_ALGORITHM: Algorithm = "ES256"


class ProviderSeal:
    """Implements `idp.audit.checkpoints.Seal`."""

    def __init__(self, signer: Signer, verifier: Verifier, issuer: str) -> None:
        self._signer = signer
        self._verifier = verifier
        self._issuer = issuer

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return the compact JWS of a checkpoint (RFC 7515 7.1)."""
        claims = checkpoint.claims(self._issuer)
        return self._signer.sign(claims, algorithm=_ALGORITHM, typ=CHECKPOINT_TYPE, now=checkpoint.sealed_at)

    def read(self, signed: str) -> Verified | None:
        """Return the checkpoint of a text; a key that expired or was withdrawn still says what it said."""
        try:
            token = self._verifier.verify_hint(signed, algorithms=(_ALGORITHM,))
        except TokenInvalidError:
            return None
        # The type keeps receipts and tokens from passing as checkpoints (RFC 8725 3.11).
        checkpoint = Checkpoint.read(token.claims) if token.header.get("typ") == CHECKPOINT_TYPE else None
        return None if checkpoint is None else Verified(checkpoint, token.kid, self._verifier.is_withdrawn(token.kid))


async def compose_sealer(foundation: Foundation) -> Sealer:
    """Return the sealer, its keys as they are now."""
    database = foundation.database
    return Sealer(database.sealed_log, database.checkpoints, await compose_audit_seal(foundation), SEALING_POLICY)


async def compose_verification(foundation: Foundation) -> Verification:
    """Return a verification as of now."""
    database, now = foundation.database, foundation.clock.now()
    return Verification(
        database.sealed_log, database.checkpoints, await compose_audit_seal(foundation), SEALING_POLICY, now
    )


async def sealing_time(foundation: Foundation) -> datetime:
    """Return the earlier of two clocks: one that is ahead would seal minutes whose events are still to come."""
    return min(foundation.clock.now(), await foundation.database.operations.now())


async def compose_audit_seal(foundation: Foundation) -> ProviderSeal:
    """Return the seal, its keys as they are now."""
    current = await foundation.keys.current(foundation.clock.now())
    return ProviderSeal(Signer(current), await foundation.keys.lasting_verifier(), foundation.settings.issuer)
