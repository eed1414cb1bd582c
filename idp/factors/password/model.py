"""The judgement of a new password."""

from enum import StrEnum

from msgspec import Struct

from records.structs import Unprinted


class PasswordProblem(StrEnum):
    """Why a new password is refused: the key of the text that gives the person the reason (SP 800-63B-4 3.1.1.2)."""

    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    COMMON = "password_common"
    BREACHED = "password_breached"
    PERSONAL = "password_personal"
    REPETITION = "password_repetition"
    SEQUENCE = "password_sequence"
    DATE = "password_date"


class PasswordContext(Unprinted, Struct, frozen=True):
    """What a stranger would try first for this person: number, name, phone, birth date, as the person wrote them.

    `two_steps` says that every sign-in will ask for a second factor too, so that a shorter password may do.
    """

    personal: tuple[str, ...] = ()
    two_steps: bool = False
