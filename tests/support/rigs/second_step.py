"""Sign-in with its second step over a real store: the use cases as the provider composes them, and a clock to turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from clients.model import ClientId
from idp.account.model import NUMBER_PLACE, PHONE_PLACE, Account, AccountStatus, OpenAccount, ProofState, SealedValue
from idp.account.notices.message_ceilings import MessageCeilings
from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.sql.database import Database
from idp.adapters.webauthn.ceremonies import WebauthnCeremonies
from idp.audit.model import Origin
from idp.factors.approvals import ApprovalFactor
from idp.factors.checks import FactorChecks
from idp.factors.drafts import FactorDraft
from idp.factors.model import TOTP_PLACE, AddRecoveryCode, AddTotp, DropRecoveryCodes, RemoveTotp
from idp.factors.one_time_codes.service import OneTimeCodes
from idp.factors.one_time_codes.sms import SmsFactor
from idp.factors.passkey.challenges import PasskeyChallenges
from idp.factors.passkey.model import PasskeySite
from idp.factors.passkey.service import Passkeys
from idp.factors.password.ports import Lane
from idp.factors.password.renewals import PasswordRenewals
from idp.factors.recovery_codes.service import RecoveryCodeFactor, hash_of
from idp.factors.totp.service import TotpFactor
from idp.factors.tries import FactorTries
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.locales import Locale
from idp.kernel.secrets import HashKey, Sealer, Secret, new_secret
from idp.sessions.browser_sessions import BrowserSessions
from idp.sessions.model import SessionView
from idp.sign_in.admission import Admission
from idp.sign_in.devices import KnownDevices
from idp.sign_in.drafts import DraftStore
from idp.sign_in.limits import SignInLimits
from idp.sign_in.password import SignIn, SignInContext
from idp.sign_in.second_steps import SecondSteps
from idp.sign_in.step_up import StepUp
from tests.support.running.sql_stores import NOW

NUMBER, PASSWORD = "001899000001", "an-honest-long-Passphrase-7"
_PHONE = "+84912345678"
_KEY = HashKey(b"k" * 32)
ORIGIN = Origin("correlation", "192.0.2.7", 50123, "Firefox, Windows")
TOTP_SECRET = Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")


@dataclass
class TurnedClock:
    """A clock that stands still until it is turned."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


class PlainHasher:
    """Implements `EvenPasswordHasher` without its work."""

    async def hash(self, password: str, lane: Lane = Lane.ANYBODY) -> str:
        return f"plain:{password}"

    async def verify(
        self,
        hash: str | None,  # noqa: A002 - as the port has it
        password: str,
        lane: Lane = Lane.ANYBODY,
    ) -> bool:
        return hash == f"plain:{password}"

    async def pretend(
        self,
        hash: str | None,  # noqa: A002 - likewise
        password: str,
        lane: Lane = Lane.ANYBODY,
    ) -> None:
        """There is no work to do."""

    def needs_rehash(self, hash: str) -> bool:  # noqa: A002 - likewise
        return False


@dataclass
class SentCodes:
    """Implements `SmsTexts` and keeps the codes that were written."""

    codes: list[str] = field(default_factory=list)

    def __call__(self, key: str, locale: Locale, values: Mapping[str, str | timedelta]) -> str:
        code = str(values["code"])
        if key.endswith("_code"):
            self.codes.append(code)
        return f"{locale} {key} {code}"


class SecondStepRig:
    """One person with every second factor and two steps at every sign-in."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.sent = database, TurnedClock(), SentCodes()
        self.token_hash = _KEY
        self._sealer = Sealer({"k": b"s" * 32}, "k")
        store = MemoryShortLivedStore(self.clock)
        ledger, sealer, clock = database.ledger, self._sealer, self.clock
        messages = Messages(sealer, self.sent, lambda key, *_: (key, key))
        devices = KnownDevices(database.devices, _KEY, Notices(messages, sealer, _KEY))
        sessions = BrowserSessions(ledger, self.token_hash)
        tries = FactorTries(ledger, database.factors)
        drafts = DraftStore(store, sealer, "second-factor", FactorDraft, timedelta(minutes=30))
        ceremonies = WebauthnCeremonies(PasskeySite.of_issuer("http://localhost:8000", "test"))
        self.checks = FactorChecks(
            drafts=drafts,
            factors=database.factors,
            approvers=database.approvals,
            passkeys=Passkeys(database.passkeys, ceremonies, PasskeyChallenges(sealer), ledger, clock),
            totp=TotpFactor(database.factors, tries, ledger, sealer),
            approval=ApprovalFactor(database.approvals, ledger),
            sms=SmsFactor(
                OneTimeCodes(ledger, store, _KEY, messages, MessageCeilings(store, _KEY)), tries, ledger, store, sealer
            ),
            recovery_codes=RecoveryCodeFactor(database.factors, tries, ledger, _KEY),
            clock=clock,
        )
        self.step_up = StepUp(self.checks, drafts, sessions, _KEY, clock)
        self.second_steps = SecondSteps(self.checks, drafts, database.accounts, sessions, devices, _KEY, clock)
        limits = SignInLimits(ledger, store, Admission(1_000))
        self.sign_in = SignIn(
            accounts=database.accounts,
            hasher=PlainHasher(),
            renewals=PasswordRenewals(PlainHasher()),
            ledger=ledger,
            sessions=sessions,
            devices=devices,
            limits=limits,
            number_index=_KEY,
            clock=clock,
            second_steps=self.second_steps,
        )

    async def open_account(self, *, two_steps: bool) -> Account:
        """Open the person's account."""
        account = Account(
            AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, ProofState.PROVED, "vi", NOW, NOW, two_steps
        )
        number = SealedValue(
            _KEY.digest(NUMBER), self._sealer.seal(NUMBER.encode(), NUMBER_PLACE.of(account.person_id))
        )
        phone = SealedValue(_KEY.digest(_PHONE), self._sealer.seal(_PHONE.encode(), PHONE_PLACE.of(account.person_id)))
        opening = OpenAccount(
            account=account,
            number=number,
            phone=phone,
            profile_sealed=b"profile",
            password_hash=await PlainHasher().hash(PASSWORD),
        )
        assert await self.database.ledger.commit(opening)
        return account

    async def enrol(self, account: Account, *recovery_codes: str) -> None:
        """Give the account an authenticator app and recovery codes, anew."""
        await self.database.ledger.commit(RemoveTotp(person_id=account.person_id, account_id=account.id))
        secret = self._sealer.seal(TOTP_SECRET.reveal().encode(), TOTP_PLACE.of(account.person_id))
        kept = [
            AddRecoveryCode(
                person_id=account.person_id,
                account_id=account.id,
                code_hash=hash_of(_KEY, account.id, code),
                created_at=NOW,
            )
            for code in recovery_codes
        ]
        assert await self.database.ledger.commit(
            AddTotp(
                person_id=account.person_id, account_id=account.id, secret_sealed=secret, last_step=0, created_at=NOW
            ),
            DropRecoveryCodes(person_id=account.person_id, account_id=account.id),
            *kept,
        )

    async def live(self, cookie: Secret) -> SessionView | None:
        """Return the live session of a cookie."""
        return await self.database.sessions.live(
            self.token_hash.digest(cookie.reveal()), ClientId(""), self.clock.now()
        )


def context(browser: str, before: SessionView | None = None) -> SignInContext:
    """Return a browser that no account knows."""
    return SignInContext(before, browser, (), ORIGIN)


def new_browser() -> str:
    """Return a browser's mark."""
    return new_secret()
