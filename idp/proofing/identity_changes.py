"""What the register's feed reports, applied once: numbers replaced, names changed, people who died."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from msgspec import Struct

from idp.account.model import (
    NUMBER_PLACE,
    PROFILE_PLACE,
    AccountStatus,
    ProofState,
    SealedValue,
    SetAccountStatus,
    SignInRecord,
)
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.own_choices import ReplaceProfile
from idp.account.portal_news import PortalNews
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin
from idp.delegation.changes_without_account import ChangesWithoutAccount, change_event, marked_dead
from idp.delegation.effects import HoldSide
from idp.delegation.mandates.ends import MandateEnds
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.ids import PersonId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.proof import ReplaceNumber, RevokeGrantsOfAccount, SetProof
from idp.proofing.proof_ports import Identities
from idp.proofing.registered_claims import with_new_name, with_new_number
from idp.proofing.registers.feed import ChangeKind, RegisterChange
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.protocol.tokens.security_events import ACCOUNT_DISABLED, IDENTIFIER_CHANGED, IDENTITY_CHANGED
from idp.sessions.policy import TELL_FOR

CHANGE = "register_change"
DIED = "died"
# A feed that is read again from its beginning, after a restored backup, must change nothing that was changed.
_REMEMBERED = timedelta(days=5 * 365)
# Whoever loses a race decides anew on what the winner left.
_ROUNDS = 4


class IdentityChanges(Struct, frozen=True):
    """Applies changes of the population register to persons, with or without an account."""

    accounts: AccountReader
    identities: Identities
    ledger: Ledger
    notices: Notices
    news: PortalNews
    mandates: MandateEnds
    sealer: Sealer
    number_index: HashKey
    change_hash: HashKey
    clock: Clock

    async def apply(self, change: RegisterChange) -> bool:
        """Apply one change; False if it was applied before, or is about nobody who is known here."""
        once = self.change_hash.digest(change.id)
        for _ in range(_ROUNDS):
            if await self.identities.applied(CHANGE, once):
                return False
            now = self.clock.now()
            effects = await self._effects(change, now)
            if not effects:
                return False
            if await self.ledger.commit(
                ClaimOnce(purpose=CHANGE, value_hash=once, expires_at=now + _REMEMBERED), *effects
            ):
                return True
        raise TemporarilyUnavailableError(f"a change of kind {change.kind} lost every race")

    async def _effects(self, change: RegisterChange, now: datetime) -> Sequence[Effect]:
        record = await self.accounts.for_sign_in(self.number_index.digest(change.number.digits))
        if record is None:
            if change.kind is ChangeKind.DIED:
                await self.ledger.commit(marked_dead(self.number_index, change.number, now))
            absent = ChangesWithoutAccount(self.identities, self.mandates, self.sealer, self.number_index)
            return await absent.of(change, DIED, now)
        if record.account.status is AccountStatus.CLOSED:
            return ()
        return await self._consequences(change, record, now)

    async def _consequences(self, change: RegisterChange, record: SignInRecord, now: datetime) -> tuple[Effect, ...]:
        match change.kind:
            case ChangeKind.NUMBER_REPLACED:
                return await self._replaced(change, record, now)
            case ChangeKind.NAME_CHANGED:
                return await self._renamed(change, record, now)
            case ChangeKind.DIED:
                return await self._died(change, record, now)

    async def _replaced(self, change: RegisterChange, record: SignInRecord, now: datetime) -> tuple[Effect, ...]:
        new, account = change.new_number, record.account
        if new is None or await self._leads_elsewhere(new, account.person_id):
            return self._disputed(change, record, now)
        profile = with_new_number(self._profile(record), new.digits, now)
        new_value = SealedValue(
            self.number_index.digest(new.digits),
            self.sealer.seal(new.digits.encode(), NUMBER_PLACE.of(account.person_id)),
        )
        old_index = self.number_index.digest(change.number.digits)
        return (
            ReplaceNumber(
                person_id=account.person_id, account_id=account.id, old_index=old_index, new=new_value, at=now
            ),
            self._replace(record, profile),
            change_event(EventName.NUMBER_REPLACED, change, account.person_id, now),
            *self.notices.tell(Reachable.of(record), NoticeKind.IDENTITY_CHANGED, now),
            *await self.news.tell(account.person_id, IDENTIFIER_CHANGED, now),
        )

    def _disputed(self, change: RegisterChange, record: SignInRecord, now: datetime) -> tuple[Effect, ...]:
        """Return what follows when the number is gone and none can take its place.

        It was cancelled only, or its successor leads to another account: then two accounts are one person's, which
        an operator must settle. The level falls; nobody is locked out, and nothing is merged by a machine.
        """
        account = record.account
        return (
            SetProof(person_id=account.person_id, account_id=account.id, proof=ProofState.NOT_PROVED, proved_at=None),
            change_event(EventName.NUMBER_DISPUTED, change, account.person_id, now),
            *self.notices.tell(Reachable.of(record), NoticeKind.IDENTITY_REFUSED, now),
        )

    async def _leads_elsewhere(self, number: PersonalNumber, person_id: PersonId) -> bool:
        return await self.identities.held_by_another(self.number_index.digest(number.digits), person_id)

    async def _renamed(self, change: RegisterChange, record: SignInRecord, now: datetime) -> tuple[Effect, ...]:
        account = record.account
        if not change.new_name:
            return (change_event(EventName.CHANGE_NOT_APPLIED, change, account.person_id, now),)
        return (
            self._replace(record, with_new_name(self._profile(record), change.new_name, now)),
            change_event(EventName.NAME_CHANGED, change, account.person_id, now),
            *self.notices.tell(Reachable.of(record), NoticeKind.IDENTITY_CHANGED, now),
            *await self.news.tell(account.person_id, IDENTITY_CHANGED, now),
        )

    async def _died(self, change: RegisterChange, record: SignInRecord, now: datetime) -> tuple[Effect, ...]:
        account = record.account
        return (
            # Mandates before sessions: the order of locks (docs/architecture.md).
            HoldSide(person_id=account.person_id, account_id=account.id),
            *await self.mandates.leaving(account.person_id, DIED, now, Origin(new_id())),
            SetAccountStatus(
                account_id=account.id,
                person_id=account.person_id,
                before=account.status,
                status=AccountStatus.CLOSED,
                at=now,
                reason=DIED,
                gives_up_at=now + TELL_FOR,
            ),
            RevokeGrantsOfAccount(person_id=account.person_id, account_id=account.id, at=now, reason=DIED),
            change_event(EventName.PERSON_DIED, change, account.person_id, now),
            *self.notices.tell(Reachable.of(record), NoticeKind.ACCOUNT_CLOSED, now),
            *await self.news.tell(account.person_id, ACCOUNT_DISABLED, now),
        )

    def _profile(self, record: SignInRecord) -> dict[str, object]:
        profile: dict[str, object] = orjson.loads(
            self.sealer.open(record.profile_sealed, PROFILE_PLACE.of(record.account.person_id))
        )
        return profile

    def _replace(self, record: SignInRecord, profile: dict[str, object]) -> ReplaceProfile:
        sealed = self.sealer.seal(orjson.dumps(profile), PROFILE_PLACE.of(record.account.person_id))
        return ReplaceProfile(
            person_id=record.account.person_id, profile_before=record.profile_sealed, profile_sealed=sealed
        )
