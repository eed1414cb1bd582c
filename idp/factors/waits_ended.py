"""A new proof ends the wait of changes: a sign-in at a provider that proved the person, or a phone of their own."""

from datetime import datetime

from msgspec import Struct

from idp.account.model import ProofState
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices
from idp.account.own_identity import OwnIdentities
from idp.audit.model import EventName, Origin
from idp.factors.change_model import BeginChange, EndWaits
from idp.factors.contacts.phone_ownership import Ownership, PhoneOwnership
from idp.factors.events import owner_of
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.proofing.registers.purposes import OWN_PHONE
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.sessions.model import SessionView
from idp.upstream.arrivals import ANSWER_PURPOSE, UpstreamArrival, upstream_event
from idp.upstream.link_model import UpstreamLinkReader
from idp.upstream.policy import ATTEMPT_LIFE, FIRST_TIME_LIFE

_MATCHED = frozenset({ProofState.PROVED, ProofState.MATCHED})
REASON = "waits_ended"


async def is_same_person(identities: OwnIdentities, arrival: UpstreamArrival, view: SessionView) -> bool:
    """Compare the vouched number with the account's own: name and birth date may be written in many ways."""
    own = await identities.of_account(view.account.person_id, view.account.id)
    if own is None or arrival.identity is None:
        return False
    try:
        return PersonalNumber.parse(arrival.identity.number).digits == own.number
    except DeclaredValueError:
        return False


class OwnPhones(Struct, frozen=True):
    """Says whether a phone whose code was entered is subscribed under the number that the register matched."""

    identities: OwnIdentities
    carriers: PhoneOwnership

    async def owns(self, view: SessionView, phone: str, now: datetime) -> bool:
        """Ask the carriers; False where they do not know, or where the phone was registered or moved lately.

        It says of this phone alone that it is the person's: whoever holds an own phone of somebody has not become them.
        """
        account = view.account
        if account.proof_at(now) not in _MATCHED:
            return False
        own = await self.identities.of_account(account.person_id, account.id)
        if own is None:
            return False
        found = await self.carriers.of(PersonalNumber(own.number), phone, OWN_PHONE, now)
        return found.ownership is Ownership.OWN


class WaitEnds(Struct, frozen=True):
    """Ends the waits of a person who was shown what waits, asked for it, and has just proved who they are."""

    identities: OwnIdentities
    links: UpstreamLinkReader
    ledger: Ledger
    notices: Notices
    clock: Clock

    async def by_upstream(self, arrival: UpstreamArrival, view: SessionView, origin: Origin) -> bool:
        """End every wait of what was changed before the person signed in at the provider; False if it is not theirs.

        While somebody waits to recover the account nothing ends: they may be who it belongs to. Every contact is told.
        """
        account, now = view.account, self.clock.now()
        if not await is_same_person(self.identities, arrival, view):
            return False
        known = await self.links.find(arrival.provider, arrival.subject_index)
        if known is not None and (known.person_id, known.account_id) != (account.person_id, account.id):
            return False
        return await self.ledger.commit(
            ClaimOnce(
                purpose=ANSWER_PURPOSE,
                value_hash=arrival.answer_hash,
                expires_at=arrival.at + ATTEMPT_LIFE + FIRST_TIME_LIFE,
            ),
            BeginChange(person_id=account.person_id, account_id=account.id, now=now),
            EndWaits(person_id=account.person_id, account_id=account.id, begun_until=arrival.auth_time, at=now),
            upstream_event(EventName.UPSTREAM_ACCEPTED, account, arrival.provider, origin, now, REASON),
            *self.notices.tell(owner_of(view), NoticeKind.WAITS_ENDED, now),
        )
