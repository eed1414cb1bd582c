"""Recovery without any factor: a new phone first; after the waiting time back with the reference and that phone."""

from datetime import datetime

from msgspec import Struct

from idp.account.model import PHONE_PLACE
from idp.account.notices.message_ceilings import Asker
from idp.audit.model import EventName, Origin
from idp.factors.one_time_codes.service import CodeDraft, CodeVerdict, OneTimeCodes
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import PersonId, RecoveryId
from idp.kernel.locales import Locale
from idp.kernel.secrets import Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.drafts import LONG_AGO, RecoveryDraft
from idp.recovery.events import recovery_event
from idp.recovery.ports import RecoveryReader
from idp.recovery.references import RecoveryReferences
from idp.recovery.service import RecoveryRefusal
from idp.settings.limits import STANDARD, Limit, LimitReader
from idp.sign_in.drafts import DraftStore
from idp.sign_in.networks import network_admits
from records.structs import Unprinted, replace

CODE_PURPOSE = "recovery_phone"


class PhoneCodes(Struct, frozen=True):
    """Codes to the phone that is to be the account's in future."""

    codes: OneTimeCodes
    ledger: Ledger
    clock: Clock

    async def send(self, phone: str, locale: Locale, asker: Asker) -> CodeDraft:
        """Send a first code. Raises `TooManyCodesError`."""
        return await self.codes.send(CODE_PURPOSE, phone, locale, self.clock.now(), asker=asker)

    async def resend(self, code: CodeDraft | None, locale: Locale) -> CodeDraft | None:
        """Send another code; None when enough were sent."""
        return None if code is None else await self.codes.resend(code, locale, self.clock.now())

    async def check(self, code: CodeDraft | None, entered: str, person_id: PersonId, origin: Origin) -> CodeVerdict:
        """Judge a code and use it up: of two answers with the same code one is right."""
        now = self.clock.now()
        if code is None:
            return CodeVerdict.EXPIRED
        verdict = await self.codes.check(code, entered, now)
        if verdict is not CodeVerdict.RIGHT:
            return verdict
        used = ClaimOnce(purpose="one_time_code", value_hash=code.code_hash, expires_at=code.expires_at)
        confirmed = recovery_event(EventName.PHONE_CONFIRMED, person_id, origin, now, "recovery")
        return CodeVerdict.RIGHT if await self.ledger.commit(used, confirmed) else CodeVerdict.EXPIRED


class NewPhones(Struct, frozen=True):
    """The first half: a person without any factor names a phone and shows that it is at hand."""

    drafts: DraftStore[RecoveryDraft]
    codes: PhoneCodes

    async def ask(
        self, name: str, draft: RecoveryDraft, phone: PhoneNumber, browser: str, locale: Locale, asker: Asker
    ) -> None:
        """Send a code to the new phone. Raises `TooManyCodesError`."""
        code = await self.codes.send(phone.e164, locale, asker)
        waiting = replace(draft, phone=phone.e164, phone_confirmed=False, asked=None, code=code)
        await self.drafts.save(name, waiting, browser)

    async def resend(self, name: str, draft: RecoveryDraft, browser: str, locale: Locale) -> bool:
        """Send another code; False when enough were sent."""
        code = await self.codes.resend(draft.code, locale)
        if code is not None:
            await self.drafts.save(name, replace(draft, code=code), browser)
        return code is not None

    async def confirm(self, name: str, draft: RecoveryDraft, entered: str, browser: str, origin: Origin) -> CodeVerdict:
        """Judge the code; a right one is remembered in the draft."""
        verdict = await self.codes.check(draft.code, entered, draft.person_id, origin)
        if verdict is CodeVerdict.RIGHT:
            await self.drafts.save(name, replace(draft, phone_confirmed=True, code=None), browser)
        return verdict


class ReturnDraft(Unprinted, Struct, frozen=True):
    """A person who has come back: the recovery, the code to its phone, whether that was right."""

    person_id: PersonId
    recovery_id: RecoveryId
    phone: str
    code: CodeDraft
    confirmed: bool = False
    began_at: datetime = LONG_AGO


class ReturnBegun(Struct, frozen=True):
    """A code is on its way; the draft of this name waits for it."""

    name: str


class NotReady(Struct, frozen=True):
    """The waiting time is not over."""

    ready_at: datetime


class UnknownReference:
    """No recovery has this reference."""


class RecoveryIsOver:
    """The recovery was cancelled or used, or has run out."""


class NeedsSecondOfficer:
    """A second officer has to see the card first: nobody of the account can be told."""


Refused = NotReady | UnknownReference | RecoveryIsOver | NeedsSecondOfficer | RecoveryRefusal


class RecoveryReturns(Struct, frozen=True):
    """The second half. A recovery of nobody is led to the same end: nothing tells before the last step (EN-1)."""

    reader: RecoveryReader
    drafts: DraftStore[ReturnDraft]
    references: RecoveryReferences
    codes: PhoneCodes
    store: ShortLivedStore
    sealer: Sealer
    clock: Clock
    limits: LimitReader = STANDARD

    async def begin(self, reference: str, browser: str, locale: Locale, origin: Origin) -> ReturnBegun | Refused:
        """Send a code to the new phone, or say why not (yet)."""
        most = self.limits.limit(Limit.NETWORK_RECOVERIES)
        if not await network_admits(self.store, "recovery-returns", origin.address, most):
            return RecoveryRefusal.TOO_MANY
        recovery, now = await self.reader.by_reference(self.references.hash(reference)), self.clock.now()
        if recovery is None or recovery.phone is None:
            return UnknownReference()
        if not recovery.open_at(now):
            return RecoveryIsOver()
        if recovery.waits_for_second:
            return NeedsSecondOfficer()
        if not recovery.ready_by(now):
            return NotReady(recovery.ready_at)
        phone = self.sealer.open(recovery.phone.sealed, PHONE_PLACE.of(recovery.person_id)).decode()
        code = await self.codes.send(phone, locale, Asker.unrecognised(origin))
        draft = ReturnDraft(recovery.person_id, recovery.id, phone, code, began_at=now)
        return ReturnBegun(await self.drafts.start(draft, browser))

    async def resend(self, name: str, draft: ReturnDraft, browser: str, locale: Locale) -> bool:
        """Send another code; False when enough were sent."""
        code = await self.codes.resend(draft.code, locale)
        if code is not None:
            await self.drafts.save(name, replace(draft, code=code), browser)
        return code is not None

    async def confirm(self, name: str, draft: ReturnDraft, entered: str, browser: str, origin: Origin) -> CodeVerdict:
        """Judge the code; a right one is remembered in the draft."""
        verdict = await self.codes.check(draft.code, entered, draft.person_id, origin)
        if verdict is CodeVerdict.RIGHT:
            await self.drafts.save(name, replace(draft, confirmed=True), browser)
        return verdict
