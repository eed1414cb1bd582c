"""Which passwords are accepted: length alone, no composition rules, no periodic change (SP 800-63B-4 3.1.1.2)."""

import unicodedata
from collections.abc import Mapping

from msgspec import Struct

from idp.factors.password.model import PasswordContext, PasswordProblem
from idp.factors.password.strength import Weakness, squeeze, strength_of, without_personal


class PasswordPolicy(Struct, frozen=True):
    """The numbers, as SP 800-63B-4 3.1.1.2 gives them: lengths in code points after NFC."""

    alone: int = 15
    with_second_factor: int = 8
    longest: int = 256
    # What a hundred throttled tries, times ten thousand, do not reach (zxcvbn's "safe from online guessing").
    guesses_log10: float = 6.0

    def minimum(self, *, two_steps: bool) -> int:
        """Return the least length where every sign-in has two steps, or has not."""
        return self.with_second_factor if two_steps else self.alone


POLICY = PasswordPolicy()
MIN_LENGTH, MAX_LENGTH = POLICY.alone, POLICY.longest
# NFC makes one code point of at most four (a Vietnamese letter written apart is three): what is longer than this
# is too long in any form, and is refused before normalisation costs anything.
_MAX_RAW_LENGTH = 4 * MAX_LENGTH

_PROBLEMS: Mapping[Weakness, PasswordProblem] = {
    Weakness.WORDS: PasswordProblem.COMMON,
    Weakness.REPETITION: PasswordProblem.REPETITION,
    Weakness.SEQUENCE: PasswordProblem.SEQUENCE,
    Weakness.DATE: PasswordProblem.DATE,
}


def normal_form(password: str) -> str | None:
    """Return the one form in which passwords are counted, compared and hashed (NFC), or None when it is too long."""
    if len(password) > _MAX_RAW_LENGTH:
        return None
    normal = unicodedata.normalize("NFC", password)
    return normal if len(normal) <= MAX_LENGTH else None


def is_short(password: str) -> bool:
    """Say whether a password, as typed, is below the length that may stand alone."""
    normal = normal_form(password)
    return normal is not None and len(normal) < POLICY.alone


def check_password(password: str, context: PasswordContext, policy: PasswordPolicy = POLICY) -> PasswordProblem | None:
    """Return why a new password, as typed, is refused for this person, or None when it is accepted.

    The whole password is judged, with its derivatives: other case, accents left out, words joined or repeated,
    digits added. Up to fifty milliseconds of work: not for the event loop.
    """
    normal = normal_form(password)
    if normal is None:
        return PasswordProblem.TOO_LONG
    if len(normal) < policy.minimum(two_steps=context.two_steps):
        return PasswordProblem.TOO_SHORT
    squeezed = squeeze(normal)
    for_anyone = strength_of(squeezed)
    if for_anyone.guesses_log10 < policy.guesses_log10:
        return _PROBLEMS[for_anyone.weakness]
    own = without_personal(squeezed, context.personal)
    if own != squeezed and strength_of(own).guesses_log10 < policy.guesses_log10:
        return PasswordProblem.PERSONAL
    return None
