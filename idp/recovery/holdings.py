"""What an account still holds when its owner comes back: shown, and kept only where the owner says so."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.delegation.mandates.names import open_actor
from idp.delegation.model import MandateKind
from idp.delegation.ports import MandateReader
from idp.factors.change_model import DropFactor, EndGiven, ResumeGiven, SetAside, still_waits
from idp.factors.model import FactorReader
from idp.factors.passkey.credentials import LABEL_PLACE, PasskeyReader
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, MandateId, PersonId
from idp.kernel.secrets import Sealer
from idp.sessions.policy import TELL_FOR
from records.structs import Unprinted

REASON = "not_kept_at_recovery"


class HoldingKind(StrEnum):
    """What it is; each has its text `recover_password.holds_<kind>`."""

    PASSKEY = "passkey"
    TOTP = "totp"
    RECOVERY_CODES = "recovery_codes"
    HELPER = "helper"
    DELEGATE = "delegate"


_MANDATES: Mapping[MandateKind, HoldingKind] = {
    MandateKind.HELPER: HoldingKind.HELPER,
    MandateKind.DELEGATE: HoldingKind.DELEGATE,
}


class Holding(Unprinted, Struct, frozen=True):
    """One thing by a name of its own within the account, and what its owner calls it."""

    kind: HoldingKind
    id: str
    label: str = ""
    credential_id: bytes | None = None
    suspended: bool = False
    # Of a mandate: for whom it acts.
    principal_id: str = ""

    @property
    def reference(self) -> str:
        """Return the name of its checkbox."""
        return f"keep.{self.kind}.{self.id}" if self.id else f"keep.{self.kind}"


class RecoveryHoldings(Struct, frozen=True):
    """Reads what is held, and writes what is not kept."""

    passkeys: PasskeyReader
    factors: FactorReader
    mandates: MandateReader
    sealer: Sealer

    async def of(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[Holding]:
        """Return the factors that count, the helpers and the delegates of organisations.

        What waits to count goes with the recovery anyway.
        """
        enrolled = await self.factors.of_account(person_id, account_id)
        found = [
            Holding(HoldingKind.PASSKEY, key.reference, self._opened(person_id, key.label_sealed), key.credential_id)
            for key in await self.passkeys.of_account(person_id, account_id)
            if not still_waits(key.pending_until, now)
        ]
        if enrolled.totp is not None and not still_waits(enrolled.totp.pending_until, now):
            found.append(Holding(HoldingKind.TOTP, ""))
        if enrolled.recovery_codes and not still_waits(enrolled.recovery_codes_pending_until, now):
            found.append(Holding(HoldingKind.RECOVERY_CODES, ""))
        return [*found, *await self._given(person_id, now)]

    def effects(
        self,
        held: Collection[Holding],
        kept: Collection[str],
        person_id: PersonId,
        account_id: AccountId,
        now: datetime,
    ) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
        """Return what happens to mandates, and to factors: each in its place in the order of locks."""
        mandates: list[Effect] = []
        factors: list[Effect] = []
        for one in held:
            stays = one.reference in kept
            if one.kind in _MANDATES.values():
                if not stays:
                    mandates.append(
                        EndGiven(
                            principal_id=one.principal_id,
                            mandate_id=MandateId(one.id),
                            ended_by=person_id,
                            at=now,
                            reason=REASON,
                            gives_up_at=now + TELL_FOR,
                        )
                    )
                elif one.suspended:
                    mandates.append(ResumeGiven(principal_id=one.principal_id, mandate_id=MandateId(one.id)))
            elif not stays:
                factors.extend(_dropped(one, person_id, account_id, now))
        return tuple(mandates), tuple(factors)

    async def _given(self, person_id: PersonId, now: datetime) -> list[Holding]:
        """Return what the person gave, to helpers of their own and as a representative to delegates."""
        views = await self.mandates.given_by(person_id, now)
        given = [view.mandate for view in views if view.mandate.kind in _MANDATES]
        return [
            Holding(
                _MANDATES[one.kind],
                one.id,
                open_actor(self.sealer, one).name,
                suspended=bool(one.suspended_at),
                principal_id=one.principal_id,
            )
            for one in given
            if one.ended_at is None and one.ends_at > now
        ]

    def _opened(self, person_id: PersonId, sealed: bytes) -> str:
        return self.sealer.open(sealed, LABEL_PLACE.of(person_id)).decode()


def _dropped(one: Holding, person_id: PersonId, account_id: AccountId, now: datetime) -> tuple[Effect, ...]:
    totp, codes = one.kind is HoldingKind.TOTP, one.kind is HoldingKind.RECOVERY_CODES
    key = one.credential_id
    aside = SetAside(
        person_id=person_id,
        account_id=account_id,
        at=now,
        passkeys=key is not None,
        credential_id=key,
        totp=totp,
        recovery_codes=codes,
    )
    return aside, DropFactor(
        person_id=person_id, account_id=account_id, credential_id=key, totp=totp, recovery_codes=codes
    )
