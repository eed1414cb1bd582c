"""Step-up: one more factor inside a session, and only what is missing."""

from dataclasses import dataclass
from datetime import datetime

from idp.accounts.model import PHONE_PLACE, CountPasswordTry, ForgetPasswordTries
from idp.audit.model import EventName, Origin, RecordEvent
from idp.authentication.levels import SMS
from idp.authentication.throttling import FAILURE_LIMIT
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import new_id
from idp.kernel.locales import Locale
from idp.kernel.secrets import Sealer, Secret
from idp.selfservice.browser_sessions import BrowserSessions
from idp.selfservice.drafts import DraftShelf
from idp.selfservice.one_time_codes import CodeDraft, CodeVerdict, OneTimeCodes
from idp.sessions.model import SessionView

PURPOSE = "step_up"


@dataclass(frozen=True, slots=True)
class StepUp:
    """Raises a session's level with a code sent to the account's confirmed phone."""

    codes: OneTimeCodes
    drafts: DraftShelf[CodeDraft]
    ledger: Ledger
    sessions: BrowserSessions
    sealer: Sealer
    clock: Clock

    def phone_of(self, view: SessionView) -> str | None:
        """Return the confirmed phone of the session's account in E.164 form."""
        return self.sealer.open(view.phone_sealed, PHONE_PLACE).decode() if view.phone_sealed else None

    async def begin(self, view: SessionView, browser: str, locale: Locale) -> str:
        """Send a code and return the name of the draft that waits for it. The session must have a phone."""
        phone = self.phone_of(view) or ""
        draft = await self.codes.send(PURPOSE, phone, locale, self.clock.now())
        return await self.drafts.start(draft, browser)

    async def resend(self, name: str, browser: str, locale: Locale) -> bool:
        """Send another code; False when enough were sent or the draft is gone."""
        draft = await self.drafts.load(name, browser)
        renewed = await self.codes.resend(draft, locale, self.clock.now()) if draft else None
        if renewed is not None:
            await self.drafts.save(name, renewed, browser)
        return renewed is not None

    async def verify(
        self, name: str, entered: str, view: SessionView, browser: str, origin: Origin
    ) -> Secret | CodeVerdict:
        """Return the session's new cookie, or what is wrong with the code.

        Wrong codes count with the account's wrong passwords, durably: fresh codes are no fresh guesses (MF-3).
        """
        draft, account, now = await self.drafts.load(name, browser), view.account, self.clock.now()
        if draft is None or draft.phone != self.phone_of(view):
            return CodeVerdict.EXPIRED
        if not await self.ledger.commit(CountPasswordTry(account.id, account.person_id, now, FAILURE_LIMIT)):
            return CodeVerdict.TRIES_USED
        verdict = await self.codes.check(draft, entered, now)
        if verdict is not CodeVerdict.RIGHT:
            self.ledger.note(_event(EventName.CODE_REFUSED, view, origin, now))
            return verdict
        # The claim is durable, so that a code works once even if the short-lived store forgets (I12).
        once = ClaimOnce("one_time_code", draft.code_hash, draft.expires_at)
        cookie = await self.sessions.stepped_up(
            view,
            frozenset({SMS}),
            origin,
            now,
            (
                once,
                ForgetPasswordTries(account.id, account.person_id),
                _event(EventName.CODE_ACCEPTED, view, origin, now),
            ),
        )
        await self.drafts.drop(name)
        return cookie or CodeVerdict.EXPIRED


def _event(name: EventName, view: SessionView, origin: Origin, now: datetime) -> RecordEvent:
    return RecordEvent(
        id=new_id(),
        name=name,
        at=now,
        origin=origin,
        person_id=view.session.person_id,
        session_id=view.session.id,
    )
