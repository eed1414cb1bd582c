"""Use cases: what an administrator does to the account of a person whom a lookup of theirs shows."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from idp.account.model import AccountStatus, ForgetPasswordTries, SetAccountStatus
from idp.account.notices.model import NoticeKind
from idp.account.people import PersonRecord
from idp.admin.actor import Actor
from idp.admin.errors import ConflictError, NotFoundError, TooManyError
from idp.admin.people.commands import Act, ActReason, read_new_phone, read_reason
from idp.admin.people.ports import Lookup, PersonTeller, RecoveryDesk
from idp.admin.people.rules import LOCKED, SIGNED_OUT, UNLOCKED, changes_something, number_in
from idp.admin.people.service import LOOKUPS_WINDOW, People
from idp.admin.permissions import Permission
from idp.audit.model import EventName, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import NoticeId, new_id
from idp.kernel.secrets import Sealer
from idp.officers.roles import HoldRoles
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.recovery.model import CancelRecoveries, EndTrust, HoldRecoveries
from idp.sessions.policy import TELL_FOR

_EVENTS = {
    Act.LOCK: EventName.PERSON_LOCKED,
    Act.UNLOCK: EventName.PERSON_UNLOCKED,
    Act.SIGN_OUT: EventName.PERSON_SIGNED_OUT,
    Act.RECOVER: EventName.PERSON_RECOVERY_BEGUN,
}
_NOTICES = {
    Act.LOCK: NoticeKind.LOCKED_BY_SUPPORT,
    Act.UNLOCK: NoticeKind.UNLOCKED_BY_SUPPORT,
    Act.SIGN_OUT: NoticeKind.SIGNED_OUT_BY_SUPPORT,
}


class PeopleActs(Struct, frozen=True):
    """Acts on accounts. Each takes a lookup that shows one person, and a reason of the closed list."""

    people: People
    teller: PersonTeller
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def act(self, actor: Actor, lookup_name: str, act: Act, reason: str) -> bool:
        """Lock, unlock or sign out everywhere; False where that changes nothing any more, as a second press.

        Raises `ConflictError` where the account's state forbids it, or changed in the same moment.
        """
        lookup, record, why = await self._begin(actor, lookup_name, act, reason)
        now = self.clock.now()
        if not changes_something(act, record):
            return False
        if await self.ledger.commit(*self._effects(actor, act, record, lookup, why, now)):
            return True
        _, again, _ = await self._begin(actor, lookup_name, act, reason)
        if changes_something(act, again):
            raise ConflictError("the account changed in the same moment, or a role was taken back")
        return False

    async def begin_recovery(self, actor: Actor, lookup_name: str, reason: str, phone: str, desk: RecoveryDesk) -> str:
        """Begin an assisted recovery and return its draft: the steps of a desk follow, with all their waits.

        The number comes from the account, unseen. Raises `TooManyError` where the officer has begun enough today.
        """
        lookup, record, why = await self._begin(actor, lookup_name, Act.RECOVER, reason)
        shown_phone = read_new_phone(phone)
        changes_something(Act.RECOVER, record)
        digits = number_in(record, self.sealer)
        if not digits:
            raise ConflictError("the account has no number that opens")
        draft = await desk.begin(PersonalNumber(digits), shown_phone)
        if draft is None:
            raise TooManyError(LOOKUPS_WINDOW)
        now = self.clock.now()
        if not await self.ledger.commit(_hold(actor, now), _event(actor, Act.RECOVER, record, lookup, why, now)):
            raise ConflictError("a role was taken back")
        return draft

    async def demand_recovery(self, actor: Actor, lookup_name: str) -> None:
        """Return if the actor may go on helping the one whom a lookup shows: each step of a program asks again.

        Raises `NotFoundError` when the lookup is over, `ConflictError` where the account was locked meanwhile.
        """
        _, record = await self._one(actor, lookup_name)
        changes_something(Act.RECOVER, record)

    async def _begin(
        self, actor: Actor, lookup_name: str, act: Act, reason: str
    ) -> tuple[Lookup, PersonRecord, ActReason]:
        """Return the one account that a lookup shows, if the actor may act on it, and why they do."""
        lookup, record = await self._one(actor, lookup_name)
        return lookup, record, read_reason(act, reason)

    async def _one(self, actor: Actor, lookup_name: str) -> tuple[Lookup, PersonRecord]:
        actor.demand(Permission.PEOPLE_CHANGE, ())
        lookup, records = await self.people.of_lookup(actor, lookup_name)
        if len(records) != 1 or records[0].account.person_id == actor.person_id:
            raise NotFoundError("the look shows nobody to act on, or several: choose one first")
        return lookup, records[0]

    def _effects(
        self, actor: Actor, act: Act, record: PersonRecord, lookup: Lookup, why: ActReason, now: datetime
    ) -> Sequence[Effect]:
        account = record.account
        done: tuple[Effect, ...]
        match act:
            case Act.LOCK:
                # A recovery that has read of the owner's own lock would open the account after this one.
                done = (
                    HoldRecoveries(person_id=account.person_id, account_id=account.id),
                    _set(record, AccountStatus.LOCKED, LOCKED, now),
                    EndTrust(person_id=account.person_id, account_id=account.id, at=now, reason=LOCKED),
                    CancelRecoveries(
                        person_id=account.person_id, account_id=account.id, at=now, notice_id=NoticeId(new_id())
                    ),
                )
            case Act.UNLOCK:
                opened = (_set(record, AccountStatus.OPEN, UNLOCKED, now),) if _is_locked(record) else ()
                done = (*opened, ForgetPasswordTries(account_id=account.id, person_id=account.person_id))
            case _:
                done = (
                    _set(record, account.status, SIGNED_OUT, now),
                    EndTrust(person_id=account.person_id, account_id=account.id, at=now, reason=SIGNED_OUT),
                )
        notice = self.teller.tell(record, _NOTICES[act], now, {"agency": actor.agency})
        return (_hold(actor, now), *done, _event(actor, act, record, lookup, why, now), *notice)


def _is_locked(record: PersonRecord) -> bool:
    return record.account.status is AccountStatus.LOCKED


def _set(record: PersonRecord, status: AccountStatus, reason: str, now: datetime) -> SetAccountStatus:
    account = record.account
    return SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=account.status,
        status=status,
        at=now,
        reason=reason,
        gives_up_at=now + TELL_FOR,
    )


def _event(actor: Actor, act: Act, record: PersonRecord, lookup: Lookup, why: ActReason, now: datetime) -> RecordEvent:
    return actor.event(
        _EVENTS[act],
        now,
        reason=why.value,
        person_id=record.account.person_id,
        details={"case": lookup.case, "account_id": record.account.id},
    )


def _hold(actor: Actor, now: datetime) -> HoldRoles:
    return HoldRoles(
        person_id=actor.person_id,
        account_id=actor.account_id,
        grant_ids=tuple(grant.id for grant in actor.grants),
        now=now,
    )
