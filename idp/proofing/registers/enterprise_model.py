"""What is claimed of an organisation, what the enterprise register said, and what came of comparing the two."""

import unicodedata
from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import force_setattr

from idp.proofing.model import Verdict
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.errors import InvalidNameError, NameProblem
from idp.proofing.values.names import canonical_name
from idp.proofing.values.personal_numbers import PersonalNumber
from records.structs import Unprinted

_LONGEST_NAME = 200


class EnterpriseState(StrEnum):
    """What the register says of an organisation's life."""

    ACTIVE = "active"
    PAUSED = "paused"
    # Dissolved, or its tax code was closed: nobody acts for it any more.
    CLOSED = "closed"


class EnterpriseClaim(Unprinted, Struct, frozen=True):
    """Which organisation somebody says they represent, and who they are. Nothing of it shows in `repr`."""

    code: EnterpriseCode
    name: str
    number: PersonalNumber
    person_name: str

    def __post_init__(self) -> None:
        """Keep the storable form of the organisation's name; raise `InvalidNameError` where there is none."""
        force_setattr(self, "name", check_organisation_name(self.name))


class Representative(Unprinted, Struct, frozen=True):
    """One legal representative as the register names them: the paper's number may be of any kind."""

    number: str
    name: str


class EnterpriseRecord(Unprinted, Struct, frozen=True):
    """The part of the register's answer that was asked for; nothing of it shows in `repr`."""

    code: EnterpriseCode
    name: str
    state: EnterpriseState
    representatives: tuple[Representative, ...]
    # Where the register says the organisation itself is reached: a mobile number in E.164, an address; empty if it
    # does not.
    phone: str = ""
    email: str = ""


class EnterpriseOutcome(Struct, frozen=True):
    """One of the seven verdicts, the request it came from, and when. `reason` counts silences and garble, else empty.

    `record` is there only for identical and same: to anyone else the register's data is not theirs to see.
    """

    verdict: Verdict
    request_id: str
    at: datetime
    record: EnterpriseRecord | None = None
    reason: str = ""


def check_organisation_name(typed: str) -> str:
    """Return the name to store: NFC, single spaces. Signs and digits belong to names of organisations."""
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    if len(name) > _LONGEST_NAME:
        raise InvalidNameError(NameProblem.TOO_LONG)
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in name):
        raise InvalidNameError(NameProblem.INVISIBLE)
    # What folds to nothing could be equal to nothing in the register.
    if not any(char.isalnum() for char in name) or not canonical_name(name):
        raise InvalidNameError(NameProblem.EMPTY)
    return name
