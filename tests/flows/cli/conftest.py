"""Prepared stores for the operator command."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrations.runner import upgrade
from tests.flows.cli.operator import Operator
from tests.support.servers import PostgresServer


def on_sqlite(folder: Path) -> Operator:
    """Return an operator whose store is a file in the folder."""
    return Operator(folder, f"sqlite+aiosqlite:///{folder}/idp.db")


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that `idp prepare` made, demonstration people included; tests work on copies."""
    folder = tmp_path_factory.mktemp("prepared")
    on_sqlite(folder).good("prepare", "--demo-accounts")
    return folder


@pytest.fixture
def bare(tmp_path: Path) -> Operator:
    """An operator on a new machine: nothing was prepared."""
    return on_sqlite(tmp_path)


@pytest.fixture
def operator(prepared_folder: Path, tmp_path: Path) -> Operator:
    """An operator whose store is prepared, on SQLite."""
    shutil.copytree(prepared_folder, tmp_path, dirs_exist_ok=True)
    return on_sqlite(tmp_path)


@pytest.fixture
def postgres_operator(postgres: PostgresServer, tmp_path: Path) -> Iterator[Operator]:
    """An operator whose store is prepared, on PostgreSQL."""
    url = postgres.create_database(postgres.template("migrated", upgrade))
    prepared = Operator(tmp_path, url)
    prepared.good("prepare")
    yield prepared
    postgres.drop_database(url)


@pytest.fixture(params=["operator", "postgres_operator"])
def either(request: pytest.FixtureRequest) -> Operator:
    """An operator on each of the databases."""
    found: Operator = request.getfixturevalue(request.param)
    return found
