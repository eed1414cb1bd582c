"""Recovery that an officer begins at a desk, with the person and their card before them.

The officer's word shortens the wait and replaces nothing: the register is asked on the officer's behalf, the person
shows a phone, the owner is told on every channel, and any factor that the owner still has ends it.
"""

from datetime import timedelta
from typing import Self

from msgspec import Struct

from idp.account.notices.message_ceilings import Asker
from idp.audit.model import Origin
from idp.factors.one_time_codes.service import CodeVerdict
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.locales import Locale
from idp.kernel.shortlived import ShortLivedStore
from idp.officers.model import Officer, OfficerReader
from idp.proofing.model import Verdict
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.drafts import RecoveryDraft, RecoverySubjects
from idp.recovery.service import RecoveryRefusal
from idp.recovery.start import RecoveryStarts
from idp.recovery.started import NotShown, Started
from idp.recovery.waiting import NewPhones
from idp.registration.declared_identity import DeclaredPerson
from idp.sessions.model import SessionView
from idp.sign_in.drafts import DraftStore

# A desk helps a few people a day with this; an officer who steals accounts wants many.
OFFICER_RECOVERIES, OFFICER_WINDOW = 20, timedelta(days=1)
# A card is misread once or twice; whoever asks the register more often is trying names or birth dates.
OFFICER_QUESTIONS = 3 * OFFICER_RECOVERIES


class Seat(Struct, frozen=True):
    """An officer's account, and beside it what opens a draft: a browser, or a look that a program was given."""

    person_id: PersonId
    account_id: AccountId
    bound_to: str

    @classmethod
    def in_browser(cls, view: SessionView, browser: str) -> Self:
        """Return the seat of an officer who is signed in to a browser."""
        return cls(view.account.person_id, view.account.id, browser)

    @property
    def place(self) -> str:
        """Return what a draft is bound to."""
        return f"{self.bound_to}:{self.account_id}"


class AssistedRecovery(Struct, frozen=True):
    """The steps at the desk. Nothing tells the officer whether the number has an account (EN-1)."""

    officers: OfficerReader
    subjects: RecoverySubjects
    drafts: DraftStore[RecoveryDraft]
    phones: NewPhones
    starts: RecoveryStarts
    store: ShortLivedStore

    async def begin(
        self, seat: Seat, number: PersonalNumber, phone: PhoneNumber, locale: Locale
    ) -> str | RecoveryRefusal:
        """Send a code to the phone that the person shows, and return the name of the draft."""
        if await self.store.count(f"assisted-recoveries:{seat.account_id}", OFFICER_WINDOW) > OFFICER_RECOVERIES:
            return RecoveryRefusal.TOO_MANY
        draft = await self.subjects.of_number(number, self.starts.clock.now())
        name = await self.drafts.start(draft, seat.place)
        await self.phones.ask(name, draft, phone, seat.place, locale, Asker.of_account(seat.account_id))
        return name

    async def load(self, name: str, seat: Seat) -> RecoveryDraft | None:
        """Return a draft of this officer at this seat."""
        return await self.drafts.load(name, seat.place)

    async def resend(self, name: str, draft: RecoveryDraft, seat: Seat, locale: Locale) -> bool:
        """Send another code; False when enough were sent."""
        return await self.phones.resend(name, draft, seat.place, locale)

    async def confirm(self, name: str, draft: RecoveryDraft, entered: str, seat: Seat, origin: Origin) -> CodeVerdict:
        """Judge the code that the person reads from their phone."""
        return await self.phones.confirm(name, draft, entered, seat.place, origin)

    async def prove(
        self, name: str, draft: RecoveryDraft, person: DeclaredPerson, seat: Seat, origin: Origin
    ) -> Started | Verdict | RecoveryRefusal:
        """Ask the register on the officer's behalf, by what the card says, and begin."""
        officer: Officer | None = await self.officers.of_account(seat.person_id, seat.account_id)
        if officer is None:
            return NotShown()
        if await self.store.count(f"assisted-questions:{seat.account_id}", OFFICER_WINDOW) > OFFICER_QUESTIONS:
            return RecoveryRefusal.TOO_MANY
        return await self.starts.prove(name, draft, person.name, person.birth_date, seat.place, origin, officer)
