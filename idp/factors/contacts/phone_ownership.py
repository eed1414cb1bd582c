"""Whether a phone that somebody has shown is theirs by the carriers' word: evidence that they are here."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from idp.kernel.ids import new_id
from idp.proofing.evidence import Evidence, EvidenceKind, evidence_rules
from idp.proofing.model import Purpose
from idp.proofing.policy import REGISTER_DEADLINE
from idp.proofing.registers.subscribers import NotSubscribed, Subscribed, SubscriberMatch
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber


class Ownership(StrEnum):
    """What the carriers say of a phone and a number."""

    OWN = "own"
    # Registered under this number, or moved to another device, a short while ago: a SIM may have been taken over.
    UNSETTLED = "unsettled"
    NOT_OWN = "not_own"
    UNKNOWN = "unknown"


class PhoneFinding(Struct, frozen=True):
    """The carriers' word, and the evidence that it is, where it is any."""

    ownership: Ownership
    evidence: Evidence | None = None


NOT_ASKED = PhoneFinding(Ownership.UNKNOWN)


class PhoneOwnership(Struct, frozen=True):
    """Asks the carriers about phones whose holders have entered a code that was sent there."""

    subscribers: SubscriberMatch
    deadline: timedelta = REGISTER_DEADLINE

    async def of(self, number: PersonalNumber, phone: str, purpose: Purpose, now: datetime) -> PhoneFinding:
        """Return whose a confirmed phone (E.164) is; never raises for what the carriers do."""
        request_id = new_id()
        answer = await self.subscribers.match(
            number, PhoneNumber(phone), request_id=request_id, purpose=purpose, deadline=self.deadline
        )
        match answer:
            case Subscribed(since):
                return _settled(since_days=(now.date() - since).days, request_id=request_id, now=now)
            case NotSubscribed():
                return PhoneFinding(Ownership.NOT_OWN)
            case _:
                return NOT_ASKED


def _settled(*, since_days: int, request_id: str, now: datetime) -> PhoneFinding:
    # A day in the future is a carrier's mistake, and settles nothing.
    if since_days < evidence_rules()[EvidenceKind.SUBSCRIBER].settled.days:
        return PhoneFinding(Ownership.UNSETTLED)
    return PhoneFinding(Ownership.OWN, Evidence(kind=EvidenceKind.SUBSCRIBER, at=now, source=request_id))
