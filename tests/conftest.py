"""Real PostgreSQL and Redis for every test that asks, shut sockets for unit tests, and the order of the stages."""

import gc
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.order import ordered, stage_of
from tests.support.running.servers import PostgresServer, RedisServer
from tests.support.socket_guard import shut_sockets

# A busy machine draws slowly: no verdict depends on its speed.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# What collection makes stays until the end: looking for garbage among it took a third of the collection, and a part of
# every test. On again when the tests begin.
gc.disable()


def pytest_configure() -> None:
    # A shell that starts a run in the background makes it ignore SIGINT, and every child would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = ordered(items)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _sockets_shut_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if stage_of(request.path) == "unit":
        shut_sockets(monkeypatch)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run; tests that stop or kill it, or ask what is durable, start their own."""
    with PostgresServer(durable=False) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """SQLAlchemy address of a fresh, empty database that is dropped afterwards."""
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """One Redis server for the whole run; tests that stop or kill it start their own."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: RedisServer) -> str:
    """Address of the shared Redis, emptied before the test."""
    redis_server.flush()
    return redis_server.url
