"""Linking an account of a provider from inside one's own account: signed in here with two factors, then there."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from idp.account.notices.service import Notices
from idp.account.own_identity import OwnIdentities
from idp.audit.model import EventName, Origin
from idp.factors.events import owner_of
from idp.factors.waits_ended import WaitEnds, is_same_person
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.locales import Locale
from idp.sessions.model import SessionView
from idp.upstream.arrivals import UpstreamArrival, arrival_effects, upstream_event
from idp.upstream.errors import Why
from idp.upstream.link_model import UpstreamLinkReader
from idp.upstream.model import Trust, UpstreamProvider
from idp.upstream.sign_in import UpstreamAttempt, UpstreamSignIn
from records.structs import replace


class Linked(StrEnum):
    """What became of it."""

    LINKED = "linked"
    # Of another person, or linked to another account: which of the two, and whose, is not told.
    NOT_YOURS = "not_yours"
    # The person came to end the wait of their changes.
    WAITS_ENDED = "waits_ended"
    # Another person's account there, or somebody waits to recover the account here.
    NOT_ENDED = "not_ended"


class UpstreamLinking(Struct, frozen=True):
    """Links what a provider vouches for to the account of the session that asked, if both are the same person.

    Whoever calls has seen two factors a short while ago.
    """

    sign_in: UpstreamSignIn
    identities: OwnIdentities
    links: UpstreamLinkReader
    ledger: Ledger
    notices: Notices
    clock: Clock
    waits: WaitEnds

    def choices(self) -> tuple[UpstreamProvider, ...]:
        """Return the providers whose word says who somebody is; no other can be compared with the account."""
        providers = (service.provider for service in self.sign_in.federation.offered)
        return tuple(one for one in providers if one.trust is Trust.PROVED_IDENTITY)

    async def begin(
        self, provider_id: str, view: SessionView, browser: str, locale: Locale, *, ends_waits: bool = False
    ) -> str | Why:
        """Return where the browser goes, or why not now. The person signs in there anew, whoever did so before.

        With `ends_waits` nothing is linked: the proof lets count what waits.
        """
        if provider_id not in {provider.id for provider in self.choices()}:
            return Why.FAILED
        return await self.sign_in.begin(
            provider_id,
            ("", ""),
            browser,
            locale,
            fresh=True,
            shared_computer=False,
            session_id=view.session.id,
            ends_waits=ends_waits,
        )

    async def finish(
        self,
        provider_id: str,
        attempt: UpstreamAttempt,
        parameters: Mapping[str, str],
        view: SessionView | None,
        origin: Origin,
        *,
        repeated: bool,
    ) -> Linked | Why:
        """Link what came to the provider's callback; `view` is the session that the browser has now."""
        arrival = await self.sign_in.believe(provider_id, attempt, parameters, origin, repeated=repeated)
        if isinstance(arrival, Why):
            return arrival
        # Another person signed in meanwhile, or the session ended: what was asked for there is nobody's here.
        if view is None or view.session.id != attempt.session_id:
            return Why.EXPIRED
        if attempt.ends_waits:
            ended = await self.waits.by_upstream(arrival, view, origin)
            return Linked.WAITS_ENDED if ended else self._refused(arrival, view, origin, Linked.NOT_ENDED)
        if not await is_same_person(self.identities, arrival, view):
            return self._refused(arrival, view, origin)
        known = await self.links.find(arrival.provider, arrival.subject_index)
        if known is not None:
            is_own = (known.person_id, known.account_id) == (view.account.person_id, view.account.id)
            return Linked.LINKED if is_own else self._refused(arrival, view, origin)
        now = self.clock.now()
        linking = arrival_effects(replace(arrival, linking=True), owner_of(view), self.notices, origin, now)
        return Linked.LINKED if await self.ledger.commit(*linking) else self._refused(arrival, view, origin)

    def _refused(
        self, arrival: UpstreamArrival, view: SessionView, origin: Origin, why: Linked = Linked.NOT_YOURS
    ) -> Linked:
        name, now = EventName.UPSTREAM_REFUSED, self.clock.now()
        self.ledger.enqueue(upstream_event(name, view.account, arrival.provider, origin, now, reason=why))
        return why
