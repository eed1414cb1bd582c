"""Assisted filing: an officer begins at a counter, the citizen confirms with factors of their own, both are recorded.

Nothing of the officer's session changes, and the citizen's own browser session, if any, is not touched: what the
citizen confirms is a short session without a cookie, good for one code at one portal.
"""

import os
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from idp.accounts.approvals import ABOUT_PLACE, Approval, ApprovalReader, AskedAtCounter, OpenApproval, UseApproval
from idp.accounts.factors import HoldAccount
from idp.accounts.model import Account, AccountKind, AccountStatus, SignInRecord
from idp.accounts.notices import NoticeKind
from idp.accounts.officers import HoldOfficer, KeepAssistance, Officer, OfficerReader
from idp.accounts.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.authentication.levels import APPROVAL, MULTIPLE, achieved, amr_of, is_strong, rank
from idp.authentication.throttling import NETWORK_WINDOW
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import new_id
from idp.kernel.secrets import HashKey, Sealer, new_secret
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.personal_numbers import PersonalNumber
from idp.protocol.acting_claims import AssistedBy
from idp.protocol.assisted_code import Assistance
from idp.selfservice.approvals import APPROVAL_LIFE, ASKS_AN_HOUR
from idp.selfservice.drafts import DraftShelf
from idp.selfservice.factor_answers import Shown
from idp.selfservice.factor_events import factor_event
from idp.selfservice.notices import Notices, Reachable
from idp.sessions.model import Session, SessionView, StartSession

# How long one citizen may sit at the counter before the officer begins anew, and how long what they confirmed lasts:
# a filing with its attachments, not the next citizen's.
SITTING = timedelta(minutes=15)
ASSISTED_LIFE = timedelta(minutes=15)
# A busy counter serves a citizen every few minutes; whoever asks more often tries numbers out.
OFFICER_BEGINS = 30
ASSISTANCE_PLACE = "assistance"
_HOUR = timedelta(hours=1)
_FIRST_NUMBER, _NUMBERS = 10, 90


class CounterRefusal(StrEnum):
    """Why a filing does not go on: the key of the text that says so."""

    TOO_MANY = "counter_too_many"
    # The citizen's factors or proof do not reach what the portal insists on.
    LEVEL = "counter_level"
    # Answered already, too late, or the officer's account or the citizen's was taken back meanwhile.
    OVER = "counter_over"


class PhoneAnswer(StrEnum):
    """What the citizen's own device has said so far."""

    WAITING = "waiting"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, repr=False)
class CounterDraft:
    """One citizen at the counter of one officer's session. For a number without an account the ids are empty."""

    officer_session_id: str
    client_id: str
    number: str
    person_id: str
    account_id: str
    at: datetime
    approval_id: str = ""
    match_number: int = 0
    asked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the citizen has shown: factors by their names in `amr`; they count once `effects` are committed."""

    account: Account
    factors: frozenset[str]
    effects: tuple[Effect, ...]
    way: str


@dataclass(frozen=True, slots=True)
class Counter:
    """Leads from the citizen's number to what they confirmed.

    Nothing that the officer sees tells whether the number has an account (EN-1).
    """

    accounts: AccountReader
    officers: OfficerReader
    approvals: ApprovalReader
    drafts: DraftShelf[CounterDraft]
    ledger: Ledger
    store: ShortLivedStore
    sealer: Sealer
    notices: Notices
    number_index: HashKey
    token_hash: HashKey
    mark: HashKey
    clock: Clock

    async def begin(
        self, view: SessionView, client_id: str, number: PersonalNumber, browser: str
    ) -> str | CounterRefusal:
        """Return the name of the draft for the citizen of this number, if it has one."""
        if await self.store.count(f"counter:{view.account.id}", NETWORK_WINDOW) > OFFICER_BEGINS:
            return CounterRefusal.TOO_MANY
        record = await self.accounts.for_sign_in(self.number_index.digest(number.digits))
        account = record.account if record is not None and _may_be_assisted(record) else None
        draft = CounterDraft(
            officer_session_id=view.session.id,
            client_id=client_id,
            number=number.digits,
            person_id=account.person_id if account else "",
            account_id=account.id if account else "",
            at=self.clock.now(),
        )
        return await self.drafts.start(draft, browser)

    async def load(self, name: str, view: SessionView, client_id: str, browser: str) -> CounterDraft | None:
        """Return a draft of this officer's session for this portal; None for anybody else's, or an old one."""
        draft = await self.drafts.load(name, browser)
        if draft is None or draft.officer_session_id != view.session.id or draft.client_id != client_id:
            return None
        return draft if self.clock.now() - draft.at <= SITTING else None

    async def officer_of(self, view: SessionView) -> Officer | None:
        """Return the post that the officer holds now."""
        return await self.officers.of_account(view.account.person_id, view.account.id)

    async def ask_phone(
        self, name: str, draft: CounterDraft, asked_by: AskedAtCounter, browser: str, origin: Origin
    ) -> CounterDraft:
        """Ask the citizen's own devices. Whether there is anybody to ask shows in nothing that the officer sees."""
        now = self.clock.now()
        asked = Approval(
            id=new_id(),
            person_id=draft.person_id,
            account_id=draft.account_id,
            match_number=_FIRST_NUMBER + secrets.randbelow(_NUMBERS),
            browser=origin.browser,
            address=origin.address,
            created_at=now,
            expires_at=now + APPROVAL_LIFE,
            about_sealed=self.sealer.seal(msgspec.json.encode(asked_by), ABOUT_PLACE),
        )
        if draft.account_id:
            await self.ledger.commit(
                HoldAccount(draft.person_id, draft.account_id),
                OpenApproval(asked, now - _HOUR, ASKS_AN_HOUR),
                self._event(EventName.ASSISTANCE_ASKED, draft.person_id, draft.client_id, origin, now),
            )
        else:
            await self.ledger.commit(ClaimOnce("counter_ask_of_nobody", os.urandom(32), asked.expires_at))
        waiting = replace(draft, approval_id=asked.id, match_number=asked.match_number, asked_until=asked.expires_at)
        await self.drafts.save(name, waiting, browser)
        return waiting

    async def heard(self, draft: CounterDraft, origin: Origin) -> Confirmation | PhoneAnswer:
        """Return what the citizen's device has answered; a question that reached nobody waits until it expires."""
        now = self.clock.now()
        asked = await self.approvals.by_id(draft.person_id, draft.approval_id) if draft.approval_id else None
        if draft.asked_until is None or now >= draft.asked_until:
            return PhoneAnswer.EXPIRED
        if asked is None or asked.approved is None:
            return PhoneAnswer.WAITING
        record = await self.accounts.by_id(draft.person_id, draft.account_id) if asked.approved else None
        if record is None:
            return PhoneAnswer.REFUSED
        accepted = factor_event(EventName.FACTOR_ACCEPTED, record.account, APPROVAL, origin, now)
        # The yes came from a session of their own: what that one has shown counts, and the number beside it.
        factors = frozenset({*asked.answered_amr, APPROVAL}) - {MULTIPLE}
        return Confirmation(
            record.account, factors, (UseApproval(asked.person_id, asked.id, "", now), accepted), "own_device"
        )

    async def confirm(
        self,
        name: str,
        draft: CounterDraft,
        view: SessionView,
        shown: Confirmation,
        minimum_acr: str | None,
        origin: Origin,
    ) -> Assistance | CounterRefusal:
        """Begin the citizen's short session, and record and tell who assists whom; all of it or nothing."""
        now, account = self.clock.now(), shown.account
        officer = await self.officer_of(view)
        record = await self.accounts.by_id(account.person_id, account.id)
        if officer is None or record is None or account.id != draft.account_id or not is_strong(shown.factors):
            return CounterRefusal.OVER
        acr = achieved(shown.factors, account.proof_at(now))
        if minimum_acr is not None and rank(acr) < rank(minimum_acr):
            return CounterRefusal.LEVEL
        session = self._session(account, officer, shown.factors, acr, origin, now)
        done = await self.ledger.commit(
            ClaimOnce("counter", self.mark.digest(name), now + SITTING),
            HoldOfficer(officer.person_id, officer.account_id, now),
            HoldAccount(account.person_id, account.id),
            StartSession(session),
            _kept(session, officer, draft.client_id),
            *shown.effects,
            *self._recorded(session, officer, draft.client_id, shown.way, origin, now),
            *self.notices.tell(
                Reachable(record.account, record.phone_sealed, record.email_sealed),
                NoticeKind.ASSISTED_FILING,
                now,
                {"agency": officer.agency},
            ),
        )
        await self.drafts.drop(name)
        if not done:
            return CounterRefusal.OVER
        return Assistance(session, AssistedBy(person_id=officer.person_id, agency=officer.agency, post=officer.post))

    def _session(
        self, account: Account, officer: Officer, factors: frozenset[str], acr: str, origin: Origin, now: datetime
    ) -> Session:
        ends = min(now + ASSISTED_LIFE, officer.ends_at)
        assistance = {"officer": officer.account_id, "agency": officer.agency, "post": officer.post}
        return Session(
            id=new_id(),
            # Nobody is given this secret: the session has no cookie.
            secret_hash=self.token_hash.digest(new_secret()),
            person_id=account.person_id,
            account_id=account.id,
            auth_time=now,
            acr=acr,
            amr=amr_of(factors),
            created_at=now,
            expires_at=ends,
            factor_at=now,
            idle_until=ends,
            shared_computer=True,
            browser=origin.browser,
            address=origin.address,
            assistance_sealed=self.sealer.seal(msgspec.json.encode(assistance), ASSISTANCE_PLACE),
        )

    def _recorded(
        self, session: Session, officer: Officer, client_id: str, way: str, origin: Origin, now: datetime
    ) -> tuple[Effect, ...]:
        """Return the events of both: each names the other by an id or a code of the house's own."""
        about = {"agency": officer.agency, "post": officer.post, "officer_code": officer.code}
        given = replace(
            self._event(EventName.ASSISTANCE_GIVEN, session.person_id, client_id, origin, now),
            session_id=session.id,
            details={**about, "officer": officer.account_id, "way": way},
        )
        assisted = replace(
            self._event(EventName.CITIZEN_ASSISTED, officer.person_id, client_id, origin, now),
            details={"account": session.account_id, "session": session.id, "way": way},
        )
        return given, assisted

    def _event(self, name: EventName, person_id: str, client_id: str, origin: Origin, now: datetime) -> RecordEvent:
        return RecordEvent(
            id=new_id(), name=name, at=now, origin=origin, person_id=person_id or None, client_id=client_id
        )


def from_screen(account: Account, earlier: frozenset[str], shown: Shown) -> Confirmation:
    """Return what a citizen has shown on the counter's own screen."""
    return Confirmation(account, earlier | {shown.factor}, shown.effects, "counter_screen")


def _may_be_assisted(record: SignInRecord) -> bool:
    return record.account.kind is AccountKind.CITIZEN and record.account.status is AccountStatus.OPEN


def _kept(session: Session, officer: Officer, client_id: str) -> KeepAssistance:
    return KeepAssistance(
        assistance_id=new_id(),
        person_id=session.person_id,
        account_id=session.account_id,
        session_id=session.id,
        officer_person_id=officer.person_id,
        officer_account_id=officer.account_id,
        client_id=client_id,
        at=session.created_at,
        ends_at=session.expires_at,
    )
