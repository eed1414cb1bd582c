"""One door to every second factor: which ones an account can show, and whether what was shown counts."""

from msgspec import Struct

from idp.account.model import AccountKind
from idp.audit.model import Origin
from idp.factors.answers import Refused, Shown, Why
from idp.factors.approval_model import ApprovalReader
from idp.factors.approvals import ApprovalFactor
from idp.factors.drafts import AuthenticationMethod, Claimant, FactorChallenge, FactorDraft
from idp.factors.model import FactorReader
from idp.factors.one_time_codes.sms import SmsFactor
from idp.factors.passkey.service import PasskeyPrompt, PasskeyRefusal, Passkeys
from idp.factors.recovery_codes.service import RecoveryCodeFactor
from idp.factors.totp.service import TotpFactor
from idp.kernel.clock import Clock
from idp.kernel.ids import SessionId
from idp.kernel.locales import Locale
from idp.sign_in.drafts import DraftStore
from records.structs import replace

# An officer's second factor is one that no telephone company hands to somebody else.
_OFFICERS_METHODS = frozenset({AuthenticationMethod.PASSKEY, AuthenticationMethod.TOTP})
_PASSKEY_REFUSALS = {
    PasskeyRefusal.REFUSED: Why.PASSKEY_REFUSED,
    PasskeyRefusal.EXPIRED: Why.PASSKEY_EXPIRED,
}


class Entered(Struct, frozen=True):
    """What came back with a form: a typed code, or a passkey's answer to the challenge of a name."""

    code: str = ""
    passkey_name: str = ""
    passkey_answer: str = ""


class FactorChecks(Struct, frozen=True):
    """Asks for second factors and judges them, the same inside a session, at sign-in and before a change."""

    drafts: DraftStore[FactorDraft]
    factors: FactorReader
    approvers: ApprovalReader
    passkeys: Passkeys
    totp: TotpFactor
    approval: ApprovalFactor
    sms: SmsFactor
    recovery_codes: RecoveryCodeFactor
    clock: Clock

    async def methods_of(self, claimant: Claimant, session_id: SessionId) -> tuple[AuthenticationMethod, ...]:
        """Return the ways that an account can show a second factor now, the safest and easiest first."""
        account, now = claimant.account, self.clock.now()
        enrolled = await self.factors.of_account(account.person_id, account.id)
        rests_until = enrolled.phone_rests_until
        can = {
            AuthenticationMethod.PASSKEY: enrolled.passkeys > 0,
            AuthenticationMethod.TOTP: enrolled.totp is not None,
            AuthenticationMethod.APPROVAL: await self.approvers.has_approver(
                account.person_id, account.id, session_id, now
            ),
            AuthenticationMethod.SMS: claimant.phone_sealed is not None and not (rests_until and now < rests_until),
            AuthenticationMethod.RECOVERY_CODE: enrolled.recovery_codes > 0,
        }
        allowed = _OFFICERS_METHODS if account.kind is AccountKind.OFFICER else frozenset(AuthenticationMethod)
        return tuple(way for way in AuthenticationMethod if can[way] and way in allowed)

    def code_lives(self, challenge: FactorChallenge) -> bool:
        """Say whether a code is on its way that is still good."""
        code = challenge.draft.code
        return code is not None and code.expires_at > self.clock.now()

    async def prompt(self, challenge: FactorChallenge, browser: str) -> PasskeyPrompt:
        """Return a passkey challenge for the account."""
        return await self.passkeys.begin(browser, challenge.claimant.account)

    async def send(
        self, challenge: FactorChallenge, purpose: str, browser: str, locale: Locale
    ) -> FactorChallenge | Refused:
        """Send a code by SMS, which ends the one before."""
        sent = await self.sms.send(challenge.draft, challenge.claimant, purpose, locale, self.clock.now())
        return await self._kept(challenge, sent, browser)

    async def ask(self, challenge: FactorChallenge, browser: str, origin: Origin) -> FactorChallenge | Refused:
        """Ask the person's other devices."""
        asked = await self.approval.ask(challenge.draft, challenge.claimant, origin, self.clock.now())
        return await self._kept(challenge, asked, browser)

    async def check(
        self, challenge: FactorChallenge, way: AuthenticationMethod, entered: Entered, browser: str, origin: Origin
    ) -> Shown | Refused:
        """Judge what was shown. A way that the account does not have is refused like a wrong answer."""
        draft, claimant, now = challenge.draft, challenge.claimant, self.clock.now()
        account, session_id = claimant.account, draft.session_id
        if way not in challenge.ways:
            return Refused(Why.CODE_EXPIRED)
        match way:
            case AuthenticationMethod.SMS:
                return await self.sms.check(draft, claimant, entered.code, origin, now)
            case AuthenticationMethod.TOTP:
                return await self.totp.check(account, entered.code, origin, now, session_id)
            case AuthenticationMethod.RECOVERY_CODE:
                return await self.recovery_codes.check(account, entered.code, origin, now, session_id)
            case AuthenticationMethod.APPROVAL:
                return await self.approval.check(draft, claimant, origin, now)
            case AuthenticationMethod.PASSKEY:
                return await self._passkey(challenge, entered, browser, origin)

    async def _passkey(
        self, challenge: FactorChallenge, entered: Entered, browser: str, origin: Origin
    ) -> Shown | Refused:
        proof = await self.passkeys.verify(
            entered.passkey_name,
            entered.passkey_answer,
            browser,
            challenge.claimant.account,
            origin,
            self.clock.now(),
        )
        if isinstance(proof, PasskeyRefusal):
            return Refused(_PASSKEY_REFUSALS[proof])
        return Shown(proof.factor, proof.effects, proof.waits)

    async def _kept(
        self, challenge: FactorChallenge, draft: FactorDraft | Refused, browser: str
    ) -> FactorChallenge | Refused:
        if isinstance(draft, Refused):
            return draft
        await self.drafts.save(challenge.name, draft, browser)
        return replace(challenge, draft=draft)
