"""Joining two accounts of one human: asked for by who has shown both, waited for, told on every contact, then done."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import orjson
from msgspec import Struct

from idp.account.merging.joining_model import (
    AskToJoin,
    EndJoining,
    FinishJoining,
    Joining,
    JoiningEnd,
    JoiningReader,
)
from idp.account.merging.other_accounts import ShownAccount
from idp.account.merging.service import AccountName, Merging, one_human
from idp.account.merging.unmerging import MergeMissedError, MergeRefusedError
from idp.account.model import PROFILE_PLACE, AccountKind, ProofState, SignInRecord
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.change_model import CHANGE_WAIT, BeginChange
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, JoiningId, PersonId, new_id
from idp.kernel.secrets import Sealer
from idp.sessions.model import SessionView
from idp.sign_in.recent import is_recent_and_strong

OWNER = "owner"
# Tried again each round, should one of them change in that very moment; after this it ends.
_GIVE_UP_AFTER = timedelta(days=7)


class JoinRefusal(StrEnum):
    """Why two accounts are not joined."""

    # Only a proved account takes another up: anybody may have opened one that a match stands behind.
    NOT_PROVED = "joining_not_proved"
    DIFFERENT = "joining_different"
    # One of them changed meanwhile, waits to be recovered, or is being joined already.
    CHANGED = "joining_changed"


class JoiningRequests(Struct, frozen=True):
    """What the pages of an account call."""

    accounts: AccountReader
    reader: JoiningReader
    ledger: Ledger
    notices: Notices
    sealer: Sealer
    clock: Clock
    wait: timedelta = CHANGE_WAIT

    async def waiting(self, view: SessionView) -> Joining | None:
        """Return the joining that the account of a session is part of, on either side."""
        return await self.reader.open_of(view.account.id)

    def refusal(self, view: SessionView, other: SignInRecord) -> JoinRefusal | None:
        """Say why an account cannot go up in the one that is signed in; None if it can."""
        account = view.account
        if account.proof_at(self.clock.now()) is not ProofState.PROVED:
            return JoinRefusal.NOT_PROVED
        mine = self.profile(account.person_id, view.profile_sealed)
        theirs = self.profile(other.account.person_id, other.profile_sealed)
        if {account.kind, other.account.kind} != {AccountKind.CITIZEN} or not one_human(mine, theirs):
            return JoinRefusal.DIFFERENT
        return None

    def profile(self, person_id: PersonId, sealed: bytes) -> Mapping[str, object]:
        """Return the claims of an account's person."""
        claims: dict[str, object] = orjson.loads(self.sealer.open(sealed, PROFILE_PLACE.of(person_id)))
        return claims

    async def ask(self, view: SessionView, shown: ShownAccount, origin: Origin) -> Joining | JoinRefusal:
        """Begin to join the other account, shown with all its factors, into this one after the wait."""
        now, account, other = self.clock.now(), view.account, shown.record.account
        refused = self.refusal(view, shown.record)
        if refused is not None:
            return refused
        if view.session.shared_computer or not is_recent_and_strong(view, now):
            return JoinRefusal.CHANGED
        joining = Joining(
            id=JoiningId(new_id()),
            person_id=account.person_id,
            account_id=account.id,
            other_person_id=other.person_id,
            other_account_id=other.id,
            other_epoch=shown.epoch,
            asked_at=now,
            due_at=now + self.wait,
        )
        done = await self.ledger.commit(
            BeginChange(person_id=account.person_id, account_id=account.id, now=now),
            AskToJoin(joining=joining),
            *_events(EventName.JOINING_ASKED, joining, origin, now),
            *_reported(
                self.notices, (Reachable.of(view), Reachable.of(shown.record)), NoticeKind.ACCOUNTS_JOINING, now
            ),
        )
        return joining if done else JoinRefusal.CHANGED

    async def withdraw(self, view: SessionView, origin: Origin) -> bool:
        """End the wait, in a session of either account; False if nothing waits."""
        joining, now = await self.waiting(view), self.clock.now()
        if joining is None:
            return False
        both = await reachable(self.accounts, joining)
        return await self.ledger.commit(*ended(self.notices, joining, both, JoiningEnd.WITHDRAWN, origin, now))


class JoiningJobs(Struct, frozen=True):
    """Joins what has waited. Any number of processes may do this: each joining is claimed by one."""

    accounts: AccountReader
    reader: JoiningReader
    ledger: Ledger
    notices: Notices
    # Read when there is something to do: what a sector knows follows from all clients.
    merging: Callable[[], Awaitable[Merging]]
    clock: Clock

    async def run(self, limit: int) -> int:
        """Join, or end, up to `limit` that are due and return how many."""
        now, done = self.clock.now(), 0
        for due in await self.reader.due(now, limit):
            if due.stands:
                done += await self._join(due.joining, now)
            else:
                done += await self._end(due.joining, JoiningEnd.CHANGED, now)
        return done

    async def _join(self, joining: Joining, now: datetime) -> bool:
        both = await reachable(self.accounts, joining)
        origin = Origin(new_id())
        try:
            await (await self.merging()).merge(
                AccountName(joining.person_id, joining.account_id),
                AccountName(joining.other_person_id, joining.other_account_id),
                OWNER,
                now,
                *_events(EventName.ACCOUNT_MERGED, joining, origin, now),
                *_reported(self.notices, both, NoticeKind.ACCOUNTS_MERGED, now),
                claims=(FinishJoining(person_id=joining.person_id, joining_id=joining.id, at=now),),
            )
        except MergeMissedError:
            over = now - joining.due_at > _GIVE_UP_AFTER
            return await self._end(joining, JoiningEnd.CHANGED, now) if over else False
        except MergeRefusedError:
            return await self._end(joining, JoiningEnd.REFUSED, now)
        return True

    async def _end(self, joining: Joining, result: JoiningEnd, now: datetime) -> bool:
        both = await reachable(self.accounts, joining)
        return await self.ledger.commit(*ended(self.notices, joining, both, result, Origin(new_id()), now))


async def reachable(accounts: AccountReader, joining: Joining) -> list[Reachable]:
    """Return where the owners of both accounts are told, as far as the accounts are there."""
    names = ((joining.person_id, joining.account_id), (joining.other_person_id, joining.other_account_id))
    found = [await accounts.by_id(*name) for name in names]
    return [Reachable.of(record) for record in found if record is not None]


def ended(
    notices: Notices, joining: Joining, both: Iterable[Reachable], result: JoiningEnd, origin: Origin, now: datetime
) -> tuple[Effect, ...]:
    """Return what ends a joining that comes to nothing, and tells both accounts."""
    return (
        EndJoining(person_id=joining.person_id, joining_id=joining.id, at=now, result=result),
        *_events(EventName.JOINING_ENDED, joining, origin, now, result),
        *_reported(notices, both, NoticeKind.JOINING_ENDED, now),
    )


def _reported(notices: Notices, both: Iterable[Reachable], kind: NoticeKind, now: datetime) -> tuple[Effect, ...]:
    return tuple(effect for to in both for effect in notices.tell(to, kind, now))


def _events(
    name: EventName, joining: Joining, origin: Origin, now: datetime, reason: str = OWNER
) -> tuple[RecordEvent, ...]:
    return tuple(
        RecordEvent(
            id=EventId(new_id()),
            name=name,
            at=now,
            origin=origin,
            person_id=person_id,
            reason=reason,
            details={"merged_account_id": joining.other_account_id},
        )
        for person_id in (joining.person_id, joining.other_person_id)
    )
