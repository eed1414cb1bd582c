"""What is claimed, what the register said, and what came of comparing the two."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import force_setattr

from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.names import check_declared_name
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.sexes import Sex
from records.structs import Unprinted


class Verdict(StrEnum):
    """The seven outcomes of asking a register. They stay apart to the end: each has its own page."""

    IDENTICAL = "identical"
    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"
    NO_RECORD = "no_record"
    NO_ANSWER = "no_answer"
    GARBLED = "garbled"


class ClaimedIdentity(Unprinted, Struct, frozen=True):
    """What a person says about themself; the name is cleaned. Nothing of it shows in `repr`."""

    number: PersonalNumber
    name: str
    birth_date: BirthDate

    def __post_init__(self) -> None:
        """Keep the storable form of the name; raise `InvalidNameError` where there is none."""
        force_setattr(self, "name", check_declared_name(self.name))


class Purpose(Struct, frozen=True):
    """Why the register is asked: the service's code, which the register records, and words for the audit.

    Without `may_look_up` the register is only asked whether the claim is right: a yes or no cannot leak.
    """

    code: str
    text: str
    may_look_up: bool = False


class OnBehalfOf(Struct, frozen=True):
    """For whom the register is asked: an officer's id, or `SYSTEM` when the person asks about themself."""

    actor: str


SYSTEM = OnBehalfOf("system")


class NameParts(Struct, frozen=True):
    """Ho, ChuDem and Ten, only as the register itself divided them: a name is never split by us."""

    family: str
    middle: str
    given: str


class RegisterRecord(Unprinted, Struct, frozen=True):
    """The part of the register's answer that was asked for; nothing of it shows in `repr`."""

    number: PersonalNumber
    full_name: str
    birth_date: BirthDate
    sex: Sex = Sex.UNKNOWN
    parts: NameParts | None = None


class ProofOutcome(Struct, frozen=True):
    """The result, the register request it came from, and when. `reason` counts silences and garble, else empty.

    `record` is there only for identical and same: to anyone else the register's data is not theirs to see.
    """

    verdict: Verdict
    request_id: str
    at: datetime
    record: RegisterRecord | None = None
    reason: str = ""
    # The match was answered, and the record was asked for besides.
    looked_up: bool = False
