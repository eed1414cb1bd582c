"""The end of a recovery: a new password, everything handed out before ended, and every old channel told."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.contact_claims import with_contact
from idp.account.model import AccountStatus, ProofState, SetAccountStatus, SignInRecord
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin
from idp.factors.change_model import CHANGE_WAIT, ChangeReader, SetAside, SuspendGiven, UndoChanges
from idp.factors.password.model import PasswordContext, PasswordProblem
from idp.factors.password.ports import PasswordHasher
from idp.factors.password.service import PasswordRules
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, ContactChangeId, NoticeId, PersonId, RecoveryId, new_id
from idp.kernel.secrets import Sealer
from idp.proofing.evidence import Evidence, EvidenceKind, SetEvidence
from idp.proofing.proof import SetProof
from idp.recovery.contacts_before import contacts_before, restored_claims
from idp.recovery.events import recovery_event
from idp.recovery.holdings import Holding, RecoveryHoldings
from idp.recovery.model import (
    NOT_ME,
    WAITING_METHODS,
    CancelRecoveries,
    EndTrust,
    FinishRecovery,
    HoldRecoveries,
    RecoverPassword,
    RecoverPhone,
    Recovery,
    RecoveryMethod,
    RemoveLostFactors,
    RestPhone,
)
from idp.recovery.policy import RecoveryPolicy
from idp.recovery.ports import RecoveryReader
from idp.sessions.policy import TELL_FOR

REASON = "recovered"


class RecoveryEnd(Struct, frozen=True):
    """Finishes recoveries that the register has proved and whose time has come."""

    accounts: AccountReader
    reader: RecoveryReader
    rules: PasswordRules
    hasher: PasswordHasher
    notices: Notices
    ledger: Ledger
    sealer: Sealer
    policy: RecoveryPolicy
    clock: Clock
    holdings: RecoveryHoldings
    changes: ChangeReader
    wait: timedelta = CHANGE_WAIT

    async def judge_password(self, password: str, personal: tuple[str, ...]) -> PasswordProblem | None:
        """Return why a new password is refused. It must be able to stand alone, whatever protects the account."""
        return await self.rules.judge(password, PasswordContext(personal))

    async def held(self, person_id: PersonId, account_id: AccountId) -> Sequence[Holding]:
        """Return what the account holds besides its password and its contacts, for its owner to keep or let go."""
        return await self.holdings.of(person_id, account_id, self.clock.now())

    async def was_reported(self, person_id: PersonId, account_id: AccountId) -> bool:
        """Say whether "not me" locked the account: then nothing is kept unless its owner says so."""
        return await self.reader.locked_for(person_id, account_id) == NOT_ME

    async def finish(
        self,
        person_id: PersonId,
        recovery_id: RecoveryId,
        password: str,
        origin: Origin,
        kept: Collection[str] | None = None,
    ) -> bool:
        """Set the password; False if the recovery is over (cancelled, used, run out) or its account stays closed.

        One commit, whose first claim is the recovery itself: a cancellation that came before wins. With `kept`, what
        of `held` is not among these references goes.
        """
        password_hash = await self.hasher.hash(password)
        now = self.clock.now()
        recovery = await self.reader.by_id(person_id, recovery_id)
        if recovery is None or not recovery.ready_by(now):
            return False
        record = await self.accounts.by_id(recovery.person_id, recovery.account_id)
        if record is None or not await self._may_reopen(record):
            return False
        mandates, factors = await self._let_go(recovery, kept, now)
        unsettled = recovery.trouble_since - self.wait
        changes = await self.changes.of_account(person_id, recovery.account_id)
        before = contacts_before(record, changes, unsettled, self.sealer, now)
        return await self.ledger.commit(
            HoldRecoveries(person_id=person_id, account_id=recovery.account_id),
            FinishRecovery(person_id=person_id, recovery_id=recovery_id, now=now),
            # Nobody vouches for what waited when it began: it may be why the owner comes.
            SuspendGiven(person_id=person_id, since=unsettled, at=now, gives_up_at=now + TELL_FOR),
            *mandates,
            UndoChanges(person_id=person_id, account_id=recovery.account_id, since=unsettled, at=now),
            *restored_claims(record, before),
            _reopened(record, now),
            RecoverPassword(person_id=person_id, account_id=recovery.account_id, password_hash=password_hash),
            *factors,
            *self._replaced(recovery, before, now),
            *_seen_at_a_desk(recovery),
            EndTrust(person_id=person_id, account_id=recovery.account_id, at=now, reason=REASON),
            CancelRecoveries(person_id=person_id, account_id=recovery.account_id, at=now, notice_id=NoticeId(new_id())),
            recovery_event(EventName.RECOVERY_FINISHED, person_id, origin, now, recovery.way.value),
            # To the contacts of before: the new phone is in the hands of whoever has just done this.
            *self.notices.tell(
                Reachable.of(before),
                NoticeKind.RECOVERY_DONE,
                now,
                {"way": recovery.way.value},
            ),
        )

    async def _let_go(
        self, recovery: Recovery, kept: Collection[str] | None, now: datetime
    ) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
        if kept is None:
            return (), ()
        held = await self.held(recovery.person_id, recovery.account_id)
        return self.holdings.effects(held, kept, recovery.person_id, recovery.account_id, now)

    async def _may_reopen(self, record: SignInRecord) -> bool:
        """Say whether recovery may open the account: a lock that the owner asked for ends, an operator's stays."""
        account = record.account
        if account.status is AccountStatus.LOCKED:
            return await self.reader.locked_for(account.person_id, account.id) == NOT_ME
        # Closed by its owner, or by somebody in their place, a short while ago: who recovers takes that back.
        return not record.gone

    def _replaced(self, recovery: Recovery, record: SignInRecord, now: datetime) -> tuple[Effect, ...]:
        """Return what the waiting time has earned: the phone, and the end of factors that are lost.

        Whoever showed the phone alone has earned the password alone: never more than what it replaces.
        """
        if recovery.way is RecoveryMethod.PHONE or (recovery.way is RecoveryMethod.ASSISTED and recovery.at_once):
            return (
                RestPhone(
                    person_id=recovery.person_id,
                    account_id=recovery.account_id,
                    until=now + self.policy.phone_rests_for,
                ),
            )
        if recovery.way not in WAITING_METHODS or recovery.phone is None:
            return ()
        person_id, account_id = recovery.person_id, recovery.account_id
        sealed = with_contact(
            record.account.person_id, record.profile_sealed, "phone", recovery.phone.sealed, self.sealer, now
        )
        return (
            RecoverPhone(
                person_id=person_id,
                account_id=account_id,
                change_id=ContactChangeId(new_id()),
                phone=recovery.phone,
                profile_sealed=sealed,
                at=now,
            ),
            SetAside(person_id=person_id, account_id=account_id, at=now, passkeys=True, totp=True, recovery_codes=True),
            RemoveLostFactors(person_id=person_id, account_id=account_id),
        )


def _seen_at_a_desk(recovery: Recovery) -> tuple[Effect, ...]:
    """Return the proof that an officer's look at the card is: the register matched its data when this began."""
    if recovery.way is not RecoveryMethod.ASSISTED or recovery.assisted_by is None:
        return ()
    person_id, account_id, at = recovery.person_id, recovery.account_id, recovery.started_at
    shown = Evidence(kind=EvidenceKind.DESK, at=at, source=recovery.assisted_by)
    return (
        SetEvidence(person_id=person_id, account_id=account_id, evidence=shown),
        SetProof(person_id=person_id, account_id=account_id, proof=ProofState.PROVED, proved_at=at),
    )


def _reopened(record: SignInRecord, now: datetime) -> SetAccountStatus:
    """Return the effect that opens the account, if it was locked, and ends its sessions in any case (RC-5)."""
    account = record.account
    return SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=account.status,
        status=AccountStatus.OPEN,
        at=now,
        reason=REASON,
        gives_up_at=now + TELL_FOR,
    )
