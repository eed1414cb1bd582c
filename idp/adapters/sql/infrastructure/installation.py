"""What a database is for, on SQL: one row."""

from datetime import datetime
from typing import NamedTuple

from idp.adapters.sql.engine.instants import from_micros, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Step, statement
from idp.adapters.sql.engine.writes import write
from idp.kernel.installation import ChangeIssuer, Installation


class _Row(NamedTuple):
    """The columns of `_LOAD`, in its order."""

    issuer: str
    demonstration_since: int | None


_LOAD = statement("SELECT issuer, demonstration_since FROM installation WHERE position = 1")

_SETTLE = statement("""
    INSERT INTO installation (position, issuer) VALUES (1, :issuer)
    ON CONFLICT (position) DO UPDATE SET issuer = excluded.issuer WHERE installation.issuer = ''
""")

_MARK = statement("""
    UPDATE installation SET demonstration_since = COALESCE(demonstration_since, :demonstration_since)
    WHERE position = 1 AND issuer = :issuer
    RETURNING 1
""")

# What is marked stays: whoever marks and whoever moves at once meet at this row.
_CHANGE = statement("""
    UPDATE installation SET issuer = :issuer
    WHERE position = 1 AND issuer = :previous AND demonstration_since IS NULL
    RETURNING 1
""")


class SqlInstallation:
    """Implements `idp.kernel.installation.InstallationStore`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def load(self) -> Installation | None:
        """Return what the database is for; None while nobody said."""
        rows = [_Row._make(row) for row in await self._engine.read(_LOAD, {})]
        if not rows:
            return None
        since = rows[0].demonstration_since
        return Installation(rows[0].issuer, None if since is None else from_micros(since))

    async def settle(self, issuer: str) -> None:
        """Keep the issuer if there is none yet; of two processes that start at once, one is first."""
        await self._engine.apply([Step(_SETTLE, {"issuer": issuer})])

    async def mark_demonstration(self, issuer: str, at: datetime) -> bool:
        """Keep that there are demonstration people; False where the issuer is another one by now."""
        values: Parameters = {"issuer": issuer, "demonstration_since": to_micros(at)}
        return await self._engine.apply([Step(_MARK, values, claim=True)]) is not None


INSTALLATION_WRITES = dict([write(ChangeIssuer, _CHANGE)])
