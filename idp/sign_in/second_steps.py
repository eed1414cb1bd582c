"""The second step of a sign-in: a right password alone gives no session where the account wants more."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from idp.account.model import AccountStatus, SignInRecord
from idp.account.notices.service import Reachable
from idp.account.ports import AccountReader
from idp.audit.model import Origin
from idp.factors.answers import Refused, Shown, Why
from idp.factors.checks import FactorChecks
from idp.factors.drafts import Claimant, FactorChallenge, FactorDraft, PendingSignIn
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.ids import SessionId
from idp.kernel.secrets import HashKey, Secret
from idp.sessions.browser_sessions import BrowserSessions, EvidenceUsedError
from idp.sessions.model import SessionView
from idp.sign_in.devices import KnownDevices
from idp.sign_in.drafts import DraftStore
from idp.sign_in.levels import is_strong
from idp.upstream.arrivals import UpstreamArrival, arrival_effects, auth_time_of

# However often the page is used: after this the password is asked for again.
PENDING_LIFE = timedelta(minutes=15)


def needs_second_step(record: SignInRecord, factors: frozenset[str]) -> bool:
    """Say whether these factors alone may not start a session of the account."""
    return (record.account.two_steps or record.password.short) and not is_strong(factors)


class Finished(Struct, frozen=True):
    """The new session's cookie, and the secret by which the account knows this browser from now on, if it is new."""

    cookie: Secret
    device_secret: str | None


class SecondSteps(Struct, frozen=True):
    """Keeps what was shown first, and starts the session when the second factor is there."""

    checks: FactorChecks
    drafts: DraftStore[FactorDraft]
    accounts: AccountReader
    sessions: BrowserSessions
    devices: KnownDevices
    mark: HashKey
    clock: Clock

    async def begin(
        self,
        record: SignInRecord,
        factors: frozenset[str],
        browser: str,
        *,
        shared_computer: bool,
        upstream: UpstreamArrival | None = None,
    ) -> str:
        """Keep what was shown and return the draft's name for /sign-in/second?s=NAME; nobody is signed in yet.

        The name opens nothing without the browser's own mark, so it may stand in an address.
        """
        pending = PendingSignIn(
            factors=tuple(sorted(factors)),
            shared_computer=shared_computer,
            password_mark=self._mark(record),
            at=self.clock.now(),
            upstream=upstream,
        )
        account = record.account
        return await self.drafts.start(FactorDraft(account.person_id, account.id, SessionId(""), pending), browser)

    async def load(self, name: str, browser: str) -> FactorChallenge | None:
        """Return what is asked; None if the draft is gone, too old, another browser's, or the account has changed."""
        draft = await self.drafts.load(name, browser)
        if draft is None or draft.sign_in is None or self.clock.now() - draft.sign_in.at > PENDING_LIFE:
            return None
        record = await self.accounts.by_id(draft.person_id, draft.account_id)
        if record is None or record.account.status is not AccountStatus.OPEN:
            return None
        if self._mark(record) != draft.sign_in.password_mark:
            return None
        claimant = Claimant(record.account, record.phone_sealed, record.email_sealed)
        return FactorChallenge(name, draft, claimant, await self.checks.methods_of(claimant, SessionId("")))

    async def finish(
        self,
        challenge: FactorChallenge,
        shown: Shown,
        before: SessionView | None,
        devices: Sequence[str],
        origin: Origin,
    ) -> Finished | Refused:
        """Start the session; refused when the factor or the pending sign-in is used up.

        `before` is the browser's session until now, `devices` the secrets of its devices' cookie.
        """
        pending = challenge.draft.sign_in
        factors = frozenset({*pending.factors, shown.factor}) if pending else frozenset()
        if pending is None or not is_strong(factors):
            return Refused(Why.USED)
        now, claimant = self.clock.now(), challenge.claimant
        to = Reachable.of(claimant)
        arrival = await self.devices.arrive(to, devices, origin, now, shared_computer=pending.shared_computer)
        upstream = pending.upstream
        vouched = arrival_effects(upstream, to, self.devices.notices, origin, now) if upstream else ()
        try:
            cookie = await self.sessions.authenticated(
                claimant.account,
                factors,
                before,
                origin,
                now,
                (self._once(challenge.name, pending), *shown.effects, *arrival.effects, *vouched),
                shared_computer=pending.shared_computer,
                device_id=arrival.device_id,
                auth_time=auth_time_of(upstream),
                upstream_sealed=upstream.session_sealed if upstream else None,
                waiting=frozenset({shown.factor}) if shown.waits else frozenset(),
            )
        except EvidenceUsedError:
            return Refused(Why.USED)
        await self.drafts.drop(challenge.name)
        return Finished(cookie, arrival.new_secret)

    def _once(self, name: str, pending: PendingSignIn) -> ClaimOnce:
        return ClaimOnce(purpose="second_step", value_hash=self.mark.digest(name), expires_at=pending.at + PENDING_LIFE)

    def _mark(self, record: SignInRecord) -> bytes:
        return self.mark.digest(record.password.hash)
