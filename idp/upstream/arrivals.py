"""The believed result of a sign-in at an upstream provider, until it becomes a session here."""

from datetime import date, datetime

from msgspec import Struct

from idp.account.model import Account
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.audit.model import EventName, Origin, RecordEvent
from idp.grants.model import ClaimOnce
from idp.kernel.effects import Effect
from idp.kernel.ids import EventId, new_id
from idp.proofing.evidence import Evidence, EvidenceKind, SetEvidence
from idp.proofing.model import ClaimedIdentity
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.errors import DeclaredValueError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.waiting import queued_by_link
from idp.upstream.link_model import JoinUpstream, LinkUpstream, UpstreamLink, UseUpstreamLink
from idp.upstream.model import VouchedIdentity
from idp.upstream.policy import ATTEMPT_LIFE, FIRST_TIME_LIFE
from records.structs import Unprinted

ANSWER_PURPOSE = "upstream_answer"
# The word that stands for this way of signing in where a factor is named.
_WAY = "upstream"


class UpstreamArrival(Unprinted, Struct, frozen=True):
    """A believed answer of a provider on its way: kept sealed in drafts, for one browser.

    `linking` says that the account here is linked by it, and not found by it. `answer_hash` is of the state that the
    answer came with: it counts once.
    """

    provider: str
    subject_index: bytes
    subject_sealed: bytes
    session_sealed: bytes
    factors: tuple[str, ...]
    auth_time: datetime
    at: datetime
    answer_hash: bytes
    linking: bool
    identity: VouchedIdentity | None
    shared_computer: bool = False


def arrival_effects(
    arrival: UpstreamArrival, to: Reachable, notices: Notices, origin: Origin, now: datetime
) -> tuple[Effect, ...]:
    """Return what is committed with the session: the answer's one use, and the link made or used."""
    account = to.account
    once = ClaimOnce(
        purpose=ANSWER_PURPOSE, value_hash=arrival.answer_hash, expires_at=arrival.at + ATTEMPT_LIFE + FIRST_TIME_LIFE
    )
    proving = _proving(arrival, account, notices, now)
    if not arrival.linking:
        used = UseUpstreamLink(
            person_id=account.person_id,
            account_id=account.id,
            provider=arrival.provider,
            subject_index=arrival.subject_index,
            at=now,
        )
        accepted = upstream_event(EventName.UPSTREAM_ACCEPTED, account, arrival.provider, origin, now)
        return (once, used, accepted, *proving)
    return (
        once,
        LinkUpstream(link=_link(arrival, account, now)),
        upstream_event(EventName.UPSTREAM_LINKED, account, arrival.provider, origin, now),
        *notices.tell(to, NoticeKind.FACTOR_ADDED, now, {"factor": _WAY}),
        *proving,
    )


def _proving(arrival: UpstreamArrival, account: Account, notices: Notices, now: datetime) -> tuple[Effect, ...]:
    """Return the evidence that a provider's word is, and the register's match that makes it a proof.

    The account is the vouched number's: it was found by it, or linked with proof of both.
    """
    claimed = claimed_identity(arrival, now.date())
    evidence = upstream_evidence(arrival, claimed, now)
    if claimed is None or evidence is None:
        return ()
    known = SetEvidence(person_id=account.person_id, account_id=account.id, evidence=evidence)
    return (known, *queued_by_link(account, claimed, notices.sealer, now))


def claimed_identity(arrival: UpstreamArrival, today: date) -> ClaimedIdentity | None:
    """Return the vouched identity as a claim for the register; None where a part is missing or unreadable."""
    if arrival.identity is None:
        return None
    identity = arrival.identity
    try:
        number, born = PersonalNumber.parse(identity.number), BirthDate.parse(identity.birth_date)
        return None if born.is_after(today) else ClaimedIdentity(number, identity.name, born)
    except DeclaredValueError:
        return None


def upstream_evidence(
    arrival: UpstreamArrival | None, claimed: ClaimedIdentity | None, now: datetime
) -> Evidence | None:
    """Return the evidence that a provider's word is for a claim: it proved the same number in face of an officer."""
    vouched = None if arrival is None else claimed_identity(arrival, now.date())
    if arrival is None or vouched is None or claimed is None or vouched.number != claimed.number:
        return None
    return Evidence(kind=EvidenceKind.UPSTREAM, at=arrival.auth_time, source=arrival.provider)


def auth_time_of(arrival: UpstreamArrival | None) -> datetime | None:
    """Return when the person signed in at the provider; None where they sign in with what is shown here."""
    return None if arrival is None or arrival.linking else arrival.auth_time


def opening_effects(
    arrival: UpstreamArrival | None, account: Account, origin: Origin, now: datetime
) -> tuple[Effect, ...]:
    """Return what links an account that is opened at this moment."""
    if arrival is None:
        return ()
    linked = upstream_event(EventName.UPSTREAM_LINKED, account, arrival.provider, origin, now)
    return (JoinUpstream(link=_link(arrival, account, now)), linked)


def upstream_event(
    name: EventName, account: Account, provider: str, origin: Origin, now: datetime, reason: str = ""
) -> RecordEvent:
    """Return the event that something happened with a provider."""
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=origin,
        person_id=account.person_id,
        reason=reason,
        details={"provider": provider},
    )


def _link(arrival: UpstreamArrival, account: Account, now: datetime) -> UpstreamLink:
    return UpstreamLink(
        person_id=account.person_id,
        account_id=account.id,
        provider=arrival.provider,
        subject_index=arrival.subject_index,
        subject_sealed=arrival.subject_sealed,
        linked_at=now,
    )
