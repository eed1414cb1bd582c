"""Evidence from another system's proof: its password and phone, shown now, show that it is the same person."""

from typing import Protocol

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId, EventId, PersonId, new_id
from idp.proofing.evidence import Evidence, EvidenceKind, ShowEarlierProof
from idp.sessions.model import SessionView
from idp.sign_in.levels import PASSWORD, SMS
from idp.sign_in.recent import fresh_factors

_SOURCE = "former_system"


class EarlierProofReader(Protocol):
    """Knows which accounts another system proved."""

    async def came_proved(self, person_id: PersonId, account_id: AccountId) -> bool:
        """Say whether an account came proved, has no evidence yet, and still has the phone that it came with."""


class EarlierProofs(Struct, frozen=True):
    """Takes an earlier proof with two factors as evidence.

    An account that was opened here and matched by data alone has no earlier proof: nobody saw its person.
    """

    reader: EarlierProofReader
    ledger: Ledger
    notices: Notices
    clock: Clock

    async def offered(self, view: SessionView) -> bool:
        """Say whether this way is open to the account of a session."""
        return await self.reader.came_proved(view.account.person_id, view.account.id)

    async def show(self, view: SessionView, origin: Origin) -> bool:
        """Accept what the session has shown a moment ago; False if that, or the account, is not enough."""
        now, account = self.clock.now(), view.account
        if view.session.shared_computer or not {PASSWORD, SMS} <= fresh_factors(view.session, now):
            return False
        evidence = Evidence(kind=EvidenceKind.EARLIER, at=now, source=_SOURCE)
        return await self.ledger.commit(
            ShowEarlierProof(person_id=account.person_id, account_id=account.id, evidence=evidence),
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.IDENTITY_PROVED,
                at=now,
                origin=origin,
                person_id=account.person_id,
                session_id=view.session.id,
                reason=EvidenceKind.EARLIER,
            ),
            *self.notices.tell(Reachable.of(view), NoticeKind.IDENTITY_PROVED, now),
        )
