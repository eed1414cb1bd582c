"""Password sign-in: the same work and the same words whether or not the person exists."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.account.model import AccountKind, AccountStatus, SignInRecord
from idp.account.notices.service import Reachable
from idp.account.ports import AccountReader
from idp.agencies.model import SignInName
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.model import ForgetTries
from idp.factors.password.effects import KNOWN_DEVICE_TRIES, AcceptPassword
from idp.factors.password.ports import EvenPasswordHasher, Lane
from idp.factors.password.renewals import PasswordRenewals
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import HashKey, Secret
from idp.officers.model import HoldOfficer
from idp.proofing.values.errors import InvalidPersonalNumberError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.sessions.browser_sessions import BrowserSessions, EvidenceUsedError
from idp.sessions.model import SessionView
from idp.sign_in.device_model import Device
from idp.sign_in.devices import KnownDevices
from idp.sign_in.levels import PASSWORD
from idp.sign_in.limits import SignInLimits
from idp.sign_in.second_steps import SecondSteps, needs_second_step
from idp.upstream.arrivals import UpstreamArrival, arrival_effects
from records.structs import replace


class SignInRefusal(StrEnum):
    """Why a sign-in failed, as far as the person is told."""

    WRONG = "wrong_credentials"
    NETWORK_BUSY = "too_many_tries"
    # Told only to who knows the password: the post has not begun, is over, or was withdrawn.
    POST_NOT_HELD = "post_not_held"


class SignInContext(Struct, frozen=True):
    """The browser that somebody signs in with: its session until now, its mark, the secrets of its devices' cookie."""

    before: SessionView | None
    browser: str
    devices: tuple[str, ...]
    origin: Origin
    shared_computer: bool = False
    # A provider's answer that is linked to the account whose password is shown.
    upstream: UpstreamArrival | None = None


class SignedIn(Struct, frozen=True):
    """The new session's cookie, and the secret by which the account knows this browser from now on, if it is new."""

    cookie: Secret
    device_secret: str | None


class SecondStepNeeded(Struct, frozen=True):
    """The password was right and is not enough: the draft's name for /sign-in/second."""

    draft: str


Outcome = SignedIn | SecondStepNeeded | SignInRefusal


class SignIn(Struct, frozen=True):
    """Signs people in by personal number, and officers by their sign-in name, each with a password."""

    accounts: AccountReader
    hasher: EvenPasswordHasher
    renewals: PasswordRenewals
    ledger: Ledger
    sessions: BrowserSessions
    devices: KnownDevices
    limits: SignInLimits
    second_steps: SecondSteps
    number_index: HashKey
    clock: Clock
    # At a counter nobody is signed in by a password alone.
    always_two_steps: bool = False

    async def attempt(self, identifier: str, password: str, context: SignInContext) -> Outcome:
        """Return what a number (or an officer's name) and a password, as typed, lead to.

        An account that is delayed after wrong guesses looks like a wrong password: the delay reveals nobody (BF-5).
        """
        record, next_hash = await self._find(identifier)
        return await self._judge(record, next_hash, password, context)

    async def confirm(self, before: SessionView, password: str, context: SignInContext) -> Outcome:
        """Judge the password of a person who is signed in already and only shows it again."""
        record = await self.accounts.by_id(before.account.person_id, before.account.id)
        return await self._judge(record, None, password, context)

    async def _judge(
        self, record: SignInRecord | None, next_hash: str | None, password: str, context: SignInContext
    ) -> Outcome:
        now, account = self.clock.now(), record.account if record else None
        device = await self.devices.find(account, context.devices, now)
        lane = await self.limits.admits(device, context.origin)
        if lane is None:
            return SignInRefusal.NETWORK_BUSY
        with self.limits.place(lane):
            return await self._try(record, next_hash, password, context, device, lane, now)

    async def _try(
        self,
        record: SignInRecord | None,
        next_hash: str | None,
        password: str,
        context: SignInContext,
        device: Device | None,
        lane: Lane,
        now: datetime,
    ) -> Outcome:
        refused = _event(EventName.PASSWORD_REFUSED, record, context.origin, now)
        may_try = await self.limits.count(record, device, refused, now)
        # The password is hashed in every case, at the cost of the account's own hash or the next one's, so that time
        # tells nothing either (EN-1).
        if record is None or not may_try:
            await self.hasher.pretend(record.password.hash if record else next_hash, password, lane)
            return SignInRefusal.WRONG
        right = await self.hasher.verify(record.password.hash, password, lane)
        if not right or record.account.status is not AccountStatus.OPEN:
            self.ledger.enqueue(refused)
            return SignInRefusal.WRONG
        return await self._take(record, password, context)

    async def _find(self, identifier: str) -> tuple[SignInRecord | None, str | None]:
        typed = identifier[:64]
        try:
            name = SignInName.parse(typed)
            found_by = name.text if name else PersonalNumber.parse(typed).digits
        except InvalidPersonalNumberError:
            return None, None
        return await self.accounts.for_password(self.number_index.digest(found_by))

    async def _take(self, record: SignInRecord, password: str, context: SignInContext) -> Outcome:
        """Accept a right password; a hash that another system made is replaced in the same commit."""
        renewal = await self.renewals.of(record, password)
        outcome = await self._accept(renewal.record, renewal.hash, context, self.clock.now())
        if outcome is not SignInRefusal.WRONG or renewal.hash is None:
            return outcome
        # Somebody who pressed twice: the first press has replaced the hash that the second was compared with.
        again = await self.accounts.by_id(record.account.person_id, record.account.id)
        if again is None or not await self.hasher.verify(again.password.hash, password, Lane.RECOGNISED):
            return outcome
        return await self._accept(again, None, context, self.clock.now())

    async def _accept(
        self, record: SignInRecord, renewed: str | None, context: SignInContext, now: datetime
    ) -> Outcome:
        """Start the session, or lead on to the second step. A password that was replaced meanwhile is a wrong one."""
        factors = frozenset({PASSWORD})
        accepted = _accepted(record, renewed, context.origin, now)
        if self.always_two_steps or needs_second_step(record, factors):
            # The second step is held to the hash that stands once this is committed.
            hash_ = renewed or record.password.hash
            standing = replace(record, password=replace(record.password, hash=hash_))
            return await self._lead_on(standing, factors, accepted, context)
        contacts = Reachable.of(record)
        arrival = await self.devices.arrive(
            contacts, context.devices, context.origin, now, shared_computer=context.shared_computer
        )
        try:
            cookie = await self.sessions.authenticated(
                record.account,
                factors,
                context.before,
                context.origin,
                now,
                (*accepted, *arrival.effects, *self._linked(contacts, context, now)),
                shared_computer=context.shared_computer,
                device_id=arrival.device_id,
                upstream_sealed=context.upstream.session_sealed if context.upstream else None,
            )
        except EvidenceUsedError:
            return SignInRefusal.WRONG
        return SignedIn(cookie, arrival.new_secret)

    def _linked(self, to: Reachable, context: SignInContext, now: datetime) -> tuple[Effect, ...]:
        if context.upstream is None:
            return ()
        return arrival_effects(context.upstream, to, self.devices.notices, context.origin, now)

    async def _lead_on(
        self, record: SignInRecord, factors: frozenset[str], accepted: tuple[Effect, ...], context: SignInContext
    ) -> Outcome:
        account, held = record.account, tuple[Effect, ...]()
        if account.kind is AccountKind.OFFICER:
            held = (HoldOfficer(person_id=account.person_id, account_id=account.id, now=self.clock.now()),)
        if not await self.ledger.commit(*held, *accepted):
            return SignInRefusal.POST_NOT_HELD if held else SignInRefusal.WRONG
        draft = await self.second_steps.begin(
            record,
            factors,
            context.browser,
            shared_computer=context.shared_computer,
            upstream=context.upstream,
        )
        return SecondStepNeeded(draft)


def _accepted(record: SignInRecord, renewed: str | None, origin: Origin, now: datetime) -> tuple[Effect, ...]:
    account, password = record.account, record.password
    return (
        AcceptPassword(
            account_id=account.id,
            person_id=account.person_id,
            password_hash=password.hash,
            renewed=renewed,
            short=password.short,
        ),
        ForgetTries(person_id=account.person_id, account_id=account.id, factor=KNOWN_DEVICE_TRIES),
        _event(EventName.PASSWORD_ACCEPTED, record, origin, now),
    )


def _event(name: EventName, record: SignInRecord | None, origin: Origin, now: datetime) -> RecordEvent:
    person_id = record.account.person_id if record else None
    return RecordEvent(id=EventId(new_id()), name=name, at=now, origin=origin, person_id=person_id)
