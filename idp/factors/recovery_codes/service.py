"""Recovery codes: a set on paper for the day the phone is gone, each good once."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.model import Account
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices
from idp.audit.model import EventName, Origin
from idp.factors.answers import Refused, Shown, Why
from idp.factors.change_model import CHANGE_WAIT, BeginChange, SetAside, still_waits
from idp.factors.events import factor_event, owner_of
from idp.factors.model import AddRecoveryCode, DropRecoveryCodes, FactorReader, HoldAccount, UseRecoveryCode
from idp.factors.recovery_codes.codes import canonical, new_codes
from idp.factors.tries import FactorTries
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId, SessionId
from idp.kernel.secrets import HashKey
from idp.sessions.model import SessionView
from idp.sign_in.drafts import DraftStore
from idp.sign_in.levels import ONE_TIME_PASSWORD
from records.structs import Unprinted

RECOVERY_CODE = "recovery_code"


class NewCodes(Unprinted, Struct, frozen=True):
    """A fresh set on its way to the page that shows it once."""

    account_id: AccountId
    codes: tuple[str, ...]


class RecoveryCodeFactor(Struct, frozen=True):
    """Judges recovery codes."""

    reader: FactorReader
    tries: FactorTries
    ledger: Ledger
    code_hash: HashKey

    async def check(
        self, account: Account, entered: str, origin: Origin, now: datetime, session_id: SessionId
    ) -> Shown | Refused:
        """Judge an entered code; the write that uses it decides which of two tabs was first."""
        refused = await self.tries.count(account, RECOVERY_CODE, now)
        if refused is not None:
            return refused
        hashed = hash_of(self.code_hash, account.id, entered)
        if not await self.reader.has_recovery_code(account.person_id, account.id, hashed):
            self.ledger.enqueue(factor_event(EventName.FACTOR_REFUSED, account, RECOVERY_CODE, origin, now, session_id))
            return Refused(Why.RECOVERY_CODE_WRONG)
        accepted = factor_event(EventName.FACTOR_ACCEPTED, account, RECOVERY_CODE, origin, now, session_id)
        use = UseRecoveryCode(person_id=account.person_id, account_id=account.id, code_hash=hashed, now=now)
        enrolled = await self.reader.of_account(account.person_id, account.id)
        waits = still_waits(enrolled.recovery_codes_pending_until, now)
        return Shown(ONE_TIME_PASSWORD, (use, self.tries.forget(account, RECOVERY_CODE), accepted), waits)


class RecoveryCodes(Struct, frozen=True):
    """Makes sets of codes; the caller has seen to a recent strong sign-in."""

    drafts: DraftStore[NewCodes]
    ledger: Ledger
    notices: Notices
    code_hash: HashKey
    clock: Clock
    wait: timedelta = CHANGE_WAIT

    async def replace(self, view: SessionView, browser: str, origin: Origin) -> str | None:
        """Make a new set, which ends the one before; return the name under which `take` shows it once."""
        account, now, codes = view.account, self.clock.now(), new_codes()
        kept = [
            AddRecoveryCode(
                person_id=account.person_id,
                account_id=account.id,
                code_hash=hash_of(self.code_hash, account.id, code),
                created_at=now,
                pending_until=now + self.wait,
            )
            for code in codes
        ]
        done = await self.ledger.commit(
            # Of two tabs the second replaces the set of the first, instead of adding to it.
            HoldAccount(person_id=account.person_id, account_id=account.id),
            BeginChange(person_id=account.person_id, account_id=account.id, now=now),
            SetAside(person_id=account.person_id, account_id=account.id, at=now, recovery_codes=True),
            DropRecoveryCodes(person_id=account.person_id, account_id=account.id),
            *kept,
            FactorTries.forget(account, RECOVERY_CODE),
            factor_event(EventName.FACTOR_ADDED, account, RECOVERY_CODE, origin, now, view.session.id),
            *self.notices.tell(owner_of(view), NoticeKind.FACTOR_ADDED, now, {"factor": RECOVERY_CODE}),
        )
        return await self.drafts.start(NewCodes(account.id, codes), browser) if done else None

    async def take(self, name: str, view: SessionView, browser: str) -> tuple[str, ...]:
        """Return the codes of a fresh set, once; empty when they were shown or the time is over."""
        draft = await self.drafts.load(name, browser)
        if draft is None or draft.account_id != view.account.id:
            return ()
        await self.drafts.drop(name)
        return draft.codes


def hash_of(key: HashKey, account_id: AccountId, code: str) -> bytes:
    """Return what is kept of a code: bound to its account, so that equal codes of two people have nothing in common."""
    return key.digest(f"{account_id}|{canonical(code)}")
