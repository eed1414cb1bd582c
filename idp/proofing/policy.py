"""What follows from each verdict, and how long the register may take."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from msgspec import Struct

from idp.proofing.model import ClaimedIdentity, Purpose, Verdict
from idp.proofing.values.birth_dates import BirthDate, BirthDateMatch
from idp.proofing.values.names import NameMatch
from idp.proofing.values.personal_numbers import PersonalNumber

# A person waits on the registration page meanwhile; the 60 seconds that relying parties allow are too many.
REGISTER_DEADLINE = timedelta(seconds=6)
# Under this code the register records that its changes were asked for; they are about nobody in particular.
FEED_PURPOSE = Purpose("DVCQG-BIENDONG", "Theo dõi biến động thông tin công dân")
# Asked to see whether the register answers: a prefix that no province has and a yes or no, so nobody is meant.
HEARTBEAT_PURPOSE = Purpose("DVCQG-KETNOI", "Kiểm tra kết nối")
NOBODY = ClaimedIdentity(PersonalNumber("003187000001"), "Không Ai", BirthDate(1987))


class Consequence(Struct, frozen=True):
    """Whether an account is opened, and whether the register knows the data: half of a proof, evidence the other."""

    account_opens: bool
    matched: bool


_MATCHED = Consequence(account_opens=True, matched=True)
_OPEN = Consequence(account_opens=True, matched=False)
_CORRECT_THE_DATA = Consequence(account_opens=False, matched=False)

CONSEQUENCES: Mapping[Verdict, Consequence] = MappingProxyType(
    {
        Verdict.IDENTICAL: _MATCHED,
        Verdict.SAME: _MATCHED,
        # (name without accents, year of birth) can be guessed: near needs a desk or a stronger factor.
        Verdict.NEAR: _OPEN,
        Verdict.DIFFERENT: _CORRECT_THE_DATA,
        Verdict.NO_RECORD: _CORRECT_THE_DATA,
        # The register being slow or down changes what can be proved today, not who can sign in.
        Verdict.NO_ANSWER: _OPEN,
        Verdict.GARBLED: _OPEN,
    }
)

# Each comparison caps the verdict; the worse of the two decides.
NAME_VERDICTS: Mapping[NameMatch, Verdict] = MappingProxyType(
    {
        NameMatch.IDENTICAL: Verdict.IDENTICAL,
        NameMatch.SAME: Verdict.SAME,
        NameMatch.NEAR: Verdict.NEAR,
        NameMatch.DIFFERENT: Verdict.DIFFERENT,
    }
)
BIRTH_DATE_VERDICTS: Mapping[BirthDateMatch, Verdict] = MappingProxyType(
    {
        BirthDateMatch.EQUAL: Verdict.IDENTICAL,
        BirthDateMatch.NEAR: Verdict.NEAR,
        BirthDateMatch.DIFFERENT: Verdict.DIFFERENT,
    }
)
BEST_FIRST = (Verdict.IDENTICAL, Verdict.SAME, Verdict.NEAR, Verdict.DIFFERENT)
