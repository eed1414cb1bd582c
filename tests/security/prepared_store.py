"""A store with the clients and people of the flow tests, made once and copied for whoever changes it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.flows.portals import Portal, make_portals
from tests.flows.running_provider import CITIZENS
from tests.support.running.listener import Listener
from tests.support.running.provider import Provider


@dataclass(frozen=True, slots=True)
class PreparedStore:
    """A SQLite file and the master key beside it; nobody has it open."""

    folder: Path
    portals: dict[str, Portal]
    listener: Listener

    def copied_to(self, folder: Path) -> Provider:
        """Return a provider, not running, of a copy."""
        for name in ("idp.db", "master.key"):
            shutil.copy2(self.folder / name, folder / name)
        return Provider(folder, url_in(folder))


def url_in(folder: Path) -> str:
    """Return the address of the SQLite file in a folder."""
    return f"sqlite+aiosqlite:///{folder}/idp.db"


@contextmanager
def prepared_store(folder: Path) -> Iterator[PreparedStore]:
    """Prepare a store, and listen to what its clients are told for as long as it is used."""
    with Listener() as listener:
        portals = make_portals(listener)
        Provider(folder, url_in(folder)).prepare([one.entry for one in portals.values()], CITIZENS[:200])
        yield PreparedStore(folder, portals, listener)
