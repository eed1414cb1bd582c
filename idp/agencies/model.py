"""Agency codes and the names that officers sign in with (QĐ 20/2020/QĐ-TTg Đ4).

A sign-in name is the agency's code and a name within it, `h55.nvbinh`. It begins with a letter, a personal number with
a digit: they share one blind index and can never be taken for each other.
"""

from re import fullmatch

from msgspec import Struct

from idp.kernel.errors import IdpError

# M from A to Y, two digits, then groups of the agency's own after dots; 35 characters in all.
_AGENCY = r"[A-Y][0-9]{2}(?:\.[A-Z0-9]{1,31})*"
_AGENCY_LENGTH = 35
# The order of TT 10/2016, which dossier codes still have.
_OLDER_ORDER = r"(?:[0-9]{2,3}\.){1,3}[A-Y][0-9]{2}"
_LOCAL = r"[a-z][a-z0-9-]{1,30}"


class InvalidAgencyCodeError(IdpError):
    """The text is no agency code."""

    code = "invalid_request"


class InvalidSignInNameError(IdpError):
    """The text is no sign-in name of an officer."""

    code = "invalid_request"


def agency_code(text: str) -> str:
    """Return an agency's code as it is written down: capitals. Raises `InvalidAgencyCodeError`."""
    code = text.strip().upper()
    if fullmatch(_OLDER_ORDER, code):
        raise InvalidAgencyCodeError("the code is in the order of before 2020: write the agency first, as in H55.242")
    if len(code) > _AGENCY_LENGTH or not code.isascii() or not fullmatch(_AGENCY, code):
        raise InvalidAgencyCodeError("an agency code is a letter from A to Y, two digits, and groups after dots")
    return code


class SignInName(Struct, frozen=True):
    """The canonical name that an officer types."""

    text: str

    @classmethod
    def of(cls, agency: str, local: str) -> "SignInName":
        """Return the name of somebody within an agency. Raises `InvalidSignInNameError`."""
        name = local.strip().lower()
        if not fullmatch(_LOCAL, name):
            raise InvalidSignInNameError("the name within the agency is 2 to 31 letters a to z, digits and dashes")
        return cls(f"{agency.lower()}.{name}")

    @classmethod
    def parse(cls, typed: str) -> "SignInName | None":
        """Return the name that somebody typed, in whatever case; None for anything that cannot be one."""
        agency, dot, local = typed.strip().lower().rpartition(".")
        if not dot or not typed.isascii() or not fullmatch(_LOCAL, local):
            return None
        try:
            return cls(f"{agency_code(agency).lower()}.{local}")
        except InvalidAgencyCodeError:
            return None
