"""One database that many tests use, one after the other: each finds it as the migrations left it."""

from tests.support.running.postgres_session import PostgresSession

_TABLES = """
    SELECT quote_ident(relname) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
# What a failed test left open would hold its locks, and the rows it saw.
_ALONE = """
    SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_SEQUENCES = """
    SELECT format('SELECT setval(%L, %s, %L)', seqrelid::regclass, coalesce(last, seqstart), last IS NOT NULL)
    FROM (SELECT *, pg_sequence_last_value(seqrelid) AS last FROM pg_sequence) AS found
"""


class EmptiedDatabase:
    """Empties by DELETE, which costs 0.01 s where TRUNCATE of a hundred tables costs 3 s."""

    def __init__(self, url: str, session: PostgresSession) -> None:
        """Take a fresh copy of a template, and a session in it whose user may leave foreign keys unchecked."""
        self.url = url
        self._session = session
        self._script = self._emptying()

    def empty(self) -> None:
        """End every other connection, delete every row, and put back the rows that migrations wrote."""
        self._session.fetch(_ALONE)
        self._session.execute(self._script)

    def close(self) -> None:
        self._session.close()

    def _emptying(self) -> str:
        tables = [str(name) for (name,) in self._session.fetch(_TABLES)]
        # In the order of their names, as nothing else is connected, and as nothing checks who refers to whom.
        statements = ["SET session_replication_role = replica", *(f"DELETE FROM {name}" for name in tables)]
        for name in tables:
            if self._session.fetch(f"SELECT FROM {name} LIMIT 1"):
                self._session.execute(f"CREATE TEMPORARY TABLE kept_{name} AS TABLE public.{name}")
                statements.append(f"INSERT INTO {name} TABLE kept_{name}")
        return "; ".join([*statements, *(str(restart) for (restart,) in self._session.fetch(_SEQUENCES))])
