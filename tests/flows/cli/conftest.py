"""Prepared stores for the operator command."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrations.runner import upgrade
from tests.flows.cli.operator import Operator
from tests.flows.cli.transparent import LogEdge, PublicLog, publish
from tests.support.rigs.web_edge import web_edge
from tests.support.running.servers import PostgresServer


def on_sqlite(folder: Path) -> Operator:
    """Return an operator whose store is a file in the folder."""
    return Operator(folder, f"sqlite+aiosqlite:///{folder}/idp.db")


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that `idp prepare` made, demonstration people included; tests work on copies."""
    folder = tmp_path_factory.mktemp("prepared")
    on_sqlite(folder).good("prepare", "--demo-accounts")
    return folder


@pytest.fixture(scope="session")
def public_log(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> PublicLog:
    """A folder with a store that has published a log, and the checkpoint of its first half; tests work on copies."""
    folder = tmp_path_factory.mktemp("public-log")
    shutil.copytree(prepared_folder, folder, dirs_exist_ok=True)
    return publish(folder)


@pytest.fixture(scope="session")
def edge(public_log: PublicLog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LogEdge]:
    """Shows one public log after another."""
    folder = public_log.changed(tmp_path_factory.mktemp("shown"))
    with web_edge(folder) as base:
        yield LogEdge(base, folder)


@pytest.fixture
def bare(tmp_path: Path) -> Operator:
    """An operator on a new machine: nothing was prepared."""
    return on_sqlite(tmp_path)


@pytest.fixture
def operator(prepared_folder: Path, tmp_path: Path) -> Operator:
    """An operator whose store is prepared, on SQLite."""
    shutil.copytree(prepared_folder, tmp_path, dirs_exist_ok=True)
    return on_sqlite(tmp_path)


@pytest.fixture(scope="session")
def prepared_beside_postgres(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder beside a store of PostgreSQL that `idp prepare` made; tests work on copies of both."""
    return tmp_path_factory.mktemp("prepared-postgres")


@pytest.fixture
def postgres_operator(postgres: PostgresServer, prepared_beside_postgres: Path, tmp_path: Path) -> Iterator[Operator]:
    """An operator whose store is prepared, on PostgreSQL."""

    def prepare(url: str) -> None:
        upgrade(url)
        Operator(prepared_beside_postgres, url).good("prepare")

    url = postgres.create_database(postgres.template("prepared", prepare))
    shutil.copytree(prepared_beside_postgres, tmp_path, dirs_exist_ok=True)
    yield Operator(tmp_path, url)
    postgres.drop_database(url)


@pytest.fixture(params=["operator", "postgres_operator"])
def either(request: pytest.FixtureRequest) -> Operator:
    """An operator on each of the databases."""
    found: Operator = request.getfixturevalue(request.param)
    return found
