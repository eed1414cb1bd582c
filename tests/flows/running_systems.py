"""The running systems that all tests of a process share: fixtures of flows and security, live for the whole run.

A plugin of both folders, because a fixture of a conftest lives once for each. Whoever stops the system, changes its
keys or national settings for long, or needs an empty store starts one of their own (`tests/flows/running_provider.py`).
"""

from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx2
import pytest

from tests.flows.running_provider import RunningProvider, cluster_of_two, embedded_provider
from tests.support.extent import FULL
from tests.support.patience import patient
from tests.support.plain.browser import Browser
from tests.support.running.servers import PostgresServer, RedisServer

FORMS = ("embedded", "cluster")
MARKERS = (
    "one_form: what is proved does not depend on the store or on the number of processes",
    "both_forms: it does, in a file of which most does not",
)
_EXTENTS = {marker.partition(":")[0] for marker in MARKERS}


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of the shared town on both forms; one of the marker `one_form` on both in the long form only.

    A plugin's hook is asked for every test of the process, so the name is one that no other test has an argument of.
    """
    if "running_form" not in metafunc.fixturenames:
        return
    closest = next((mark.name for mark in metafunc.definition.iter_markers() if mark.name in _EXTENTS), "both_forms")
    metafunc.parametrize("running_form", FORMS if FULL or closest == "both_forms" else FORMS[:1])


@pytest.fixture(scope="session")
def http() -> Iterator[httpx2.Client]:
    """A client of all tests of a process. It keeps no cookies: what one test is given is not another's."""
    without = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    with httpx2.Client(timeout=patient(30), cookies=without) as client:
        yield client


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client) -> Iterator[RunningProvider]:
    yield from embedded_provider(tmp_path_factory.mktemp("embedded"), http)


@pytest.fixture(scope="session")
def cluster(
    tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client, postgres: PostgresServer, redis_server: RedisServer
) -> Iterator[RunningProvider]:
    yield from cluster_of_two(tmp_path_factory.mktemp("cluster"), http, postgres, redis_server)


@pytest.fixture
def running(request: pytest.FixtureRequest, running_form: str) -> RunningProvider:
    """The provider in one of its forms."""
    found: RunningProvider = request.getfixturevalue(running_form)
    return found


@pytest.fixture
def browser(running: RunningProvider) -> Iterator[Browser]:
    with running.browser() as opened:
        yield opened


@pytest.fixture
def new_browser(running: RunningProvider) -> Iterator[Callable[[], Browser]]:
    """Makes further browsers."""
    opened: list[Browser] = []

    def make() -> Browser:
        opened.append(running.browser())
        return opened[-1]

    yield make
    for one in opened:
        one.http.close()


@pytest.fixture
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("provider")
