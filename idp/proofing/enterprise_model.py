"""What is claimed of an organisation, what the enterprise register said, and what came of comparing the two."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from idp.proofing.enterprise_codes import EnterpriseCode
from idp.proofing.errors import InvalidNameError, NameProblem
from idp.proofing.model import Verdict
from idp.proofing.names import canonical_name
from idp.proofing.personal_numbers import PersonalNumber

_LONGEST_NAME = 200


class EnterpriseState(StrEnum):
    """What the register says of an organisation's life."""

    ACTIVE = "active"
    PAUSED = "paused"
    # Dissolved, or its tax code was closed: nobody acts for it any more.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class EnterpriseClaim:
    """Which organisation somebody says they represent, and who they are. Nothing of it shows in `repr`."""

    code: EnterpriseCode
    name: str = field(repr=False)
    number: PersonalNumber = field(repr=False)
    person_name: str = field(repr=False)

    def __post_init__(self) -> None:
        """Keep the storable form of the organisation's name; raise `InvalidNameError` where there is none."""
        object.__setattr__(self, "name", check_organisation_name(self.name))


@dataclass(frozen=True, slots=True)
class Representative:
    """One legal representative as the register names them: the paper's number may be of any kind."""

    number: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EnterpriseRecord:
    """The part of the register's answer that was asked for; nothing of it shows in `repr`."""

    code: EnterpriseCode
    name: str = field(repr=False)
    state: EnterpriseState
    representatives: tuple[Representative, ...] = field(repr=False)
    # Where the register says the organisation itself is reached: a mobile number in E.164, an address; empty if it
    # does not.
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class EnterpriseOutcome:
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
