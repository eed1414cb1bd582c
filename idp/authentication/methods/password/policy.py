"""Which passwords are accepted: length alone, no composition rules, no periodic change (SP 800-63B-4 3.1.1.2)."""

import unicodedata

from idp.authentication.methods.password.guessing import effective_length, personal_words
from idp.authentication.methods.password.model import PasswordContext, PasswordProblem

# SP 800-63B-4 3.1.1.2: fifteen where the password stands alone; at least sixty-four must be permitted.
MIN_LENGTH = 15
MAX_LENGTH = 256
# Four known words joined are still within reach of guessing; the fifth part, word or letter, is not.
MIN_EFFECTIVE_LENGTH = 5
# NFC makes one code point of at most four (a Vietnamese letter written apart is three): what is longer than this
# is too long in any form, and is refused before normalisation costs anything.
_MAX_RAW_LENGTH = 4 * MAX_LENGTH


def normal_form(password: str) -> str | None:
    """Return the one form in which passwords are counted, compared and hashed (NFC), or None when it is too long."""
    if len(password) > _MAX_RAW_LENGTH:
        return None
    normal = unicodedata.normalize("NFC", password)
    return normal if len(normal) <= MAX_LENGTH else None


def check_password(password: str, context: PasswordContext) -> PasswordProblem | None:
    """Return why a new password, as typed, is refused for this person, or None when it is accepted.

    Length is counted in code points after normalisation. The whole password is compared, with its derivatives:
    other case, accents left out, words joined or repeated, digits added.
    """
    normal = normal_form(password)
    if normal is None:
        return PasswordProblem.TOO_LONG
    if len(normal) < MIN_LENGTH:
        return PasswordProblem.TOO_SHORT
    for_anyone = effective_length(normal, MIN_EFFECTIVE_LENGTH)
    for_a_stranger = effective_length(normal, MIN_EFFECTIVE_LENGTH, personal_words(context.personal))
    if for_a_stranger >= MIN_EFFECTIVE_LENGTH:
        return None
    return PasswordProblem.PERSONAL if for_a_stranger < for_anyone else PasswordProblem.COMMON
