""" "This was not me": locks an account at once, by the code of a notice or from a session, and leads into recovery."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.merging.unmerging import Undoing, Unmerging
from idp.account.model import AccountStatus, SetAccountStatus, SignInRecord
from idp.account.notices.model import NoticeKind, UseNotMeCode
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin
from idp.factors.change_model import (
    CHANGE_WAIT,
    ChangeReader,
    RaiseEpoch,
    RestoreEnded,
    SuspendGiven,
    UndoChanges,
)
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, NoticeId, PersonId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.recovery.contacts_before import contacts_before, restored_claims
from idp.recovery.events import recovery_event
from idp.recovery.model import NOT_ME, CancelRecoveries, EndTrust, HoldRecoveries
from idp.recovery.ports import NoticeReader, RecoveryReader
from idp.recovery.references import canonical_code
from idp.sessions.model import SessionView
from idp.sessions.policy import TELL_FOR
from idp.settings.limits import STANDARD, Limit, LimitReader
from idp.sign_in.levels import is_strong
from idp.sign_in.networks import network_admits
from idp.sign_in.recent import is_recent_and_strong, strong_since
from records.structs import replace

# Codes of 49 bits are not guessed; this keeps a flood of tries off the store.


class NotMe(Struct, frozen=True):
    """Locks accounts for their owners."""

    accounts: AccountReader
    reader: NoticeReader
    recoveries: RecoveryReader
    notices: Notices
    ledger: Ledger
    store: ShortLivedStore
    not_me_hash: HashKey
    clock: Clock
    changes: ChangeReader
    sealer: Sealer
    merges: Unmerging
    limits: LimitReader = STANDARD
    wait: timedelta = CHANGE_WAIT

    async def too_many(self, origin: Origin) -> bool:
        """Count a try of a network and say whether it has made too many."""
        most = self.limits.limit(Limit.NETWORK_ALARMS)
        return not await network_admits(self.store, "not-me", origin.address, most)

    async def report(self, entered: str, origin: Origin) -> bool:
        """Use a notice's code; False if it is wrong, was used or has expired, which all look the same."""
        code_hash, now = self.not_me_hash.digest(canonical_code(entered)), self.clock.now()
        not_me_code = await self.reader.not_me_code(code_hash, now)
        if not_me_code is None:
            return False
        return await self._lock(
            not_me_code.person_id,
            not_me_code.account_id,
            origin,
            _Objection(now, min(not_me_code.at, now - self.wait)),
            (UseNotMeCode(code_hash=code_hash, now=now),),
        )

    async def report_from(self, view: SessionView, origin: Origin) -> bool:
        """Report something that a signed-in person does not recognise on their own pages.

        Who knows the password alone locks the account and no more: what its owner has begun goes on.
        """
        now = self.clock.now()
        shown_at = strong_since(view.session.shown) if is_recent_and_strong(view, now) else None
        undone_since = now - self.wait if is_strong(view.session.amr) else None
        objection = _Objection(now, undone_since, shown_at, by_code=False)
        return await self._lock(view.account.person_id, view.account.id, origin, objection, ())

    async def cancel_recovery(self, view: SessionView, origin: Origin) -> bool:
        """End the recovery that somebody waits for, without locking; False if there was none, or it began later.

        Both factors were shown since it began: a session that was open before says nothing of who sits there now.
        """
        account, now = view.account, self.clock.now()
        shown_at = strong_since(view.session.shown) if is_recent_and_strong(view, now) else None
        waits = await self.recoveries.open_of(account.person_id, account.id, now)
        if waits is None or shown_at is None or waits.started_at > shown_at:
            return False
        owner = Reachable.of(view)
        return await self.ledger.commit(
            HoldRecoveries(person_id=account.person_id, account_id=account.id),
            CancelRecoveries(person_id=account.person_id, account_id=account.id, at=now, begun_until=shown_at),
            recovery_event(EventName.RECOVERY_CANCELLED, account.person_id, origin, now, "owner"),
            *self.notices.tell(owner, NoticeKind.RECOVERY_CANCELLED, now),
        )

    async def _lock(
        self,
        person_id: PersonId,
        account_id: AccountId,
        origin: Origin,
        objection: "_Objection",
        used: tuple[Effect, ...],
    ) -> bool:
        record = await self.accounts.by_id(person_id, account_id)
        if record is None:
            return False
        account, now = record.account, objection.at
        # Closed for good it stays closed: nothing of it can be used, and its owner registers anew.
        status = AccountStatus.CLOSED if record.gone else AccountStatus.LOCKED
        undone = await self._undone(record, objection) if objection.since is not None else _Undone((), (), record)
        parted = await self._parted(record, objection, origin)
        before = account.status
        if parted is not None and parted.merge.merged_account_id == account_id:
            # It is what it was before, and is locked as that.
            before, status = parted.status, AccountStatus.LOCKED
        return await self.ledger.commit(
            *used,
            HoldRecoveries(person_id=person_id, account_id=account_id),
            *(parted.effects if parted else ()),
            *undone.mandates,
            SetAccountStatus(
                account_id=account_id,
                person_id=person_id,
                before=before,
                status=status,
                at=now,
                reason=NOT_ME,
                gives_up_at=now + TELL_FOR,
            ),
            EndTrust(person_id=person_id, account_id=account_id, at=now, reason=NOT_ME),
            *objection.cancelled(person_id, account_id),
            *undone.changes,
            RaiseEpoch(person_id=person_id, account_id=account_id),
            recovery_event(EventName.ACCOUNT_REPORTED, person_id, origin, now, NOT_ME),
            # To the contacts that came back: the ones since then are in somebody else's hands.
            *self.notices.tell(_reach(undone.record), NoticeKind.ACCOUNT_LOCKED, now),
        )

    async def _parted(self, record: SignInRecord, objection: "_Objection", origin: Origin) -> Undoing | None:
        """Return what makes two accounts again of one that became so since the event, the other's owner told too."""
        account, now = record.account, objection.at
        if objection.since is None:
            return None
        undoing = await self.merges.since(account.person_id, account.id, objection.since, now)
        if undoing is None:
            return None
        merge = undoing.merge
        others = (merge.person_id, undoing.stayed_id)
        if others == (account.person_id, account.id):
            others = (merge.merged_person_id, merge.merged_account_id)
        other = await self.accounts.by_id(*others)
        reported = self.notices.tell(_reach(other), NoticeKind.MERGE_UNDONE, now) if other else ()
        parted = recovery_event(EventName.MERGE_UNDONE, account.person_id, origin, now, NOT_ME)
        return replace(undoing, effects=(*undoing.effects, parted, *reported))

    async def _undone(self, record: SignInRecord, objection: "_Objection") -> "_Undone":
        """Return what takes everything since the event back, and the account with the contacts of before it."""
        account, since, now = record.account, objection.since or objection.at, objection.at
        whose = (account.person_id, account.id)
        before = contacts_before(record, await self.changes.of_account(*whose), since, self.sealer, now)
        return _Undone(
            (
                RestoreEnded(person_id=account.person_id, since=since, at=now),
                SuspendGiven(person_id=account.person_id, since=since, at=now, gives_up_at=now + TELL_FOR),
            ),
            (
                UndoChanges(person_id=account.person_id, account_id=account.id, since=since, at=now, alarms=True),
                *restored_claims(record, before),
            ),
            before,
        )


class _Objection(Struct, frozen=True):
    """When somebody said "not me", since when everything is taken back, and which waits end with it.

    A notice's code went to a contact that counts, and ends every wait; a session only those before its factors.
    """

    at: datetime
    since: datetime | None
    shown_at: datetime | None = None
    by_code: bool = True

    def cancelled(self, person_id: PersonId, account_id: AccountId) -> tuple[Effect, ...]:
        """Return what ends recoveries."""
        if not self.by_code and self.shown_at is None:
            return ()
        return (
            CancelRecoveries(
                person_id=person_id,
                account_id=account_id,
                at=self.at,
                notice_id=NoticeId(new_id()),
                begun_until=self.shown_at,
            ),
        )


class _Undone(Struct, frozen=True):
    """The effects that take things back, in the order of locks, and the account as it is then."""

    mandates: tuple[Effect, ...]
    changes: tuple[Effect, ...]
    record: SignInRecord


def _reach(record: SignInRecord) -> Reachable:
    return Reachable.of(record)
