"""Step-up: one more factor inside a session, and only what is missing."""

from base64 import b32hexencode

from msgspec import Struct

from idp.audit.model import Origin
from idp.factors.answers import Refused, Shown, Why
from idp.factors.checks import FactorChecks
from idp.factors.drafts import AuthenticationMethod, Claimant, FactorChallenge, FactorDraft
from idp.kernel.clock import Clock
from idp.kernel.ids import ID_LENGTH
from idp.kernel.secrets import HashKey, Secret
from idp.sessions.browser_sessions import BrowserSessions
from idp.sessions.model import SessionView
from idp.sign_in.drafts import DraftStore
from idp.sign_in.levels import (
    APPROVAL,
    DEVICE_KEY,
    ONE_TIME_PASSWORD,
    SECOND_FACTORS,
    SMS,
    SOFTWARE_KEY,
    methods_up,
)

# Which factors, by their names in `amr`, a way can yield.
_YIELDS = {
    AuthenticationMethod.PASSKEY: frozenset({DEVICE_KEY, SOFTWARE_KEY}),
    AuthenticationMethod.TOTP: frozenset({ONE_TIME_PASSWORD}),
    AuthenticationMethod.APPROVAL: frozenset({APPROVAL}),
    AuthenticationMethod.SMS: frozenset({SMS}),
    AuthenticationMethod.RECOVERY_CODE: frozenset({ONE_TIME_PASSWORD}),
}


class StepUp(Struct, frozen=True):
    """Raises a session's level with any second factor of its account."""

    checks: FactorChecks
    drafts: DraftStore[FactorDraft]
    sessions: BrowserSessions
    mark: HashKey
    clock: Clock

    async def start(self, view: SessionView, browser: str, wanted: str | None) -> FactorChallenge:
        """Begin to ask this session for a factor, or go on; `wanted` as in `load`.

        One challenge serves all pages of a session: ten pages of a menu are one question, and send one code.
        """
        session, name = view.session, self._name(view)
        begun = await self.load(name, view, browser, wanted)
        if begun is not None:
            return begun
        draft = FactorDraft(session.person_id, session.account_id, session.id)
        await self.drafts.save(name, draft, browser)
        return await self._challenge(name, draft, view, wanted)

    async def load(self, name: str, view: SessionView, browser: str, wanted: str | None) -> FactorChallenge | None:
        """Return what is asked; None if the draft is gone or another session's (case MF-7).

        Only the ways that reach the level `wanted` are offered; without one, every second factor is.
        """
        draft = await self.drafts.load(name, browser)
        if draft is None or draft.sign_in is not None or draft.session_id != view.session.id:
            return None
        return await self._challenge(name, draft, view, wanted)

    async def _challenge(self, name: str, draft: FactorDraft, view: SessionView, wanted: str | None) -> FactorChallenge:
        claimant = Claimant(view.account, view.phone_sealed, view.email_sealed)
        useful = self._useful(view, wanted)
        ways = [way for way in await self.checks.methods_of(claimant, view.session.id) if _YIELDS[way] & useful]
        return FactorChallenge(name, draft, claimant, tuple(ways))

    def _name(self, view: SessionView) -> str:
        """Return the name of a session's challenge: nobody makes it who has not our key."""
        return b32hexencode(self.mark.digest(view.session.id)).decode("ascii").lower()[:ID_LENGTH]

    def _useful(self, view: SessionView, wanted: str | None) -> frozenset[str]:
        """Return the factors of which one alone is all that is missing."""
        if wanted is None:
            return SECOND_FACTORS
        missing = methods_up(wanted, view.session.amr, view.account.proof_at(self.clock.now()))
        return frozenset(factor for way in missing if len(way) == 1 for factor in way)

    async def finish(
        self, challenge: FactorChallenge, shown: Shown, view: SessionView, origin: Origin
    ) -> Secret | Refused:
        """Return the session's new cookie; refused when the factor is used up or the session has ended meanwhile."""
        cookie = await self.sessions.stepped_up(view, shown, origin, self.clock.now())
        if cookie is None:
            return Refused(Why.USED)
        await self.drafts.drop(challenge.name)
        return cookie
