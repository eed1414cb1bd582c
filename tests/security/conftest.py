"""The provider that is attacked: as processes on both kinds of stores, and as a bare web edge."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.flows.running_provider import RunningProvider
from tests.security.edge_provider import Attacked, at_edge
from tests.security.in_process import Edge, running_edge
from tests.security.prepared_store import PreparedStore, prepared_store
from tests.support.plain.browser import Browser


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the fixtures that flows and security share; no other test pays for what they import."""
    config.pluginmanager.import_plugin("tests.flows.running_systems")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreparedStore]:
    """The store that every edge has a copy of."""
    with prepared_store(tmp_path_factory.mktemp("prepared")) as store:
        yield store


@pytest.fixture(scope="module")
def new_edge(tmp_path_factory: pytest.TempPathFactory, prepared: PreparedStore) -> Iterator[Callable[[], Edge]]:
    """Makes bare web edges over SQLite, each with the clients and people of the flow tests."""
    with ExitStack() as stack:

        def opened() -> Edge:
            folder = tmp_path_factory.mktemp("edge")
            return stack.enter_context(running_edge(folder, prepared.copied_to(folder).database_url))

        yield opened


@pytest.fixture(scope="module")
def edge(new_edge: Callable[[], Edge]) -> Edge:
    """The edge that most tests of a file share."""
    return new_edge()


@pytest.fixture(scope="module")
def edge_provider(tmp_path_factory: pytest.TempPathFactory, prepared: PreparedStore) -> Iterator[Attacked]:
    """The same, where relying parties, browsers and programs come as they come to a server."""
    with at_edge(prepared, tmp_path_factory.mktemp("edge")) as opened:
        yield opened


@pytest.fixture
def browser(embedded: RunningProvider) -> Iterator[Browser]:
    with Browser(embedded.provider.base()) as opened:
        yield opened


@pytest.fixture
def foreign_browser(embedded: RunningProvider) -> Iterator[Browser]:
    """A browser of somebody else."""
    with Browser(embedded.provider.base()) as opened:
        yield opened
