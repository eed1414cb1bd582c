"""A citizen at a counter confirms on a device of their own."""

import os
import secrets
from datetime import timedelta

import msgspec
from msgspec import Struct

from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin
from idp.factors.approval_model import ABOUT_PLACE, Approval, ApprovalReader, AskedAtCounter, OpenApproval, UseApproval
from idp.factors.approvals import APPROVAL_LIFE, ASKS_AN_HOUR
from idp.factors.events import factor_event
from idp.factors.model import HoldAccount
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import ApprovalId, SessionId, new_id
from idp.kernel.secrets import Sealer
from idp.officers.counter_drafts import Confirmation, CounterDraft, PhoneAnswer
from idp.officers.counter_session import assistance_event
from idp.sign_in.drafts import DraftStore
from idp.sign_in.levels import APPROVAL, MULTIPLE
from records.structs import replace

_HOUR = timedelta(hours=1)
_FIRST_NUMBER, _NUMBERS = 10, 90


class CounterPhone(Struct, frozen=True):
    """Asks the citizen's own devices, and hears what they say."""

    accounts: AccountReader
    approvals: ApprovalReader
    drafts: DraftStore[CounterDraft]
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def ask(
        self, name: str, draft: CounterDraft, asked_by: AskedAtCounter, browser: str, origin: Origin
    ) -> CounterDraft:
        """Ask the citizen's own devices. Whether there is anybody to ask shows in nothing that the officer sees."""
        now = self.clock.now()
        approval_id = ApprovalId(new_id())
        asked = Approval(
            id=approval_id,
            person_id=draft.person_id,
            account_id=draft.account_id,
            match_number=_FIRST_NUMBER + secrets.randbelow(_NUMBERS),
            browser=origin.browser,
            address=origin.address,
            created_at=now,
            expires_at=now + APPROVAL_LIFE,
            about_sealed=self.sealer.seal(msgspec.json.encode(asked_by), ABOUT_PLACE.of(approval_id)),
        )
        if draft.account_id:
            await self.ledger.commit(
                HoldAccount(person_id=draft.person_id, account_id=draft.account_id),
                OpenApproval(approval=asked, since=now - _HOUR, limit=ASKS_AN_HOUR),
                assistance_event(EventName.ASSISTANCE_ASKED, draft.person_id, asked_by.client_id, origin, now),
            )
        else:
            await self.ledger.commit(
                ClaimOnce(purpose="counter_ask_of_nobody", value_hash=os.urandom(32), expires_at=asked.expires_at)
            )
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
            record.account,
            factors,
            (
                UseApproval(person_id=asked.person_id, approval_id=asked.id, asking_session_id=SessionId(""), now=now),
                accepted,
            ),
            "own_device",
        )
