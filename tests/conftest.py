"""Real PostgreSQL and Redis for every test that asks, shut sockets for unit tests, and the order of the stages."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import PostgresServer, RedisServer
from tests.support.socket_guard import shut_sockets

TESTS = Path(__file__).resolve().parent
# Cheapest first, so that the first failure comes early; an unknown folder runs after these.
STAGES = ("unit", "architecture", "contract", "flows", "spec", "security", "browser")
# Begin their stage: a long file that begins last keeps every other core waiting for it.
LONG_FILES = ("test_every_page.py",)


def pytest_configure() -> None:
    # A shell that starts a run in the background makes it ignore SIGINT, and every child would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def stage_of(path: Path) -> str:
    """Return the first folder below tests/ that holds the file."""
    return path.relative_to(TESTS).parts[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {stage: rank for rank, stage in enumerate(STAGES)}
    items.sort(key=lambda item: (ranks.get(stage_of(item.path), len(STAGES)), item.path.name not in LONG_FILES))


@pytest.fixture(autouse=True)
def _sockets_shut_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if stage_of(request.path) == "unit":
        shut_sockets(monkeypatch)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run; tests that stop or kill it start their own."""
    with PostgresServer() as server:
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
