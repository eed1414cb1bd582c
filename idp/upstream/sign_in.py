"""Signing in through an upstream provider: there and back, and who it is here."""

from collections.abc import Mapping

from msgspec import Struct

from idp.account.model import AccountKind, AccountStatus, SignInRecord
from idp.account.notices.service import Reachable
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, SessionId, new_id
from idp.kernel.locales import Locale
from idp.kernel.secrets import HashKey, Sealer
from idp.sessions.browser_sessions import BrowserSessions, EvidenceUsedError
from idp.sessions.upstream import UpstreamSession
from idp.sign_in.devices import KnownDevices
from idp.sign_in.drafts import DraftStore
from idp.sign_in.levels import is_strong
from idp.sign_in.password import SecondStepNeeded, SignedIn, SignInContext
from idp.sign_in.second_steps import SecondSteps
from idp.upstream.arrivals import UpstreamArrival, arrival_effects
from idp.upstream.authorization import SignInAttempt
from idp.upstream.errors import UpstreamRefusedError, Why
from idp.upstream.link_model import SUBJECT_PLACE, UpstreamLinkReader
from idp.upstream.model import UpstreamResult
from idp.upstream.service import Federation
from records.structs import Unprinted


class UpstreamAttempt(Unprinted, Struct, frozen=True):
    """A browser that is away at a provider: what it was sent with, and which visit of ours it comes back to."""

    attempt: SignInAttempt
    interaction: str
    resume: str
    shared_computer: bool
    # Where a signed-in person links instead of signing in: the session that asked.
    session_id: SessionId = SessionId("")
    # They do not link: they prove anew who they are, to end the wait of their changes.
    ends_waits: bool = False


class FirstTime(Struct, frozen=True):
    """Nobody here is linked to this account of the provider: the draft's name for /sign-in/upstream/first."""

    draft: str


Arrived = SignedIn | SecondStepNeeded | FirstTime | Why


class UpstreamSignIn(Struct, frozen=True):
    """Signs in whoever a provider vouches for, if their account there is linked to one here."""

    federation: Federation
    attempts: DraftStore[UpstreamAttempt]
    first_times: DraftStore[UpstreamArrival]
    links: UpstreamLinkReader
    accounts: AccountReader
    sessions: BrowserSessions
    second_steps: SecondSteps
    devices: KnownDevices
    ledger: Ledger
    sealer: Sealer
    subject_hash: HashKey
    clock: Clock

    async def begin(
        self,
        provider_id: str,
        visit: tuple[str, str],
        browser: str,
        locale: Locale,
        *,
        fresh: bool,
        shared_computer: bool,
        session_id: SessionId = SessionId(""),
        ends_waits: bool = False,
    ) -> str | Why:
        """Return where the browser goes, or why not now. `visit` is the interaction's name and its resumption.

        On a shared computer the provider's own session may be the last person's: they sign in there anew.
        """
        try:
            attempt = self.federation.attempt(provider_id, fresh=fresh or shared_computer)
            kept = UpstreamAttempt(attempt, *visit, shared_computer, session_id, ends_waits)
            name = await self.attempts.start(kept, browser)
            return await self.federation.address(attempt, state=name, locale=locale)
        except UpstreamRefusedError as error:
            return error.why

    async def attempt_of(self, parameters: Mapping[str, str], browser: str) -> UpstreamAttempt | None:
        """Return the attempt that an answer names, if it is this browser's (RFC 9700 4.7.1)."""
        return await self.attempts.load(parameters.get("state", ""), browser)

    async def arrive(
        self,
        provider_id: str,
        attempt: UpstreamAttempt | None,
        parameters: Mapping[str, str],
        context: SignInContext,
        *,
        repeated: bool,
    ) -> Arrived:
        """Return what an answer at a provider's callback leads to. Whatever comes of it, the attempt is over."""
        arrival = await self.believe(provider_id, attempt, parameters, context.origin, repeated=repeated)
        return arrival if isinstance(arrival, Why) else await self._who(arrival, context)

    async def believe(
        self,
        provider_id: str,
        attempt: UpstreamAttempt | None,
        parameters: Mapping[str, str],
        origin: Origin,
        *,
        repeated: bool,
    ) -> UpstreamArrival | Why:
        """Return an answer that may be believed, whoever it is about here. The attempt is over in any case."""
        state = parameters.get("state", "")
        if attempt is not None:
            await self.attempts.drop(state)
        try:
            result = await self.federation.finish(
                provider_id, attempt.attempt if attempt else None, parameters, repeated=repeated
            )
        except UpstreamRefusedError as error:
            self._note_refusal(provider_id, error, origin)
            return error.why
        return self._arrival(result, state, shared_computer=attempt is not None and attempt.shared_computer)

    async def _who(self, arrival: UpstreamArrival, context: SignInContext) -> Arrived:
        link = await self.links.find(arrival.provider, arrival.subject_index)
        if link is None:
            return FirstTime(await self.first_times.start(arrival, context.browser))
        record = await self.accounts.by_id(link.person_id, link.account_id)
        account = record.account if record else None
        if record is None or account is None or account.status is not AccountStatus.OPEN:
            return Why.FAILED
        if account.kind is not AccountKind.CITIZEN:
            return Why.FAILED
        if account.two_steps and not is_strong(arrival.factors):
            return SecondStepNeeded(
                await self.second_steps.begin(
                    record,
                    frozenset(arrival.factors),
                    context.browser,
                    shared_computer=context.shared_computer,
                    upstream=arrival,
                )
            )
        return await self._accept(record, arrival, context)

    async def _accept(self, record: SignInRecord, arrival: UpstreamArrival, context: SignInContext) -> Arrived:
        now, to = self.clock.now(), Reachable.of(record)
        seen = await self.devices.arrive(
            to, context.devices, context.origin, now, shared_computer=context.shared_computer
        )
        try:
            cookie = await self.sessions.authenticated(
                record.account,
                frozenset(arrival.factors),
                context.before,
                context.origin,
                now,
                (*arrival_effects(arrival, to, self.devices.notices, context.origin, now), *seen.effects),
                shared_computer=context.shared_computer,
                device_id=seen.device_id,
                auth_time=arrival.auth_time,
                upstream_sealed=arrival.session_sealed,
            )
        except EvidenceUsedError:
            return Why.EXPIRED
        return SignedIn(cookie, seen.new_secret)

    def _arrival(self, result: UpstreamResult, state: str, *, shared_computer: bool) -> UpstreamArrival:
        now, provider = self.clock.now(), self.federation.provider(result.provider)
        issuer = provider.issuer if provider else ""
        session = UpstreamSession(result.provider, now, result.sid, result.id_token)
        return UpstreamArrival(
            provider=result.provider,
            # With the issuer: a provider's id that is given to another issuer leads to nobody's account.
            subject_index=self.subject_hash.digest(f"{issuer}\n{result.subject}"),
            subject_sealed=self.sealer.seal(result.subject.encode(), SUBJECT_PLACE),
            session_sealed=session.seal(self.sealer),
            factors=tuple(sorted(result.factors)),
            auth_time=min(result.auth_time, now),
            at=now,
            answer_hash=self.subject_hash.digest(state),
            linking=False,
            identity=result.identity,
            shared_computer=shared_computer,
        )

    def _note_refusal(self, provider_id: str, error: UpstreamRefusedError, origin: Origin) -> None:
        self.ledger.enqueue(
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.UPSTREAM_REFUSED,
                at=self.clock.now(),
                origin=origin,
                reason=error.why,
                details={
                    "provider": provider_id if provider_id in self.federation.services else "",
                    "why": error.detail,
                },
            )
        )
