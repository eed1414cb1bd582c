"""Each test of a store runs on SQLite and on PostgreSQL, on a migrated database without rows of any other test.

A file whose tests judge what use cases decide, while others execute the same SQL on both, may name one database:
`pytestmark = pytest.mark.one_engine("sqlite")`. With `TEST_EXTENT=full` it runs on both.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from idp.adapters.sql.database import Database, open_database
from idp.adapters.sql.engine import postgres_pool, sqlite_engine
from migrations.runner import upgrade
from tests.support.extent import FULL
from tests.support.patience import patient, patiently
from tests.support.quick_folder import quick_folder
from tests.support.running.servers import PostgresServer
from tests.support.running.sql_stores import StatementCounter


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "one_engine(name): the database that a test of no SQL of its own runs on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        chosen = metafunc.definition.get_closest_marker("one_engine")
        kinds = ("sqlite", "postgres") if chosen is None or FULL else chosen.args
        metafunc.parametrize("engine", kinds, indirect=True)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a store gives up after in production is waited for longer; files about giving up override this."""
    monkeypatch.setattr(postgres_pool, "CHECKOUT_TIMEOUT", patiently(5))
    monkeypatch.setattr(postgres_pool, "ANSWER_TIMEOUT", patiently(6))
    monkeypatch.setitem(postgres_pool.SETTINGS, "statement_timeout", str(int(patient(5) * 1000)))
    monkeypatch.setattr(sqlite_engine, "_WRITE_PATIENCE", patiently(5))
    monkeypatch.setattr(sqlite_engine, "_READ_PATIENCE", patiently(5))


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    """A folder for one file after the other."""
    with quick_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file of SQLite, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def sqlite_store(migrated_file: Path, sqlite_folder: Path) -> str:
    """Address of a migrated, empty file."""
    for left in sqlite_folder.iterdir():
        left.unlink()
    path = sqlite_folder / "store.db"
    shutil.copy(migrated_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_store(postgres: PostgresServer) -> str:
    """Address of the migrated, emptied database of PostgreSQL that one test after the other uses."""
    return postgres.emptied(postgres.template("migrated", upgrade))


@pytest.fixture(scope="session")
def unused_postgres_store(postgres: PostgresServer) -> Iterator[str]:
    """Address of a migrated database of PostgreSQL that nobody writes to: it plans as on the first day."""
    url = postgres.create_database(postgres.template("migrated", upgrade))
    yield url
    postgres.drop_database(url)


@pytest.fixture
def own_postgres_store(postgres: PostgresServer) -> Iterator[str]:
    """Address of a migrated database of PostgreSQL for a test that changes its tables."""
    url = postgres.create_database(postgres.template("migrated", upgrade))
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite_store", "own_postgres_store"])
def own_store(request: pytest.FixtureRequest) -> str:
    """Address of a migrated database of either kind whose tables may be changed."""
    url = request.getfixturevalue(request.param)
    assert isinstance(url, str)
    return url


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn; in the short form only the one that `one_engine` names, where a file says so."""
    name: str = request.param
    return name


@pytest.fixture
def store(engine: str, request: pytest.FixtureRequest) -> str:
    """Address of a migrated, empty database of either kind."""
    url = request.getfixturevalue(f"{engine}_store")
    assert isinstance(url, str)
    return url


@pytest.fixture
def counter() -> StatementCounter:
    """Sees every statement that `database` sends."""
    return StatementCounter()


@pytest.fixture
async def database(store: str, counter: StatementCounter) -> AsyncIterator[Database]:
    """The store, open."""
    opened = await open_database(store, observer=counter)
    yield opened
    await opened.close()


@pytest.fixture
async def neighbour(store: str, database: Database) -> AsyncIterator[Database]:
    """The same store, opened once more, as by a second process."""
    opened = await open_database(store)
    yield opened
    await opened.close()
