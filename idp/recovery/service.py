"""Recovery by a factor that the person still has: show it, be proved by the register, set a new password."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.account.model import EMAIL_PLACE, PHONE_PLACE, SignInRecord
from idp.account.notices.message_ceilings import Asker, Ceiling, TooManyCodesError
from idp.audit.model import EventName, Origin
from idp.factors.one_time_codes.service import MAX_SENDS, CodeDraft, CodeVerdict, OneTimeCodes
from idp.factors.saved import SavedFactors
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import new_id
from idp.kernel.locales import Locale
from idp.kernel.messages import MessageChannel
from idp.kernel.secrets import Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.recovery.drafts import RecoveryDraft, RecoverySubjects
from idp.recovery.events import recovery_event
from idp.recovery.limits import RecoveryLimits
from idp.recovery.policy import Evidence, enough
from idp.settings.limits import STANDARD, Limit, LimitReader
from idp.sign_in.devices import KnownDevices
from idp.sign_in.drafts import DraftStore
from idp.sign_in.networks import network_admits
from records.structs import replace

CODE_PURPOSE = "recovery"
_CHANNELS: Mapping[Evidence, MessageChannel] = {Evidence.SMS: "sms", Evidence.EMAIL: "email"}


class RecoveryRefusal(StrEnum):
    """Why a step cannot be taken now."""

    TOO_MANY = "too_many_recoveries"


class Recoveries(Struct, frozen=True):
    """The steps up to the proof. Nothing in them tells whether the number has an account (EN-1)."""

    subjects: RecoverySubjects
    drafts: DraftStore[RecoveryDraft]
    codes: OneTimeCodes
    saved: SavedFactors
    ledger: Ledger
    store: ShortLivedStore
    sealer: Sealer
    devices: KnownDevices
    recovery_limits: RecoveryLimits
    clock: Clock
    limits: LimitReader = STANDARD

    async def begin(
        self, number: PersonalNumber, browser: str, origin: Origin, devices: Sequence[str] = ()
    ) -> str | RecoveryRefusal:
        """Return the name of the draft of a recovery for the account of this number, if it has one.

        `devices` are the secrets of the browser's cookie.
        """
        most = self.limits.limit(Limit.NETWORK_RECOVERIES)
        if not await network_admits(self.store, "recoveries", origin.address, most):
            return RecoveryRefusal.TOO_MANY
        draft = await self.subjects.of_number(number, self.clock.now())
        known = await self.devices.knows(draft.person_id, draft.account_id, devices, self.clock.now())
        return await self.drafts.start(replace(draft, known_device=known), browser)

    async def ask(
        self, name: str, draft: RecoveryDraft, evidence: Evidence, browser: str, locale: Locale, origin: Origin
    ) -> RecoveryRefusal | None:
        """Wait for a code; one by SMS or e-mail is sent to what the account has confirmed, if it has."""
        code = None
        if evidence in _CHANNELS:
            if not await self.recovery_limits.may_send(draft, origin):
                return RecoveryRefusal.TOO_MANY
            asker = Asker(origin.address, known=draft.known_device)
            code = await self._send(draft, _CHANNELS[evidence], locale, self.clock.now(), asker)
        await self.drafts.save(name, replace(draft, asked=evidence, code=code), browser)
        return None

    async def resend(self, name: str, draft: RecoveryDraft, browser: str, locale: Locale, origin: Origin) -> bool:
        """Send another code; False when enough were sent."""
        sent = draft.code
        if sent is None or sent.sends >= MAX_SENDS or not await self.recovery_limits.may_send(draft, origin):
            return False
        code = await self._send_again(sent, locale, self.clock.now())
        await self.drafts.save(name, replace(draft, code=code), browser)
        return True

    async def check(
        self, name: str, draft: RecoveryDraft, entered: str, browser: str, origin: Origin
    ) -> RecoveryDraft | CodeVerdict:
        """Return the draft with what was shown, or what is wrong with the code.

        The try is counted before the code is looked at, apart from the counters of signing in, and by who tries:
        whoever knows the number alone could use those up (BF-5).
        """
        now, asked = self.clock.now(), draft.asked
        if asked is None:
            return CodeVerdict.EXPIRED
        if not await self.ledger.commit(*self.recovery_limits.tries(draft, asked, origin, now)):
            return CodeVerdict.TRIES_USED
        found = await self._judge(draft, asked, entered, now)
        # Closed since the code was sent. Nobody's code is ever right, so that this read tells nothing of them.
        record = None if isinstance(found, CodeVerdict) else await self.subjects.record(draft)
        if record is None and not isinstance(found, CodeVerdict):
            found = CodeVerdict.WRONG
        accepted = recovery_event(EventName.CODE_ACCEPTED, draft.person_id, origin, now, factor=asked)
        if isinstance(found, CodeVerdict) or not await self.ledger.commit(*found, accepted):
            self.ledger.enqueue(recovery_event(EventName.CODE_REFUSED, draft.person_id, origin, now, factor=asked))
            return found if isinstance(found, CodeVerdict) else CodeVerdict.EXPIRED
        richer = replace(_with(draft, asked, record, now), asked=None, code=None)
        await self.drafts.save(name, richer, browser)
        return richer

    async def is_enough(self, draft: RecoveryDraft) -> bool:
        """Say whether what was shown replaces the password without waiting."""
        record = await self.subjects.record(draft)
        if record is None:
            return False
        return enough(draft.shown, protected=record.protected_at(self.clock.now()))

    async def _judge(
        self, draft: RecoveryDraft, asked: Evidence, entered: str, now: datetime
    ) -> tuple[Effect, ...] | CodeVerdict:
        """Return what to commit for a right code; a claim among it makes it right once only."""
        if asked not in _CHANNELS:
            return await self.saved.judge(asked, draft.person_id, draft.account_id, entered, now) or CodeVerdict.WRONG
        if draft.code is None:
            return CodeVerdict.EXPIRED
        verdict = await self.codes.check(draft.code, entered, now)
        if verdict is not CodeVerdict.RIGHT:
            return verdict
        return (ClaimOnce(purpose="one_time_code", value_hash=draft.code.code_hash, expires_at=draft.code.expires_at),)

    async def _send(
        self, draft: RecoveryDraft, channel: MessageChannel, locale: Locale, now: datetime, asker: Asker
    ) -> CodeDraft:
        record = await self.subjects.record(draft)
        sealed = None
        if record is not None:
            sealed = record.phone_sealed if channel == "sms" else record.email_sealed
        if sealed is None:
            return await self._unsent(_of_nobody(channel, now, asker), now)
        column = PHONE_PLACE if channel == "sms" else EMAIL_PLACE
        address = self.sealer.open(sealed, column.of(draft.person_id)).decode()
        try:
            return await self.codes.send(CODE_PURPOSE, address, locale, now, channel, asker=asker)
        except TooManyCodesError as error:
            if error.ceiling is not Ceiling.ADDRESS:
                raise
            # Said aloud, it would tell whose phone it is that somebody has just sent codes to.
            return await self._pretend(_of_nobody(channel, now, asker), now)

    async def _send_again(self, sent: CodeDraft, locale: Locale, now: datetime) -> CodeDraft | None:
        if not sent.phone:
            return await self._unsent(sent, now)
        try:
            return await self.codes.resend(sent, locale, now)
        except TooManyCodesError as error:
            if error.ceiling is not Ceiling.ADDRESS:
                raise
            return await self._pretend(sent, now)

    async def _unsent(self, before: CodeDraft, now: datetime) -> CodeDraft:
        """Return a code that nobody has, counted like one that is sent."""
        await self.codes.ceilings.check(f"nobody:{before.id}", before.channel, before.asker)
        return await self._pretend(before, now)

    async def _pretend(self, before: CodeDraft, now: datetime) -> CodeDraft:
        """Return a code that nobody has, after a write like that of one that is sent."""
        expires_at = now + before.life
        await self.ledger.commit(
            ClaimOnce(purpose="recovery_code_of_nobody", value_hash=os.urandom(32), expires_at=expires_at)
        )
        return replace(before, code_hash=os.urandom(32), expires_at=expires_at, sends=before.sends + 1)


def _with(draft: RecoveryDraft, asked: Evidence, record: SignInRecord | None, now: datetime) -> RecoveryDraft:
    """Return the draft with what was shown; a phone that nobody confirmed for long is nothing that was shown."""
    if asked is Evidence.SMS and record is not None and record.phone_stale_at(now):
        return replace(draft, stale_phone=True)
    return replace(draft, shown=tuple(dict.fromkeys((*draft.shown, asked))))


def _of_nobody(channel: MessageChannel, now: datetime, asker: Asker) -> CodeDraft:
    return CodeDraft(new_id(), CODE_PURPOSE, "", b"", now, 0, channel, asker)
