"""The store of the running system, for what pages alone cannot make: accounts of a file's own, and time that passed.

What is written here is written beside the running provider, as an operator's command would.
"""

import sqlite3

from portals.embedded import provider_environment
from tests.support.browser import EmbeddedSystem
from tests.support.patience import patient
from tests.support.running.provider import Provider


def store_of(system: EmbeddedSystem) -> Provider:
    """Return the running system's store, to write into."""
    url = provider_environment(system.folders, {}, system.layout)["IDP_DATABASE_URL"]
    return Provider(system.folders.var, url)


def write(system: EmbeddedSystem, statement: str) -> None:
    """Run one statement on the provider's database."""
    connection = sqlite3.connect(system.folders.database, timeout=patient(20))
    with connection:
        connection.execute(statement)
    connection.close()
