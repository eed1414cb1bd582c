"""The person behind an officer's account: shown at enrolment by their own citizen sign-in in the same browser."""

from datetime import datetime

from msgspec import Struct

from idp.account.model import AccountKind, SealedValue
from idp.account.own_identity import OwnIdentities, OwnIdentity
from idp.kernel.secrets import HashKey, Sealer
from idp.officers.posts import PERSON_NUMBER_PLACE
from idp.proofing.values.personal_numbers import masked_number
from idp.sessions.model import SessionView
from idp.sign_in.recent import is_recent_and_strong


class OfficerPeople(Struct, frozen=True):
    """Reads the number of the citizen who is signed in: proved, and with two factors of the last minutes.

    Its blind index is made with a key of its own: nobody joins an officer's account to the private one by it.
    """

    identities: OwnIdentities
    sealer: Sealer
    number_index: HashKey

    async def number_of(self, view: SessionView | None, officer_id: str, now: datetime) -> SealedValue | None:
        """Return the number as the account of the officer `officer_id` keeps it.

        None where nobody has shown whose account it will be.
        """
        own = await self._of(view, now)
        return None if own is None else self.kept(own.number, officer_id)

    def kept(self, number: str, officer_id: str) -> SealedValue:
        """Return a number as the account of an officer keeps it."""
        sealed = self.sealer.seal(number.encode(), PERSON_NUMBER_PLACE.of(officer_id))
        return SealedValue(self.number_index.digest(number), sealed)

    async def masked(self, view: SessionView | None, now: datetime) -> str:
        """Return what the page shows of the number before it is kept; "" for none."""
        own = await self._of(view, now)
        return "" if own is None else masked_number(own.number)

    async def _of(self, view: SessionView | None, now: datetime) -> OwnIdentity | None:
        if view is None or view.account.kind is not AccountKind.CITIZEN or not is_recent_and_strong(view, now):
            return None
        return await self.identities.of(view, now)
