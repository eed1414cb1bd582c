"""The first sign-in through a provider: linked to an existing account with proof of both, or a new account."""

from enum import StrEnum

from msgspec import Struct

from idp.audit.model import Origin
from idp.kernel.clock import Clock
from idp.kernel.locales import Locale
from idp.proofing.model import ClaimedIdentity
from idp.proofing.values.phones import PhoneNumber
from idp.registration.service import RegistrationRefusal, Registrations
from idp.sign_in.drafts import DraftStore
from idp.sign_in.password import Outcome, SignIn, SignInContext, SignInRefusal
from idp.upstream.arrivals import UpstreamArrival, claimed_identity
from records.structs import replace


class Possible(StrEnum):
    """What somebody whom we do not know yet may do."""

    LINK_OR_OPEN = "link_or_open"
    LINK = "link"
    # The provider's trust proves no identity: an account here must lead to it first.
    NOTHING = "nothing"


class UpstreamFirstTime(Struct, frozen=True):
    """The first visit by an upstream provider: it never tells whether a number has an account (EN-1)."""

    arrivals: DraftStore[UpstreamArrival]
    sign_in: SignIn
    registrations: Registrations
    clock: Clock

    async def load(self, name: str, browser: str) -> UpstreamArrival | None:
        """Return a first sign-in on its way."""
        return await self.arrivals.load(name, browser)

    def possible(self, arrival: UpstreamArrival) -> Possible:
        """Return what the provider's word is good for."""
        if arrival.identity is None:
            return Possible.NOTHING
        return Possible.LINK if self._claimed(arrival) is None else Possible.LINK_OR_OPEN

    async def link(self, name: str, arrival: UpstreamArrival, password: str, context: SignInContext) -> Outcome:
        """Sign in to the account of the vouched number with its own password, and link it in the same commit.

        Where the account wants a second step, the link waits for it. The number is the provider's word, the password
        the account's: either alone links nothing (case AL-1).
        """
        if arrival.identity is None:
            return SignInRefusal.WRONG
        upstream = replace(arrival, linking=True)
        linking = replace(context, upstream=upstream, shared_computer=arrival.shared_computer)
        outcome = await self.sign_in.attempt(arrival.identity.number, password, linking)
        if not isinstance(outcome, SignInRefusal):
            await self.arrivals.drop(name)
        return outcome

    async def open(
        self,
        name: str,
        arrival: UpstreamArrival,
        phone: PhoneNumber,
        back: str,
        browser: str,
        locale: Locale,
        origin: Origin,
    ) -> str | RegistrationRefusal | None:
        """Begin a registration of the vouched identity and return its draft's name; None where that is not possible."""
        claimed = self._claimed(arrival)
        if claimed is None:
            return None
        upstream = replace(arrival, linking=True)
        begun = await self.registrations.begin(claimed, phone, back, browser, locale, origin, upstream)
        if not isinstance(begun, RegistrationRefusal):
            await self.arrivals.drop(name)
        return begun

    def _claimed(self, arrival: UpstreamArrival) -> ClaimedIdentity | None:
        return claimed_identity(arrival, self.clock.now().date())
