"""The proof of a recovery: the register is asked again, always, and only then does anything begin."""

from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from idp.account.model import PHONE_PLACE, RecordProof, SealedValue, SignInRecord
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.contacts.phone_ownership import NOT_ASKED, PhoneOwnership
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import NoticeId, PersonId, RecoveryId, new_id
from idp.kernel.locales import DEFAULT_LOCALE, Locale, choose_locale
from idp.kernel.secrets import HashKey, Sealer
from idp.officers.model import HoldOfficer, Officer
from idp.proofing.kept_receipts import ReceiptBook
from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, ProofOutcome, Purpose, Verdict
from idp.proofing.policy import CONSEQUENCES
from idp.proofing.registers.questions import AskedFor, RegisterQuestions
from idp.proofing.service import ProofingService
from idp.proofing.states import STILL_WAITING
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.recovery.displaced import Displacement, behind, in_place_of
from idp.recovery.drafts import RecoveryDraft, RecoverySubjects
from idp.recovery.events import recovery_event
from idp.recovery.model import (
    WAITING_METHODS,
    CancelRecoveries,
    HoldRecoveries,
    Recovery,
    RecoveryMethod,
    RenewReference,
    SecondRecovery,
    Standing,
    StartRecovery,
)
from idp.recovery.policy import RecoveryPolicy, enough, phone_alone, standing_of
from idp.recovery.ports import RecoveryReader
from idp.recovery.references import RecoveryReferences
from idp.recovery.started import MaySetPassword, MustWait, NotShown, OtherIsOpen, Started
from idp.sign_in.drafts import DraftStore
from records.structs import replace

RECOVERY_PURPOSE = Purpose("DVCQG-KHOIPHUC", "Khôi phục tài khoản đăng nhập một lần", may_look_up=True)


class _Answer(Struct, frozen=True):
    """What the register said, and the effects that keep it."""

    outcome: ProofOutcome
    kept: tuple[Effect, ...]


class OfficerTies(Protocol):
    """Reads whether one human can be behind two officers' accounts."""

    async def tied(self, one: str, other: str, since: datetime) -> bool:
        """Say whether one made the other an officer since an instant, a third made both, or both are one person."""


class RecoveryStarts(Struct, frozen=True):
    """Begins recoveries of people whom the register has proved."""

    subjects: RecoverySubjects
    reader: RecoveryReader
    drafts: DraftStore[RecoveryDraft]
    proofing: ProofingService
    phones: PhoneOwnership
    questions: RegisterQuestions
    notices: Notices
    references: RecoveryReferences
    receipts: ReceiptBook
    ledger: Ledger
    sealer: Sealer
    phone_index: HashKey
    policy: RecoveryPolicy
    clock: Clock
    ties: OfficerTies
    # Two officers of whom one made the other are two people after this time.
    apart_for: timedelta

    async def prove(
        self,
        name: str,
        draft: RecoveryDraft,
        full_name: str,
        birth_date: BirthDate,
        browser: str,
        origin: Origin,
        officer: Officer | None = None,
    ) -> Started | Verdict:
        """Ask the register and begin; return the verdict where it does not match and somebody may hear it.

        Who has shown nothing of the account is told what everybody is told: to wait (EN-1). Nobody is asked about
        before something was shown, be it a phone of one's own.

        `full_name` is as `check_declared_name` returned it. Where an `officer` checked the card at a desk, the register
        is asked on their behalf.
        """
        if not (draft.shown or draft.phone_confirmed):
            return NotShown()
        claimed = ClaimedIdentity(PersonalNumber(draft.number), full_name, birth_date)
        request_id, now = new_id(), self.clock.now()
        behalf = OnBehalfOf(officer.code) if officer else SYSTEM
        if officer is None:
            await self.drafts.spend(name)
            asked_for = AskedFor.RECOVERY_SHOWN if draft.shown else AskedFor.RECOVERY
            await self.questions.count(asked_for, draft.number, origin, now)
        phone = NOT_ASKED
        if officer is None and draft.waits and draft.phone_confirmed and not draft.reached:
            # Whosever the number is, and whatever the register says: time tells nothing (EN-1).
            phone = await self.phones.of(claimed.number, draft.phone, RECOVERY_PURPOSE, now)
        outcome = await self.proofing.prove(
            claimed, request_id=request_id, purpose=RECOVERY_PURPOSE, now=now, on_behalf_of=behalf
        )
        now = self.clock.now()
        answer = _Answer(outcome, self._kept(claimed, outcome, draft.person_id, behalf))
        if not CONSEQUENCES[outcome.verdict].matched:
            reason = outcome.verdict.value
            refused = recovery_event(EventName.RECOVERY_REFUSED, draft.person_id, origin, now, reason)
            self.ledger.enqueue(*answer.kept, refused)
            if officer is None and not draft.reached and outcome.verdict not in STILL_WAITING:
                return await self._wait_for_nothing(name, draft, _Answer(outcome, ()), origin, now)
            return outcome.verdict
        proved = replace(draft, name=claimed.name, birth_date=birth_date.oidc_birthdate())
        if officer is not None:
            return await self._assist(name, proved, answer, officer, origin, now)
        if draft.waits and draft.phone_confirmed:
            if phone.evidence is None and await self._hears_nothing(proved):
                self.ledger.enqueue(*answer.kept)
                return await self._wait_for_nothing(name, draft, _Answer(outcome, ()), origin, now)
            return await self._wait(name, proved, answer, origin, now)
        return await self._hold(name, proved, answer, browser, origin, now)

    async def _hears_nothing(self, draft: RecoveryDraft) -> bool:
        """Say whether a wait would tell the owner nothing: no contact, and no old channel that was shown.

        Then only a phone of the person's own, by the carriers' word, waits for anything; else a desk helps.
        """
        record = await self.subjects.record(draft)
        unreachable = record is not None and record.phone_sealed is None and record.email_sealed is None
        return unreachable and not draft.reached

    async def _hold(
        self, name: str, draft: RecoveryDraft, answer: _Answer, browser: str, origin: Origin, now: datetime
    ) -> Started:
        record = await self.subjects.record(draft)
        if record is None or not enough(draft.shown, protected=record.protected_at(now)):
            return NotShown()
        # The draft's name is a secret of this browser: as reference it is nobody else's.
        way = RecoveryMethod.PHONE if phone_alone(draft.shown) else RecoveryMethod.FACTOR
        recovery = self._recovery(draft, way, self.references.hash(new_id()), now)
        # Whoever shows a factor is the owner: what somebody else has begun by waiting ends here.
        known = await self.reader.open_of(draft.person_id, draft.account_id, now)
        ended: tuple[Effect, ...] = (
            CancelRecoveries(
                person_id=draft.person_id, account_id=draft.account_id, at=now, notice_id=NoticeId(new_id())
            ),
        )
        if known is not None:
            recovery = behind(known, recovery)
        if known is not None and known.gives_way_to(recovery):
            ended = self._displacement.of(known, recovery, _locale(record), now)
        begun = self._begun(recovery, answer, origin, now)
        if not await self.ledger.commit(
            HoldRecoveries(person_id=draft.person_id, account_id=draft.account_id), *ended, *begun
        ):
            return OtherIsOpen()
        await self.drafts.save(name, replace(draft, recovery_id=recovery.id), browser)
        return MaySetPassword()

    async def _wait(self, name: str, draft: RecoveryDraft, answer: _Answer, origin: Origin, now: datetime) -> Started:
        reference = self.references.new()
        wanted = self._recovery(draft, RecoveryMethod.WAITING, self.references.hash(reference), now)
        record = await self.subjects.record(draft)
        recovery, displaced = await self._in_its_place(wanted, record, now)
        reported = self._reported(record, now)
        hold = HoldRecoveries(person_id=draft.person_id, account_id=draft.account_id)
        ready_at: datetime | None = recovery.ready_at
        if not await self.ledger.commit(hold, *displaced, *self._begun(recovery, answer, origin, now), *reported):
            ready_at = await self._renewed(recovery, answer, now)
        await self.drafts.drop(name)
        return OtherIsOpen() if ready_at is None else MustWait(reference, ready_at)

    async def _wait_for_nothing(
        self, name: str, draft: RecoveryDraft, answer: _Answer, origin: Origin, now: datetime
    ) -> Started:
        """Make somebody whose data are wrong wait as if the number led to nobody: only the end tells."""
        known = await self.reader.open_of(draft.person_id, draft.account_id, now)
        wanted = self._recovery(draft, RecoveryMethod.WAITING, self.references.hash(new_id()), now)
        if known is not None and not wanted.has_phone_of(known):
            await self.drafts.drop(name)
            return OtherIsOpen()
        return await self._wait(name, self.subjects.of_nobody(draft), answer, origin, now)

    async def _assist(
        self, name: str, draft: RecoveryDraft, answer: _Answer, officer: Officer, origin: Origin, now: datetime
    ) -> Started:
        """Begin for a person at a desk: both recorded, told on every channel, stopped by any factor of the owner."""
        if not draft.phone_confirmed:
            return NotShown()
        record, reference = await self.subjects.record(draft), self.references.new()
        wanted = self._recovery(draft, RecoveryMethod.ASSISTED, self.references.hash(reference), now)
        known = await self.reader.open_of(draft.person_id, draft.account_id, now)
        if known is not None and known.waits_for_second and known.has_phone_of(wanted):
            await self.drafts.drop(name)
            return await self._second(known, officer, reference, answer, origin, now)
        wait, second = self._assisted_wait(draft, record, now), _nobody_is_notified(record)
        wanted = replace(
            wanted,
            ready_at=now + wait,
            ends_at=now + wait + self.policy.open_for,
            assisted_by=officer.account_id,
            second_needed=second,
        )
        recovery, displaced = await self._in_its_place(wanted, record, now)
        held = (
            HoldOfficer(person_id=officer.person_id, account_id=officer.account_id, now=now),
            HoldRecoveries(person_id=draft.person_id, account_id=draft.account_id),
        )
        begun = self._begun(recovery, answer, origin, now, officer)
        reported = self._reported(record, now, officer)
        done = await self.ledger.commit(*held, *displaced, *begun, *reported, _assisted(officer, recovery, origin, now))
        await self.drafts.drop(name)
        if not done:
            self.ledger.enqueue(*answer.kept)
            return OtherIsOpen()
        return MustWait(reference, recovery.ready_at, second)

    async def _second(
        self, known: Recovery, officer: Officer, reference: str, answer: _Answer, origin: Origin, now: datetime
    ) -> Started:
        """Record that another officer, who is another person, vouches for what the first one saw; the time runs on."""
        self.ledger.enqueue(*answer.kept)
        first = known.assisted_by or ""
        if first == officer.account_id or await self.ties.tied(officer.account_id, first, now - self.apart_for):
            return OtherIsOpen()
        seen = SecondRecovery(
            person_id=known.person_id,
            recovery_id=known.id,
            officer_id=officer.account_id,
            reference_hash=self.references.hash(reference),
            now=now,
        )
        held = (
            HoldOfficer(person_id=officer.person_id, account_id=officer.account_id, now=now),
            HoldRecoveries(person_id=known.person_id, account_id=known.account_id),
        )
        done = await self.ledger.commit(*held, seen, _assisted(officer, known, origin, now))
        return MustWait(reference, known.ready_at) if done else OtherIsOpen()

    def _assisted_wait(self, draft: RecoveryDraft, record: SignInRecord | None, now: datetime) -> timedelta:
        if _nobody_is_notified(record):
            return self.policy.wait
        if record is None or record.phone_sealed is None or record.phone_stale_at(now):
            return self.policy.assisted_wait(own_phone=False, protected=False)
        own = self.sealer.open(record.phone_sealed, PHONE_PLACE.of(record.account.person_id)).decode() == draft.phone
        return self.policy.assisted_wait(own_phone=own, protected=record.protected_at(now))

    @property
    def _displacement(self) -> Displacement:
        return Displacement(self.notices.messages, self.sealer)

    async def _in_its_place(
        self, wanted: Recovery, record: SignInRecord | None, now: datetime
    ) -> tuple[Recovery, tuple[Effect, ...]]:
        """Return the recovery that begins, and what ends the one whose place it takes."""
        known = await self.reader.open_of(wanted.person_id, wanted.account_id, now)
        if known is None or not known.gives_way_to(wanted):
            return wanted, ()
        recovery = in_place_of(known, wanted)
        return recovery, self._displacement.of(known, recovery, _locale(record), now)

    async def _renewed(self, wanted: Recovery, answer: _Answer, now: datetime) -> datetime | None:
        """Give a person who comes a second time with the same phone a new reference; the time runs on."""
        known = await self.reader.open_of(wanted.person_id, wanted.account_id, now)
        if known is not None and wanted.has_phone_of(known):
            renewed = RenewReference(
                person_id=wanted.person_id, recovery_id=known.id, reference_hash=wanted.reference_hash, now=now
            )
            if await self.ledger.commit(renewed, *answer.kept):
                return known.ready_at
        self.ledger.enqueue(*answer.kept)
        return None

    def _recovery(self, draft: RecoveryDraft, way: RecoveryMethod, reference_hash: bytes, now: datetime) -> Recovery:
        phone, ready_at, ends_at = None, now, now + self.policy.hold
        if way in WAITING_METHODS:
            sealed = self.sealer.seal(draft.phone.encode(), PHONE_PLACE.of(draft.person_id))
            phone = SealedValue(self.phone_index.digest(draft.phone), sealed)
            ready_at = now + self.policy.waiting_time(reached=draft.reached)
            ends_at = ready_at + self.policy.open_for
        begun = Recovery(
            RecoveryId(new_id()), draft.person_id, draft.account_id, way, reference_hash, phone, now, ready_at, ends_at
        )
        standing = Standing.CARD if way is RecoveryMethod.ASSISTED else standing_of(draft.shown)
        return replace(begun, epoch=draft.epoch, standing=standing)

    def _begun(
        self, recovery: Recovery, answer: _Answer, origin: Origin, now: datetime, officer: Officer | None = None
    ) -> tuple[Effect, ...]:
        person_id, way = recovery.person_id, recovery.way.value
        about = _about(officer) if officer else {}
        return (
            StartRecovery(recovery=recovery),
            *answer.kept,
            recovery_event(
                EventName.RECOVERY_STARTED,
                person_id,
                origin,
                now,
                way,
                register_request=answer.outcome.request_id,
                **about,
            ),
        )

    def _kept(
        self, claimed: ClaimedIdentity, outcome: ProofOutcome, person_id: PersonId, behalf: OnBehalfOf
    ) -> tuple[Effect, ...]:
        """Return what is kept of having asked, whatever comes of it."""
        asked = RecordProof(
            id=new_id(),
            person_id=person_id,
            verdict=outcome.verdict,
            request_id=outcome.request_id,
            purpose="recovery",
            at=outcome.at,
        )
        return (asked, *self.receipts.keep(claimed, RECOVERY_PURPOSE, outcome, person_id, behalf))

    def _reported(
        self, record: SignInRecord | None, now: datetime, officer: Officer | None = None
    ) -> tuple[Effect, ...]:
        if record is None:
            return ()
        owner = Reachable.of(record)
        if officer is not None:
            return self.notices.tell(owner, NoticeKind.RECOVERY_ASSISTED, now, {"agency": officer.agency})
        return self.notices.tell(owner, NoticeKind.RECOVERY_STARTED, now)


def _about(officer: Officer) -> dict[str, str]:
    return {
        "officer": officer.account_id,
        "agency": officer.agency,
        "post": officer.post,
        "officer_code": officer.code,
    }


def _assisted(officer: Officer, recovery: Recovery, origin: Origin, now: datetime) -> RecordEvent:
    """Return the officer's own event."""
    details = {"account": recovery.account_id, "recovery": recovery.id}
    return recovery_event(EventName.RECOVERY_ASSISTED, officer.person_id, origin, now, **details)


def _nobody_is_notified(record: SignInRecord | None) -> bool:
    """Say whether an account has no contact: its owner could not object, so one officer's word is not enough.

    A number without an account waits like an ordinary account: most have a phone.
    """
    return record is not None and record.phone_sealed is None and record.email_sealed is None


def _locale(record: SignInRecord | None) -> Locale:
    return DEFAULT_LOCALE if record is None else choose_locale(record.account.locale)
