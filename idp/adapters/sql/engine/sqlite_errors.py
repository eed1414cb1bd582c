"""Which errors of SQLite mean "not now" rather than a mistake of ours."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from idp.adapters.sql.engine.errors import UnstorableValueError
from idp.kernel.errors import TemporarilyUnavailableError

_NOT_NOW = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


def unavailable(detail: str) -> TemporarilyUnavailableError:
    """Return the error for a database that cannot answer now."""
    return TemporarilyUnavailableError(f"sqlite: {detail}")


@contextmanager
def answering() -> Iterator[None]:
    """Turn "not now" into `TemporarilyUnavailableError` with its cause; let everything else through."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            raise unavailable("the database has not been migrated") from error
        # The low byte is the primary code; the rest only refines it.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _NOT_NOW:
            raise unavailable(error.sqlite_errorname) from error
        raise
    except UnicodeEncodeError as error:
        raise UnstorableValueError(f"sqlite: {error.reason}") from None
