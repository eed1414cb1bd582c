"""Enterprise and tax codes: ten digits, ten and three with a hyphen, or a household's twelve (vietnam.md 3)."""

import re
from enum import Enum
from typing import Self

from msgspec import Struct

from idp.proofing.values.errors import EnterpriseCodeProblem, InvalidEnterpriseCodeError
from records.structs import Unprinted

_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_CANONICAL = re.compile(r"[0-9]{10}(?:-[0-9]{3})?|[0-9]{12}")
# Spaces anywhere, and the hyphens and dashes that keyboards and documents put before a branch.
_TYPED = re.compile(r"([0-9]{10})[-\u2010\u2011\u2012\u2013]?([0-9]{3})")


class CodeKind(Enum):
    """Who bears a code of this form."""

    ENTERPRISE = "enterprise"
    DEPENDENT_UNIT = "dependent_unit"
    HOUSEHOLD = "household"


class EnterpriseCode(Unprinted, Struct, frozen=True):
    """A code that can exist, in its canonical form; kept out of logs, since a household's is its owner's number."""

    canonical: str

    def __post_init__(self) -> None:
        """Raise `InvalidEnterpriseCodeError` unless the code is canonical and can have been issued."""
        if not _CANONICAL.fullmatch(self.canonical):
            raise InvalidEnterpriseCodeError(EnterpriseCodeProblem.FORM)
        if self.kind is not CodeKind.HOUSEHOLD:
            _check_issued(self.canonical)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a person typed: spaces allowed, the hyphen before a branch may be missing."""
        typed = "".join(text.split())
        if re.search(r"[^\x00-\x7f]", typed) and typed.replace("-", "").isdigit():
            raise InvalidEnterpriseCodeError(EnterpriseCodeProblem.OTHER_DIGITS)
        branch = _TYPED.fullmatch(typed)
        return cls(f"{branch[1]}-{branch[2]}" if branch else typed)

    @property
    def kind(self) -> CodeKind:
        """Return who bears it, as far as the form tells."""
        if "-" in self.canonical:
            return CodeKind.DEPENDENT_UNIT
        return CodeKind.HOUSEHOLD if len(self.canonical) == 12 else CodeKind.ENTERPRISE


def check_digit(first_nine: str) -> str | None:
    """Return the tenth digit, 10 - (S mod 11), or None for a serial that is never issued (TT 105/2020/TT-BTC PL 1)."""
    digit = 10 - sum(weight * int(at) for weight, at in zip(_WEIGHTS, first_nine, strict=True)) % 11
    # Ten does not fit: to write it as 0, as some libraries do, would admit codes that cannot exist.
    return None if digit == 10 else str(digit)


def _check_issued(canonical: str) -> None:
    if canonical[:2] == "00":
        raise InvalidEnterpriseCodeError(EnterpriseCodeProblem.NO_REGION)
    if canonical[2:9] == "0000000" or canonical[10:] == "-000":
        raise InvalidEnterpriseCodeError(EnterpriseCodeProblem.NO_SERIAL)
    if check_digit(canonical[:9]) != canonical[9]:
        raise InvalidEnterpriseCodeError(EnterpriseCodeProblem.CHECK_DIGIT)
