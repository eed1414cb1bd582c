"""The provider that is attacked: as processes on both kinds of stores, and as a bare web edge."""

from collections.abc import Iterator

import pytest

from tests.flows.portals import make_portals
from tests.flows.town import CITIZENS, Town
from tests.security.in_process import Edge, running_edge
from tests.support.listener import Listener
from tests.support.plain_browser import Browser
from tests.support.provider import Provider


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the fixtures that flows and security share; no other test pays for what they import."""
    config.pluginmanager.import_plugin("tests.flows.running_systems")


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """The bare web edge over SQLite, with the clients and people of the flow tests."""
    folder = tmp_path_factory.mktemp("edge")
    url = f"sqlite+aiosqlite:///{folder}/idp.db"
    with Listener() as listener:
        Provider(folder, url).prepare([one.entry for one in make_portals(listener).values()], CITIZENS)
        with running_edge(folder, url) as opened:
            yield opened


@pytest.fixture
def browser(embedded: Town) -> Iterator[Browser]:
    with Browser(embedded.provider.base()) as opened:
        yield opened


@pytest.fixture
def foreign_browser(embedded: Town) -> Iterator[Browser]:
    """A browser of somebody else."""
    with Browser(embedded.provider.base()) as opened:
        yield opened
