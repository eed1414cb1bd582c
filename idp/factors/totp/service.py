"""Authenticator apps: set up, shown as second factor, taken away (RFC 6238)."""

from datetime import datetime, timedelta

from msgspec import Struct

from idp.account.model import Account
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices
from idp.audit.model import EventName, Origin
from idp.factors.answers import Refused, Shown, Why
from idp.factors.change_model import CHANGE_WAIT, BeginChange, SetAside, still_waits
from idp.factors.events import factor_event, owner_of
from idp.factors.model import TOTP_PLACE, AddTotp, FactorReader, RemoveTotp, UseTotpStep
from idp.factors.totp.codes import matching_step, new_totp_secret
from idp.factors.tries import FactorTries
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId, SessionId
from idp.kernel.secrets import Sealer, Secret
from idp.sessions.model import SessionView
from idp.sign_in.drafts import DraftStore
from idp.sign_in.levels import ONE_TIME_PASSWORD
from records.structs import Unprinted

TOTP = "totp"


class TotpDraft(Unprinted, Struct, frozen=True):
    """A secret that an app has read and that counts for nothing until a code of it was shown."""

    account_id: AccountId
    secret: str


class TotpFactor(Struct, frozen=True):
    """Judges the codes of an account's app."""

    reader: FactorReader
    tries: FactorTries
    ledger: Ledger
    sealer: Sealer

    async def check(
        self, account: Account, entered: str, origin: Origin, now: datetime, session_id: SessionId
    ) -> Shown | Refused:
        """Judge an entered code. Each step of thirty seconds is accepted once, by the write that uses it."""
        refused = await self.tries.count(account, TOTP, now)
        if refused is not None:
            return refused
        record = (await self.reader.of_account(account.person_id, account.id)).totp
        step = None
        if record is not None:
            secret = Secret(self.sealer.open(record.secret_sealed, TOTP_PLACE.of(account.person_id)).decode())
            step = matching_step(secret, entered, now, record.last_step)
        if step is None:
            self.ledger.enqueue(factor_event(EventName.FACTOR_REFUSED, account, TOTP, origin, now, session_id))
            return Refused(Why.TOTP_WRONG)
        accepted = factor_event(EventName.FACTOR_ACCEPTED, account, TOTP, origin, now, session_id)
        use = UseTotpStep(person_id=account.person_id, account_id=account.id, last_step=step, now=now)
        waits = record is not None and still_waits(record.pending_until, now)
        return Shown(ONE_TIME_PASSWORD, (use, self.tries.forget(account, TOTP), accepted), waits)


class TotpEnrolment(Struct, frozen=True):
    """Adds an app to an account and takes it away; the caller has seen to a recent strong sign-in."""

    drafts: DraftStore[TotpDraft]
    reader: FactorReader
    ledger: Ledger
    sealer: Sealer
    notices: Notices
    clock: Clock
    wait: timedelta = CHANGE_WAIT

    async def begin(self, view: SessionView, browser: str) -> str:
        """Make a secret and return the name of the draft that holds it."""
        return await self.drafts.start(TotpDraft(view.account.id, new_totp_secret().reveal()), browser)

    async def secret_of(self, name: str, view: SessionView, browser: str) -> Secret | None:
        """Return the secret of a draft, for the app; None if it is gone or another account's."""
        draft = await self.drafts.load(name, browser)
        return Secret(draft.secret) if draft is not None and draft.account_id == view.account.id else None

    async def confirm(self, name: str, entered: str, view: SessionView, browser: str, origin: Origin) -> Refused | None:
        """Keep the secret once the app shows a code of it; return why not. The step that confirmed it is used up."""
        secret, account, now = await self.secret_of(name, view, browser), view.account, self.clock.now()
        step = None if secret is None else matching_step(secret, entered, now)
        if secret is None or step is None:
            return Refused(Why.TOTP_WRONG)
        sealed = self.sealer.seal(secret.reveal().encode(), TOTP_PLACE.of(account.person_id))
        added = await self.ledger.commit(
            BeginChange(person_id=account.person_id, account_id=account.id, now=now),
            AddTotp(
                person_id=account.person_id,
                account_id=account.id,
                secret_sealed=sealed,
                last_step=step,
                created_at=now,
                pending_until=now + self.wait,
            ),
            FactorTries.forget(account, TOTP),
            factor_event(EventName.FACTOR_ADDED, account, TOTP, origin, now, view.session.id),
            *self.notices.tell(owner_of(view), NoticeKind.FACTOR_ADDED, now, {"factor": TOTP}),
        )
        await self.drafts.drop(name)
        return None if added else Refused(Why.USED)

    async def remove(self, view: SessionView, origin: Origin) -> bool:
        """Forget the secret; False if it has to stay, as the last second factor of an officer does."""
        account, now = view.account, self.clock.now()
        removed = await self.ledger.commit(
            BeginChange(person_id=account.person_id, account_id=account.id, now=now),
            SetAside(person_id=account.person_id, account_id=account.id, at=now, totp=True),
            RemoveTotp(person_id=account.person_id, account_id=account.id),
            factor_event(EventName.FACTOR_REMOVED, account, TOTP, origin, now, view.session.id),
            *self.notices.tell(owner_of(view), NoticeKind.FACTOR_REMOVED, now, {"factor": TOTP}),
        )
        return removed or (await self.reader.of_account(account.person_id, account.id)).totp is None
