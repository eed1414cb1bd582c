"""A code app or a saved recovery code, shown by a person who cannot sign in."""

from datetime import datetime

from msgspec import Struct

from idp.factors.change_model import still_waits
from idp.factors.model import TOTP_PLACE, FactorReader, UseRecoveryCode, UseTotpStep
from idp.factors.recovery_codes.service import hash_of
from idp.factors.totp.codes import matching_step
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.secrets import HashKey, Sealer, Secret
from idp.recovery.policy import Evidence


class SavedFactors(Struct, frozen=True):
    """Judges codes for recovery. The same reads for an account without the factor, and for nobody's."""

    factors: FactorReader
    code_hash: HashKey
    sealer: Sealer

    async def judge(
        self, evidence: Evidence, person_id: PersonId, account_id: AccountId, entered: str, now: datetime
    ) -> tuple[Effect, ...]:
        """Return the claim that uses a right code once; nothing for a wrong one."""
        match evidence:
            case Evidence.TOTP:
                return await self._totp(person_id, account_id, entered, now)
            case Evidence.RECOVERY_CODE:
                return await self._recovery_code(person_id, account_id, entered, now)
            case _:
                return ()

    async def _totp(
        self, person_id: PersonId, account_id: AccountId, entered: str, now: datetime
    ) -> tuple[Effect, ...]:
        record = (await self.factors.of_account(person_id, account_id)).totp
        if record is None or still_waits(record.pending_until, now):
            return ()
        secret = Secret(self.sealer.open(record.secret_sealed, TOTP_PLACE.of(person_id)).decode())
        step = matching_step(secret, entered, now, record.last_step)
        return (
            () if step is None else (UseTotpStep(person_id=person_id, account_id=account_id, last_step=step, now=now),)
        )

    async def _recovery_code(
        self, person_id: PersonId, account_id: AccountId, entered: str, now: datetime
    ) -> tuple[Effect, ...]:
        code_hash = hash_of(self.code_hash, account_id, entered)
        known = await self.factors.has_recovery_code(person_id, account_id, code_hash)
        enrolled = await self.factors.of_account(person_id, account_id)
        if not known or still_waits(enrolled.recovery_codes_pending_until, now):
            return ()
        return (UseRecoveryCode(person_id=person_id, account_id=account_id, code_hash=code_hash, now=now),)
