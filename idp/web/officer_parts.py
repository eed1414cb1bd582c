"""What the pages of officers are given."""

from dataclasses import dataclass

from idp.accounts.officers import OfficerReader
from idp.selfservice.officer_enrolment import OfficerEnrolment


@dataclass(frozen=True, slots=True)
class OfficerParts:
    """The use cases of officers."""

    reader: OfficerReader
    enrolment: OfficerEnrolment
