"""What helping somebody to recover by calls needs: the steps at a desk, without a browser."""

from typing import Protocol

from idp.audit.model import Origin
from idp.kernel.locales import Locale
from idp.proofing.model import Verdict
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.phones import PhoneNumber
from idp.selfservice.assisted_recovery import Seat
from idp.selfservice.declared_identity import DeclaredPerson
from idp.selfservice.one_time_codes import CodeVerdict
from idp.selfservice.recovery import RecoveryRefusal
from idp.selfservice.recovery_drafts import RecoveryDraft
from idp.selfservice.recovery_started import Started


class RecoverySteps(Protocol):
    """The steps of `idp.selfservice.assisted_recovery.AssistedRecovery`; a draft opens for its seat alone."""

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
