"""Errors in what the stores are given to write."""

from idp.kernel.errors import IdpError


class DatabaseAddressError(ValueError):
    """The address names no database that could be opened; the text says why and never quotes it."""


class KeyTakenInBulkError(IdpError):
    """A row of a bulk insert met a unique key; nothing of the transaction is written. Without the key's value."""


class UnstorableValueError(IdpError):
    """A value that the database cannot hold, such as text with a lone surrogate: nothing of its commit is written.

    Without a cause, since the drivers quote the value, and it may be personal.
    """
