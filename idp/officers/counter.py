"""Assisted filing: an officer begins at a counter, the citizen confirms with factors of their own, both are recorded.

Nothing of the officer's session changes, and the citizen's own browser session, if any, is not touched: what the
citizen confirms is a short session without a cookie, good for one code at one portal.
"""

from msgspec import Struct

from idp.account.model import AccountKind, AccountStatus, SignInRecord
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.audit.model import Origin
from idp.factors.model import HoldAccount
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.secrets import HashKey
from idp.kernel.shortlived import ShortLivedStore
from idp.officers.counter_drafts import SITTING, Confirmation, CounterDraft, CounterRefusal
from idp.officers.counter_session import SessionKeys, assistance_events, assisted_session, kept_assistance
from idp.officers.model import HoldOfficer, Officer, OfficerReader
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.request_digest import request_digest
from idp.protocol.extensions.acting_claims import AssistedBy
from idp.protocol.extensions.assisted_filing import Assistance
from idp.sessions.model import SessionView, StartSession
from idp.sign_in.drafts import DraftStore
from idp.sign_in.levels import achieved, is_strong, reaches
from idp.sign_in.throttling import NETWORK_WINDOW
from records.structs import replace

# A busy counter serves a citizen every few minutes; whoever asks more often tries numbers out.
OFFICER_BEGINS = 30


class Counter(Struct, frozen=True):
    """Leads from the citizen's number to what they confirmed.

    Nothing that the officer sees tells whether the number has an account (EN-1).
    """

    accounts: AccountReader
    officers: OfficerReader
    drafts: DraftStore[CounterDraft]
    ledger: Ledger
    store: ShortLivedStore
    notices: Notices
    number_index: HashKey
    keys: SessionKeys
    mark: HashKey
    clock: Clock

    async def begin(
        self, view: SessionView, request: AuthorizationRequest, number: PersonalNumber, browser: str
    ) -> str | CounterRefusal:
        """Return the name of the draft for the citizen of this number, if it has one."""
        if await self.store.count(f"counter:{view.account.id}", NETWORK_WINDOW) > OFFICER_BEGINS:
            return CounterRefusal.TOO_MANY
        record = await self.accounts.for_sign_in(self.number_index.digest(number.digits))
        account = record.account if record is not None and _may_be_assisted(record) else None
        draft = CounterDraft(
            officer_session_id=view.session.id,
            request=request_digest(request),
            number=number.digits,
            person_id=account.person_id if account else PersonId(""),
            account_id=account.id if account else AccountId(""),
            at=self.clock.now(),
        )
        return await self.drafts.start(draft, browser)

    async def load(
        self, name: str, view: SessionView, request: AuthorizationRequest, browser: str
    ) -> CounterDraft | None:
        """Return a draft of this officer's session for this very request; None for any other's, or an old one."""
        draft = await self.drafts.load(name, browser)
        if draft is None or draft.officer_session_id != view.session.id or draft.request != request_digest(request):
            return None
        return draft if self.clock.now() - draft.at <= SITTING else None

    async def pass_password(self, name: str, draft: CounterDraft, second_step: str, browser: str) -> None:
        """Note that the citizen typed their password for this request, and in which draft of the second step."""
        await self.drafts.save(name, replace(draft, second_step=second_step), browser)

    async def officer_of(self, view: SessionView) -> Officer | None:
        """Return the post that the officer holds now."""
        return await self.officers.of_account(view.account.person_id, view.account.id)

    async def confirm(
        self,
        name: str,
        draft: CounterDraft,
        view: SessionView,
        shown: Confirmation,
        request: AuthorizationRequest,
        origin: Origin,
    ) -> Assistance | CounterRefusal:
        """Begin the citizen's short session, and record and tell who assists whom; all of it or nothing."""
        now, account = self.clock.now(), shown.account
        officer = await self.officer_of(view)
        record = await self.accounts.by_id(account.person_id, account.id)
        if officer is None or record is None or account.id != draft.account_id or not is_strong(shown.factors):
            return CounterRefusal.OVER
        if draft.request != request_digest(request):
            return CounterRefusal.OVER
        acr = achieved(shown.factors, account.proof_at(now))
        client_id, minimum_acr = request.client.client_id, request.client.minimum_acr
        if minimum_acr is not None and not reaches(acr, minimum_acr):
            return CounterRefusal.LEVEL
        session = assisted_session(account, officer, shown.factors, acr, origin, now, self.keys)
        done = await self.ledger.commit(
            ClaimOnce(purpose="counter", value_hash=self.mark.digest(name), expires_at=now + SITTING),
            HoldOfficer(person_id=officer.person_id, account_id=officer.account_id, now=now),
            HoldAccount(person_id=account.person_id, account_id=account.id),
            StartSession(session=session),
            kept_assistance(session, officer, client_id),
            *shown.effects,
            *assistance_events(session, officer, request, shown.way, origin, now),
            *self.notices.tell(
                Reachable.of(record),
                NoticeKind.ASSISTED_FILING,
                now,
                {"agency": officer.agency},
            ),
        )
        await self.drafts.drop(name)
        if not done:
            return CounterRefusal.OVER
        return Assistance(session, AssistedBy(person_id=officer.person_id, agency=officer.agency, post=officer.post))


def _may_be_assisted(record: SignInRecord) -> bool:
    return record.account.kind is AccountKind.CITIZEN and record.account.status is AccountStatus.OPEN
