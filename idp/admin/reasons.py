"""The reason that an administrator gives: a line that whoever approves, reviews or audits reads."""

import unicodedata

from clients.errors import Problem
from idp.admin.errors import InvalidInputError

LONGEST_REASON = 500
_SHORTEST = 5


def read_reason(text: str, field: str = "reason") -> str:
    """Return the reason in NFC and one line. Raises `InvalidInputError` if it says nothing or hides letters."""
    reason = " ".join(unicodedata.normalize("NFC", text).split())
    if len(reason) < _SHORTEST:
        raise InvalidInputError([Problem(field, "required", "no reason is given", "say in a few words why")])
    if len(reason) > LONGEST_REASON:
        problem = Problem(field, "length", f"the reason has more than {LONGEST_REASON} characters", "shorten it")
        raise InvalidInputError([problem])
    if not reason.isprintable() or "<" in reason or ">" in reason:
        raise InvalidInputError(
            [Problem(field, "visible-text", "the reason has markup or invisible characters", "write plain text")]
        )
    return reason
