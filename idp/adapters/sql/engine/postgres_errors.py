"""Which errors of PostgreSQL mean "not now", and which mean "once more"."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from idp.adapters.sql.engine.errors import UnstorableValueError
from idp.kernel.errors import TemporarilyUnavailableError

# The transaction is undone for certain, so trying again cannot do anything twice.
ONCE_MORE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)

# The connection is of no use any more.
CONNECTION_GONE = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server's last words were taken for the answer to something else
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)

_NOT_NOW = (
    *CONNECTION_GONE,
    OSError,
    TimeoutError,
    asyncpg.OperatorInterventionError,  # cancelled by the statement timeout, say
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.UndefinedTableError,  # not migrated yet
    asyncpg.ReadOnlySQLTransactionError,  # a primary that has become a standby
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InternalServerError,
    asyncpg.PostgresSystemError,
)


@contextmanager
def answering() -> Iterator[None]:
    """Turn "not now" into `TemporarilyUnavailableError` with its cause; let everything else through.

    The detail is the error's type alone: PostgreSQL's own texts quote the values of rows.
    """
    try:
        yield
    except _NOT_NOW as error:
        raise TemporarilyUnavailableError(f"postgresql: {type(error).__name__}") from error
    except asyncpg.DataError as error:
        raise UnstorableValueError(f"postgresql: {type(error).__name__}") from None
