"""How a registration is refused (RFC 7591 3.2.2, RFC 7592 2): the registry's problems as one error of the protocol."""

from collections.abc import Sequence

from clients.errors import MetadataError, Problem
from idp.protocol.answers import Answer
from idp.protocol.errors import ProtocolError

INVALID_CLIENT_METADATA = ProtocolError("invalid_client_metadata", 400, "A member of the client's metadata is wrong.")
INVALID_REDIRECT_URI = ProtocolError("invalid_redirect_uri", 400, "A redirect URI may not be registered.")
INVALID_SOFTWARE_STATEMENT = ProtocolError("invalid_software_statement", 400, "The software statement does not hold.")
UNAPPROVED_SOFTWARE_STATEMENT = ProtocolError(
    "unapproved_software_statement", 400, "Nobody here trusts whoever signed the software statement."
)
# RFC 6750 3.1: the token is none, or has ended; which one is not told.
INVALID_TOKEN = ProtocolError("invalid_token", 401, "The token does not count here.")
# RFC 7592 2.2, 2.3: the token counts, and may not do this.
NOT_PERMITTED = ProtocolError("access_denied", 403, "The registration may not be changed in this way.")
TRIED_TOO_OFTEN = ProtocolError("temporarily_unavailable", 429, "The token was tried too often within a day.")

_TOLD = 5
_LONGEST = 900


class RegistrationError(Exception):
    """A registration that is refused; `error` goes out, `reason` is a word for the log."""

    def __init__(self, error: ProtocolError) -> None:
        super().__init__(error.code)
        self.error = error


def refused(problems: Sequence[Problem]) -> RegistrationError:
    """Return the problems as one error: what is wrong, member by member, the first few in words."""
    code = MetadataError(problems).error_code
    error = INVALID_REDIRECT_URI if code == INVALID_REDIRECT_URI.code else INVALID_CLIENT_METADATA
    more = len(problems) - _TOLD
    text = " | ".join(str(problem) for problem in problems[:_TOLD]) + (f" | and {more} more" if more > 0 else "")
    return RegistrationError(error.because(_printable(text)))


def challenge(error: ProtocolError | None) -> Answer:
    """Return a Bearer challenge; without an error where no token was shown at all (RFC 6750 3)."""
    if error is None:
        return INVALID_TOKEN.because("Show the token.").answer({"WWW-Authenticate": 'Bearer realm="registration"'})
    header = f'Bearer realm="registration", error="{error.code}", error_description="{error.description}"'
    return error.answer({"WWW-Authenticate": header})


def _printable(text: str) -> str:
    """Return what may stand in error_description (RFC 6749 5.2); a request's own words may be anything."""
    shown = "".join(one if " " <= one <= "~" and one not in '"\\' else "?" for one in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} ..."
