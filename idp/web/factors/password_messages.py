"""What the pages say about a new password."""

from collections.abc import Mapping

from idp.factors.password.model import PasswordProblem
from idp.factors.password.policy import MAX_LENGTH
from idp.web.http.texts import Message, MessageKey

_KEYS: Mapping[PasswordProblem, MessageKey] = {
    PasswordProblem.COMMON: "password_common",
    PasswordProblem.BREACHED: "password_breached",
    PasswordProblem.PERSONAL: "password_personal",
    PasswordProblem.REPETITION: "password_repetition",
    PasswordProblem.SEQUENCE: "password_sequence",
    PasswordProblem.DATE: "password_date",
}


def password_message(problem: PasswordProblem, minimum: int) -> Message:
    """Return why a password is refused and what to do (SP 800-63B-4 3.1.1.2); `minimum` is the length asked for."""
    match problem:
        case PasswordProblem.TOO_SHORT:
            return Message("password_too_short", {"minimum": minimum})
        case PasswordProblem.TOO_LONG:
            return Message("password_too_long", {"maximum": MAX_LENGTH})
        case _:
            return Message(_KEYS[problem])
