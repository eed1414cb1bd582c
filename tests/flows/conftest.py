"""What several files of the flows share: systems that live for the whole run, and get their people from each file."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.flows.federated import Federated, federated_system
from tests.flows.recovering import Recovering, recovering_provider


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the fixtures that flows and security share; no other test pays for what they import."""
    config.pluginmanager.import_plugin("tests.flows.running_systems")


@pytest.fixture(scope="session")
def recovering_system(tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client) -> Iterator[Recovering]:
    """A provider on SQLite with a register."""
    with recovering_provider(tmp_path_factory.mktemp("recovering"), http) as running:
        yield running


@pytest.fixture(scope="session")
def shared_federation(tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client) -> Iterator[Federated]:
    """A provider on SQLite with two upstream providers and a register."""
    with federated_system(tmp_path_factory.mktemp("federated"), http) as running:
        yield running
