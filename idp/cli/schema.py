"""The schema of the database: at head or not, and how it gets there."""

import asyncio
from pathlib import Path

from alembic.util import CommandError
from msgspec import Struct

from idp.adapters.sql.database import open_database
from idp.cli.errors import OperatorError
from migrations.runner import head, upgrade

_SQLITE = "sqlite+aiosqlite:///"


class Migration(Struct, frozen=True):
    """The revisions before and after; `before` is None for a new database."""

    before: str | None
    after: str

    @property
    def changed(self) -> bool:
        """Return whether there was anything to do."""
        return self.before != self.after


async def read_revision(url: str) -> str | None:
    """Return the database's revision, None if it was never migrated; TemporarilyUnavailableError if it is away."""
    if url.startswith(_SQLITE) and not _file(url).exists():
        return None
    database = await open_database(url)
    try:
        return await database.operations.revision()
    finally:
        await database.close()


async def check_schema(url: str) -> None:
    """Raise OperatorError unless the database is at the newest revision."""
    revision = await read_revision(url)
    if revision != head():
        raise OperatorError(f"the database is at revision {revision or 'none'}, not {head()}: run `idp migrate` first")


async def migrate(url: str) -> Migration:
    """Bring the database to the newest revision; OperatorError where that cannot be."""
    if url.startswith(_SQLITE) and not _file(url).parent.is_dir():
        raise OperatorError(f"IDP_DATABASE_URL: the folder {_file(url).parent} does not exist; create it")
    before = await read_revision(url)
    try:
        await asyncio.to_thread(upgrade, url)
    except CommandError as error:
        # Alembic says this of a revision it does not know: a newer release migrated this database.
        raise OperatorError(f"the database is at a revision that this release does not know: {error}") from error
    return Migration(before, head())


def _file(url: str) -> Path:
    return Path(url.removeprefix(_SQLITE))
