"""What can go wrong with a password besides being the wrong one.

IdpError
├── PasswordTooLongError      longer than any accepted password: not hashed at all
└── PasswordHashBrokenError   the stored hash cannot be read
"""

from idp.kernel.errors import IdpError


class PasswordTooLongError(IdpError):
    """A password beyond the length cap was to be stored; `check_password` refuses it before."""

    code = "invalid_request"


class PasswordHashBrokenError(IdpError):
    """A stored hash is of no known kind: the record is damaged, and nothing can be said of the password."""
