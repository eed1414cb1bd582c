"""How long a phone counts: carriers give numbers that nobody uses to somebody else (SP 800-63B-4 3.1.3.3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId

COUNTS_FOR = timedelta(days=365)
# Nobody's phone stops counting before it has been asked for and this has passed, however old it is.
ASKED_AHEAD = timedelta(days=30)


class PhoneAge(Struct, frozen=True):
    """When a code last came back from a phone, and when its person was asked for another since."""

    confirmed_at: datetime
    asked_at: datetime | None = None

    def counts_until(self, now: datetime) -> datetime:
        """Return until when it recovers the account; of a phone that nobody was asked for, at the earliest."""
        return max(self.confirmed_at + COUNTS_FOR, (self.asked_at or now) + ASKED_AHEAD)

    def stale_at(self, now: datetime) -> bool:
        """Say whether it counts for nothing in a recovery any more; it still gets notices."""
        return self.counts_until(now) <= now


def due_before(now: datetime) -> datetime:
    """Return since when a phone must not have been confirmed for its person to be asked."""
    return now - (COUNTS_FOR - ASKED_AHEAD)


class DuePhone(Struct, frozen=True):
    """A phone whose person is to be asked."""

    person_id: PersonId
    account_id: AccountId
    confirmed_at: datetime


class PhoneAgeReader(Protocol):
    """Reads when phones were confirmed."""

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> PhoneAge | None:
        """Return the age of an account's phone; None without a phone."""

    async def due(self, before: datetime, limit: int) -> Sequence[DuePhone]:
        """Return up to `limit` phones, the oldest first, that were confirmed by then and not asked for since.

        Of accounts that are not closed.
        """


class ConfirmPhone(Effect):
    """A code came back from the phone. It says nothing where another phone has taken its place.

    When the phone came to the account stays as it is: an earlier proof asks for that (`idp.proofing.proof_ports`).
    """

    person_id: PersonId
    account_id: AccountId
    phone_sealed: bytes
    at: datetime


class AskPhone(Effect):
    """The person is asked for their phone. Too late if they were, or if it was confirmed or replaced meanwhile."""

    phone: DuePhone
    at: datetime
    claim: ClassVar[bool] = True
