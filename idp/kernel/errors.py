"""The base of every error: a public face for people and programs, a private one for the log.

IdpError
├── TemporarilyUnavailableError   a store, a register or the hash pool cannot answer now
│   └── BusyError                 nothing is broken: more people come at once than are served
├── TooManyError                  one asks more often than one may; what is refused is not counted for ever
└── …                             each package adds its own in its errors.py
"""

from datetime import timedelta


class IdpError(Exception):
    """An expected failure. `code` goes out; `detail` and the cause stay in the log."""

    code = "server_error"

    def __init__(self, detail: str = "") -> None:
        """Take the private detail: for the log only, and still without secrets or personal data."""
        super().__init__(detail or self.code)
        self.detail = detail


class TemporarilyUnavailableError(IdpError):
    """Something needed cannot answer now; trying again later is the remedy."""

    code = "temporarily_unavailable"

    def __init__(self, detail: str = "", *, retry_after: timedelta = timedelta(seconds=2)) -> None:
        """Take the private detail and the time after which a new try makes sense."""
        super().__init__(detail)
        self.retry_after = retry_after


class BusyError(TemporarilyUnavailableError):
    """More ask at this moment than can be served; who comes again in a moment is."""

    code = "busy"


class TooManyError(IdpError):
    """Somebody asks more often than they may; another way, or a later time, is the remedy."""

    code = "too_many_requests"

    def __init__(self, detail: str = "", *, retry_after: timedelta) -> None:
        """Take the private detail and the time after which a new try makes sense."""
        super().__init__(detail)
        self.retry_after = retry_after
