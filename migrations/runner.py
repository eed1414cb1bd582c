"""Brings a database to the newest schema, or says at which one it is."""

from functools import cache
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from idp.adapters.sql.engine.file_mode import make_closed

_FOLDER = Path(__file__).parent
# Alembic keeps the migration under way in a global; other processes are kept apart by the database (env.py).
_ONE_AT_A_TIME = Lock()


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database at a SQLAlchemy address; several processes may do so at once.

    Blocks, so call it in a thread from asynchronous code (`asyncio.to_thread(upgrade, url)`). A file of SQLite is
    made if it does not exist; its folder must.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database and address.database != ":memory:":
        make_closed(Path(address.database))
    with _ONE_AT_A_TIME:
        command.upgrade(configuration(url), revision)


@cache
def head() -> str:
    """Return the newest revision that this program has: reading the folder takes 20 ms."""
    return str(ScriptDirectory.from_config(configuration("")).get_current_head())


def configuration(url: str) -> Config:
    """Return Alembic's configuration for an address; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    # An option of the file would need every % of a password doubled; an attribute is taken as it is.
    config.attributes["url"] = url
    return config
