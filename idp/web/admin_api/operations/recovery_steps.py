"""What helping somebody to recover by calls needs: the steps at a desk, without a browser."""

from typing import Protocol

from idp.audit.model import Origin
from idp.factors.one_time_codes.service import CodeVerdict
from idp.kernel.locales import Locale
from idp.proofing.model import Verdict
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.assisted import Seat
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.service import RecoveryRefusal
from idp.recovery.started import Started
from idp.registration.declared_identity import DeclaredPerson


class RecoverySteps(Protocol):
    """The steps of `idp.recovery.assisted.AssistedRecovery`; a draft opens for its seat alone."""

    async def begin(
        self, seat: Seat, number: PersonalNumber, phone: PhoneNumber, locale: Locale
    ) -> str | RecoveryRefusal:
        """Send a code to the phone that the person shows, and return the name of the draft."""

    async def load(self, name: str, seat: Seat) -> RecoveryDraft | None:
        """Return a draft of this officer at this seat."""

    async def resend(self, name: str, draft: RecoveryDraft, seat: Seat, locale: Locale) -> bool:
        """Send another code; False when enough were sent."""

    async def confirm(self, name: str, draft: RecoveryDraft, entered: str, seat: Seat, origin: Origin) -> CodeVerdict:
        """Judge the code that the person reads from their phone."""

    async def prove(
        self, name: str, draft: RecoveryDraft, person: DeclaredPerson, seat: Seat, origin: Origin
    ) -> Started | Verdict | RecoveryRefusal:
        """Ask the register on the officer's behalf, by what the card says, and begin."""
