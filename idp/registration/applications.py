"""What somebody registers with, and how it is kept sealed while the account may not open yet."""

from datetime import datetime

import msgspec
from msgspec import Struct

from idp.kernel.ids import AccountId, JobId, PersonId, new_id
from idp.kernel.locales import Locale
from idp.kernel.places import Column
from idp.kernel.secrets import Sealer
from idp.proofing.evidence import Evidence
from idp.proofing.model import ClaimedIdentity
from idp.proofing.proof import JobPurpose, QueueJob, RegisterJob
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.upstream.arrivals import UpstreamArrival
from records.structs import Unprinted

# What a waiting registration was sealed as.
APPLICATION_PLACE = Column("registration_of_a_former_person")


class Applicant(Unprinted, Struct, frozen=True):
    """Whoever registers: what was declared, the confirmed phone (E.164), the new password's hash."""

    claimed: ClaimedIdentity
    phone: str
    password_hash: str
    locale: Locale
    # What is linked when the account opens at once; one that had to wait is linked at a later sign-in.
    upstream: UpstreamArrival | None = None
    # What shows that they are here; None where the data is all that they showed.
    evidence: Evidence | None = None


class _Application(Struct, frozen=True):
    number: str
    name: str
    birth_date: str
    phone: str
    password_hash: str
    locale: Locale
    evidence: Evidence | None = None


def queued_application(
    applicant: Applicant, person_id: PersonId, sealer: Sealer, now: datetime, due_at: datetime
) -> QueueJob:
    """Return the effect that lets a registration wait. Its account id leads nowhere until the account is opened."""
    claimed = applicant.claimed
    application = _Application(
        claimed.number.digits,
        claimed.name,
        claimed.birth_date.oidc_birthdate(),
        applicant.phone,
        applicant.password_hash,
        applicant.locale,
        applicant.evidence,
    )
    return QueueJob(
        job=RegisterJob(
            id=JobId(new_id()),
            person_id=person_id,
            account_id=AccountId(new_id()),
            purpose=JobPurpose.COMING_BACK,
            claim_sealed=sealer.seal(msgspec.json.encode(application), APPLICATION_PLACE.of(person_id)),
            due_at=due_at,
            started_at=now,
        )
    )


def read_application(claim_sealed: bytes, person_id: PersonId, sealer: Sealer) -> Applicant:
    """Return what `queued_application` sealed."""
    opened = msgspec.json.decode(sealer.open(claim_sealed, APPLICATION_PLACE.of(person_id)), type=_Application)
    claimed = ClaimedIdentity(PersonalNumber(opened.number), opened.name, BirthDate.parse(opened.birth_date))
    return Applicant(claimed, opened.phone, opened.password_hash, opened.locale, evidence=opened.evidence)
