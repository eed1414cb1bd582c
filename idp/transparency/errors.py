"""What goes wrong with the log itself."""

from idp.kernel.errors import IdpError, TemporarilyUnavailableError


class LogDamagedError(TemporarilyUnavailableError):
    """What is stored of the log is not what was signed, or part of it is gone: nothing more is signed or proved."""


class BeyondLogError(IdpError):
    """The range that is asked for is not one of the published log."""

    code = "out_of_range"
