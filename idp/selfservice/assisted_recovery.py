"""Recovery that an officer begins at a desk, with the person and their card before them.

The officer's word shortens the wait and replaces nothing: the register is asked on the officer's behalf, the person
shows a phone, the owner is told on every channel, and any factor that the owner still has ends it.
"""

from dataclasses import dataclass
from datetime import timedelta

from idp.accounts.officers import Officer, OfficerReader
from idp.audit.model import Origin
from idp.kernel.locales import Locale
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.birth_dates import BirthDate
from idp.proofing.model import Verdict
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.phones import PhoneNumber
from idp.selfservice.drafts import DraftShelf
from idp.selfservice.one_time_codes import CodeVerdict
from idp.selfservice.recovery import RecoveryRefusal
from idp.selfservice.recovery_drafts import RecoveryDraft, RecoverySubjects
from idp.selfservice.recovery_start import RecoveryStarts
from idp.selfservice.recovery_started import NotShown, Started
from idp.selfservice.recovery_waiting import NewPhones
from idp.sessions.model import SessionView

# A desk helps a few people a day with this; an officer who steals accounts wants many.
OFFICER_RECOVERIES, OFFICER_WINDOW = 20, timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AssistedRecovery:
    """The steps at the desk. Nothing tells the officer whether the number has an account (EN-1)."""

    officers: OfficerReader
    subjects: RecoverySubjects
    drafts: DraftShelf[RecoveryDraft]
    phones: NewPhones
    starts: RecoveryStarts
    store: ShortLivedStore

    async def begin(
        self, view: SessionView, number: PersonalNumber, phone: PhoneNumber, browser: str, locale: Locale
    ) -> str | RecoveryRefusal:
        """Send a code to the phone that the person shows, and return the name of the draft."""
        if await self.store.count(f"assisted-recoveries:{view.account.id}", OFFICER_WINDOW) > OFFICER_RECOVERIES:
            return RecoveryRefusal.TOO_MANY
        draft, place = await self.subjects.of_number(number), _place(view, browser)
        name = await self.drafts.start(draft, place)
        refused = await self.phones.ask(name, draft, phone, place, locale)
        return name if refused is None else refused

    async def load(self, name: str, view: SessionView, browser: str) -> RecoveryDraft | None:
        """Return a draft of this officer in this browser."""
        return await self.drafts.load(name, _place(view, browser))

    async def resend(self, name: str, draft: RecoveryDraft, view: SessionView, browser: str, locale: Locale) -> bool:
        """Send another code; False when enough were sent."""
        return await self.phones.resend(name, draft, _place(view, browser), locale)

    async def confirm(
        self, name: str, draft: RecoveryDraft, entered: str, view: SessionView, browser: str, origin: Origin
    ) -> CodeVerdict:
        """Judge the code that the person reads from their phone."""
        return await self.phones.confirm(name, draft, entered, _place(view, browser), origin)

    async def prove(
        self,
        name: str,
        draft: RecoveryDraft,
        full_name: str,
        birth_date: BirthDate,
        view: SessionView,
        browser: str,
        origin: Origin,
    ) -> Started | Verdict:
        """Ask the register on the officer's behalf, by what the card says, and begin."""
        officer: Officer | None = await self.officers.of_account(view.account.person_id, view.account.id)
        if officer is None:
            return NotShown()
        place = _place(view, browser)
        return await self.starts.prove(name, draft, full_name, birth_date, place, origin, officer)


def _place(view: SessionView, browser: str) -> str:
    """Return what a draft is bound to: this browser and this officer."""
    return f"{browser}:{view.account.id}"
