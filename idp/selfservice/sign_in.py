"""Password sign-in: the same work and the same words whether or not the person exists."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idp.accounts.model import (
    AccountStatus,
    CountPasswordTry,
    DelayPasswordTries,
    ForgetPasswordTries,
    SignInRecord,
)
from idp.accounts.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.authentication.levels import PASSWORD
from idp.authentication.methods.password.ports import PasswordHasher
from idp.authentication.throttling import FAILURE_LIMIT, NETWORK_SIGN_INS, NETWORK_WINDOW, delay_after
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import new_id
from idp.kernel.secrets import HashKey, Secret
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.errors import InvalidPersonalNumberError
from idp.proofing.personal_numbers import PersonalNumber
from idp.selfservice.browser_sessions import BrowserSessions
from idp.sessions.model import SessionView

_NOBODY = "0" * 26


class SignInRefusal(StrEnum):
    """Why a sign-in failed, as far as the person is told."""

    WRONG = "wrong_credentials"
    NETWORK_BUSY = "too_many_tries"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Signs people in by personal number and password."""

    accounts: AccountReader
    hasher: PasswordHasher
    ledger: Ledger
    store: ShortLivedStore
    sessions: BrowserSessions
    number_index: HashKey
    clock: Clock

    async def attempt(
        self, identifier: str, password: str, before: SessionView | None, origin: Origin
    ) -> Secret | SignInRefusal:
        """Return the new session's cookie, or why not.

        An account that is delayed after wrong guesses looks like a wrong password: the delay reveals nobody (BF-5).
        """
        return await self._judge(await self._find(identifier), password, before, origin)

    async def confirm(self, before: SessionView, password: str, origin: Origin) -> Secret | SignInRefusal:
        """Do the same for the person who is signed in already and only shows the password again."""
        record = await self.accounts.by_id(before.account.person_id, before.account.id)
        return await self._judge(record, password, before, origin)

    async def _judge(
        self, record: SignInRecord | None, password: str, before: SessionView | None, origin: Origin
    ) -> Secret | SignInRefusal:
        if await self.store.count(f"sign-ins:{origin.address}", NETWORK_WINDOW) > NETWORK_SIGN_INS:
            return SignInRefusal.NETWORK_BUSY
        now = self.clock.now()
        may_try = await self._count_try(record, now)
        # The password is hashed in every case, so that time tells nothing either (EN-1).
        known_hash = record.password.hash if record and may_try else None
        right = await self.hasher.verify(known_hash, password)
        if record is None or not right or record.account.status is not AccountStatus.OPEN:
            await self._refuse(record, origin, now, counted=may_try)
            return SignInRefusal.WRONG
        return await self._accept(record, before, origin)

    async def _find(self, identifier: str) -> SignInRecord | None:
        try:
            number = PersonalNumber.parse(identifier[:64])
        except InvalidPersonalNumberError:
            return None
        return await self.accounts.for_sign_in(self.number_index.digest(number.digits))

    async def _count_try(self, record: SignInRecord | None, now: datetime) -> bool:
        """Count the try before looking at the password; an unknown person costs the same write."""
        account = record.account if record else None
        return await self.ledger.commit(
            CountPasswordTry(
                account_id=account.id if account else _NOBODY,
                person_id=account.person_id if account else _NOBODY,
                now=now,
                limit=FAILURE_LIMIT,
            )
        )

    async def _refuse(self, record: SignInRecord | None, origin: Origin, now: datetime, *, counted: bool) -> None:
        event = _event(EventName.PASSWORD_REFUSED, record, origin, now)
        # Read again: of tries made at once each saw the counter of before. An unknown person costs the same read.
        person_id, account_id = (record.account.person_id, record.account.id) if record else (_NOBODY, _NOBODY)
        latest = await self.accounts.by_id(person_id, account_id)
        wait = delay_after(latest.password.failures) if latest and counted else None
        if record is not None and wait:
            await self.ledger.commit(DelayPasswordTries(record.account.id, record.account.person_id, now + wait), event)
        else:
            self.ledger.note(event)

    async def _accept(self, record: SignInRecord, before: SessionView | None, origin: Origin) -> Secret:
        now = self.clock.now()
        account = record.account
        return await self.sessions.authenticated(
            account,
            frozenset({PASSWORD}),
            before,
            origin,
            now,
            (
                ForgetPasswordTries(account.id, account.person_id),
                _event(EventName.PASSWORD_ACCEPTED, record, origin, now),
            ),
        )


def _event(name: EventName, record: SignInRecord | None, origin: Origin, now: datetime) -> RecordEvent:
    person_id = record.account.person_id if record else None
    return RecordEvent(id=new_id(), name=name, at=now, origin=origin, person_id=person_id)
