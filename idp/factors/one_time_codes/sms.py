"""A code by SMS as second factor: sent to the confirmed phone, guessed at few times, accepted once."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.model import PHONE_PLACE
from idp.account.notices.message_ceilings import Asker, TooManyCodesError
from idp.audit.model import EventName, Origin
from idp.factors.answers import Refused, Shown, Why
from idp.factors.contacts.phone_ages import ConfirmPhone
from idp.factors.drafts import Claimant, FactorDraft
from idp.factors.events import factor_event
from idp.factors.one_time_codes.service import CODE_LIFE, CodeVerdict, OneTimeCodes
from idp.factors.tries import FactorTries
from idp.grants.model import ClaimOnce
from idp.kernel.effects import Effect, Ledger
from idp.kernel.locales import Locale
from idp.kernel.secrets import Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.settings.limits import BOUNDS, STANDARD, Limit, LimitReader
from idp.sign_in.levels import SMS
from records.structs import replace

# Each message costs money and patience: vietnam.md 5.2 wants a limit for each account beside that for each page.
SENDS_AN_HOUR = BOUNDS[Limit.ACCOUNT_CODES].default
_HOUR = timedelta(hours=1)
_REFUSALS = {
    CodeVerdict.WRONG: Why.CODE_WRONG,
    CodeVerdict.EXPIRED: Why.CODE_EXPIRED,
    CodeVerdict.TRIES_USED: Why.CODE_TRIES_USED,
}


class SmsFactor(Struct, frozen=True):
    """Sends codes to an account's phone and judges what comes back."""

    codes: OneTimeCodes
    tries: FactorTries
    ledger: Ledger
    store: ShortLivedStore
    sealer: Sealer
    limits: LimitReader = STANDARD

    def phone_of(self, claimant: Claimant) -> str | None:
        """Return the confirmed phone of an account in E.164 form."""
        place = PHONE_PLACE.of(claimant.account.person_id)
        return self.sealer.open(claimant.phone_sealed, place).decode() if claimant.phone_sealed else None

    async def send(
        self, draft: FactorDraft, claimant: Claimant, purpose: str, locale: Locale, now: datetime
    ) -> FactorDraft | Refused:
        """Send a code, which ends the one before, and return the draft that waits for it."""
        phone = self.phone_of(claimant)
        if phone is None:
            return Refused(Why.CODE_EXPIRED)
        if await self.store.count(f"factor-sends:{claimant.account.id}", _HOUR) > self.limits.limit(
            Limit.ACCOUNT_CODES
        ):
            return Refused(Why.CODE_SENDS_USED, _HOUR)
        try:
            if draft.code is None or draft.code.phone != phone or draft.code.expires_at <= now:
                asker = Asker("", known=True)
                return replace(draft, code=await self.codes.send(purpose, phone, locale, now, asker=asker))
            sent = await self.codes.resend(draft.code, locale, now)
        except TooManyCodesError as error:
            return Refused(Why.CODE_SENDS_USED, error.retry_after)
        return Refused(Why.CODE_SENDS_USED, CODE_LIFE) if sent is None else replace(draft, code=sent)

    async def check(
        self, draft: FactorDraft, claimant: Claimant, entered: str, origin: Origin, now: datetime
    ) -> Shown | Refused:
        """Judge an entered code of this very draft (ASVS 6.6.2: bound to what it was asked for)."""
        account, code = claimant.account, draft.code
        if code is None or code.phone != self.phone_of(claimant):
            return Refused(Why.CODE_EXPIRED)
        refused = await self.tries.count(account, SMS, now)
        if refused is not None:
            return refused
        verdict = await self.codes.check(code, entered, now)
        if verdict is not CodeVerdict.RIGHT:
            self.ledger.enqueue(factor_event(EventName.CODE_REFUSED, account, SMS, origin, now, draft.session_id))
            return Refused(_REFUSALS[verdict])
        # The claim is durable, so that a code works once even if the short-lived store forgets (I12).
        once = ClaimOnce(purpose="one_time_code", value_hash=code.code_hash, expires_at=code.expires_at)
        accepted = factor_event(EventName.CODE_ACCEPTED, account, SMS, origin, now, draft.session_id)
        return Shown(SMS, (once, self.tries.forget(account, SMS), accepted, *_confirmed(claimant, now)))


def _confirmed(claimant: Claimant, now: datetime) -> tuple[Effect, ...]:
    """Return an effect that confirms the phone: its person has shown another factor besides."""
    account, sealed = claimant.account, claimant.phone_sealed
    return (
        ()
        if sealed is None
        else (ConfirmPhone(person_id=account.person_id, account_id=account.id, phone_sealed=sealed, at=now),)
    )
