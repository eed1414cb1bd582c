"""The claims that only their person states: plain text by the rule for clients' names, without numbers."""

import re
import unicodedata
from typing import Literal

from clients.errors import RuleBrokenError
from clients.fields import as_text

# All other claims come from the register or are confirmed by a code.
OWN_CLAIMS = ("nickname", "preferred_username", "website")
# What people are called by: a portal that reads a number there takes it for one that was checked.
OWN_NAMES = frozenset({"nickname", "preferred_username"})
OWN_CLAIM_LENGTH = 100

Fault = Literal["own_text", "own_number"]
# The shortest are identity cards of nine digits and phones without their zero.
_FEWEST_DIGITS = 9
_BETWEEN_DIGITS = re.compile(r"[\s.,_/()+-]+")
_NUMBER = re.compile(rf"\d{{{_FEWEST_DIGITS}}}")


def fault_of(claim: str, value: str) -> Fault | None:
    """Return what is wrong with an own claim; None for one that may be kept and told."""
    try:
        as_text(value)
    except RuleBrokenError:
        return "own_text"
    return "own_number" if claim in OWN_NAMES and _has_number(value) else None


def _has_number(value: str) -> bool:
    """Say whether a phone, card or personal number stands in a text, however its digits are written and parted."""
    return _NUMBER.search(_BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", value))) is not None
