"""How a registration is refused (RFC 7591 3.2.2, RFC 7592 2): the registry's problems as one error of the protocol."""

from collections.abc import Sequence

from clients.errors import MetadataError, Problem
from idp.protocol.answers import NO_STORE, Answer
from idp.protocol.errors import INVALID_CLIENT_METADATA, INVALID_REDIRECT_URI, INVALID_TOKEN, ProtocolError

_MOST_SHOWN = 5
_LONGEST = 900


class RegistrationError(Exception):
    """A registration that is refused: `error` goes out, and what it says goes to the log."""

    def __init__(self, error: ProtocolError) -> None:
        super().__init__(error.code)
        self.error = error


def refused(problems: Sequence[Problem]) -> RegistrationError:
    """Return the problems as one error: what is wrong, member by member, the first few in words."""
    more = len(problems) - _MOST_SHOWN
    said = " | ".join(str(problem) for problem in problems[:_MOST_SHOWN]) + (f" | and {more} more" if more > 0 else "")
    of_redirects = MetadataError(problems).error_code == INVALID_REDIRECT_URI.code
    return RegistrationError(
        (INVALID_REDIRECT_URI if of_redirects else INVALID_CLIENT_METADATA).because(_printable(said))
    )


def unknown_token() -> RegistrationError:
    """Return the one refusal of a token that is none, has ended, or is another's (RFC 6750 3.1, RFC 7592 2)."""
    return RegistrationError(INVALID_TOKEN.because("The token does not count here."))


def challenge(error: ProtocolError | None) -> Answer:
    """Return a Bearer challenge; without an error where no token was shown at all (RFC 6750 3)."""
    if error is None:
        return Answer(401, None, {**NO_STORE, "WWW-Authenticate": 'Bearer realm="registration"'})
    header = f'Bearer realm="registration", error="{error.code}", error_description="{error.description}"'
    return error.answer({"WWW-Authenticate": header})


def _printable(text: str) -> str:
    """Return what may stand in error_description (RFC 6749 5.2); a request's own words may be anything."""
    shown = "".join(one if " " <= one <= "~" and one not in '"\\' else "?" for one in text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]} ..."
