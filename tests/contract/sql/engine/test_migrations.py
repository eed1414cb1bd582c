"""Migrations: from nothing to the tables, again without harm, and by two processes at once."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from idp.adapters.sql.database import open_database
from idp.adapters.sql.schema import metadata
from migrations.runner import head, upgrade
from tests.contract.sql.direct import rows, run, writes
from tests.support.extent import rounds
from tests.support.running.servers import REPOSITORY


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    url = request.getfixturevalue("postgres_url")
    assert isinstance(url, str)
    return url


# Each is a whole process that imports everything.
AT_ONCE = rounds(2, 4)
# Over an expression, which SQLAlchemy reads back from neither database.
OVER_EXPRESSIONS = frozenset({"ix_audit_events_actor"})


def is_compared(_one: object, name: str | None, *_: object) -> bool:
    return name not in OVER_EXPRESSIONS


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True, "include_object": is_compared}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_the_migrated_schema_is_that_of_the_tables(store: str) -> None:
    engine = create_async_engine(store, poolclass=NullPool)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_the_active_number_is_unique_by_a_partial_index(store: str) -> None:
    where = "SELECT sql FROM sqlite_master WHERE name = 'uq_identifiers_active'"
    if store.startswith("postgresql"):
        where = "SELECT indexdef FROM pg_indexes WHERE indexname = 'uq_identifiers_active'"
    ((definition,),) = await rows(store, where)
    assert "UNIQUE INDEX" in str(definition)
    assert "valid_to IS NULL" in str(definition)


async def test_a_database_is_ready_once_it_is_migrated(empty: str) -> None:
    if empty.startswith("sqlite"):
        sqlite3.connect(empty.removeprefix("sqlite+aiosqlite:///")).executescript("VACUUM")
    database = await open_database(empty)
    assert not await writes(database)
    await asyncio.to_thread(upgrade, empty)
    assert await writes(database)
    await database.close()


def test_migrating_twice_changes_nothing(empty: str) -> None:
    upgrade(empty)
    upgrade(empty)


async def test_processes_that_migrate_at_once_migrate_once(empty: str) -> None:
    argv = [sys.executable, "-c", f"from migrations.runner import upgrade; upgrade({empty!r})"]
    runs = [
        asyncio.to_thread(subprocess.run, argv, cwd=REPOSITORY, capture_output=True, text=True) for _ in range(AT_ONCE)
    ]
    assert [(done.returncode, done.stderr) for done in await asyncio.gather(*runs)] == [(0, "")] * AT_ONCE
    assert await rows(empty, "SELECT version_num FROM alembic_version") == [(head(),)]
    assert await rows(empty, "SELECT topic, version FROM change_counters ORDER BY topic") == [
        ("agencies", 0),
        ("clients", 0),
        ("keys", 0),
        ("settings", 0),
    ]


async def test_0043_a_resource_is_the_agencys_whose_client_came_first(empty: str) -> None:
    await asyncio.to_thread(upgrade, empty, "0042")
    given = {
        "later": ("H37", "2026-02-01T00:00:00Z", "https://records.example", "production"),
        "first": ("H26", "2026-01-01T00:00:00Z", "https://records.example", "production"),
        "tried": ("G15", "2025-01-01T00:00:00Z", "https://records.example", "sandbox"),
        "plain": ("G15", "2025-01-01T00:00:00Z", "", "production"),
    }
    for name, (agency, created_at, resource, stage) in given.items():
        document = json.dumps({"created_at": created_at, "resource": resource or None, "stage": stage})
        as_bytes = f"CAST('{document}' AS BLOB)" if empty.startswith("sqlite") else f"convert_to('{document}', 'UTF8')"
        values = f"'{name}', 1, '{agency}', {as_bytes}"
        await run(empty, f"INSERT INTO clients (client_id, version, agency, document) VALUES ({values})")
    await asyncio.to_thread(upgrade, empty)
    found = await rows(empty, "SELECT client_id, audience, resource_agency FROM clients ORDER BY client_id")
    had = "https://records.example"
    assert found == [("first", had, "H26"), ("later", had, "H26"), ("plain", None, None), ("tried", None, None)]


async def test_0046_a_label_that_was_served_as_standard_stays_so(empty: str) -> None:
    await asyncio.to_thread(upgrade, empty, "0045")
    for name, profile in (("labelled", "fapi2"), ("plain", "standard"), ("suite", "certification")):
        document = json.dumps({"security_profile": profile}, separators=(",", ":"))
        as_bytes = f"CAST('{document}' AS BLOB)" if empty.startswith("sqlite") else f"convert_to('{document}', 'UTF8')"
        await run(empty, f"INSERT INTO clients (client_id, version, document) VALUES ('{name}', 1, {as_bytes})")
    await asyncio.to_thread(upgrade, empty)
    found = await rows(empty, "SELECT client_id, document FROM clients ORDER BY client_id")
    read = {str(name): b"standard" in document for name, document in found if isinstance(document, bytes)}
    assert read == {"labelled": True, "plain": True, "suite": False}


async def test_0008_whom_sectors_know_a_merged_person_as_is_said_beside_the_profile(empty: str) -> None:
    await asyncio.to_thread(upgrade, empty, "0007")
    for person_id in ("merged", "alone"):
        await run(empty, f"INSERT INTO persons (person_id, profile_sealed, created_at) VALUES ('{person_id}', '', 0)")
    for sector in ("one", "two"):
        values = f"'merged', 'sector:{sector}.example', 'before'"
        await run(empty, f"INSERT INTO subject_aliases (person_id, sector, subject_id) VALUES ({values})")
    await asyncio.to_thread(upgrade, empty)
    (known, nothing) = await rows(empty, "SELECT known_as FROM persons ORDER BY person_id DESC")
    assert json.loads(str(known[0])) == {"sector:one.example": "before", "sector:two.example": "before"}
    assert nothing == (None,)


async def test_0033_accounts_that_no_registration_opened_came_with_an_import(empty: str) -> None:
    await asyncio.to_thread(upgrade, empty, "0032")
    columns = "person_id, account_id, status, proof, locale, created_at, two_steps, account_kind"
    for name, kind in (("bearer", "citizen"), ("bare", "citizen"), ("opened", "citizen"), ("post", "officer")):
        values = f"'{name}', '{name}', 'open', 'matched', 'vi', 7, FALSE, '{kind}'"
        await run(empty, f"INSERT INTO accounts ({columns}) VALUES ({values})")
    await run(empty, "INSERT INTO tech_ids (person_id, blind_index, sealed) VALUES ('bearer', '', '')")
    for name, purpose in (("bearer", "registration"), ("opened", "registration"), ("bare", "recheck")):
        values = f"'{name}', '{name}', 'same', '', '{purpose}', 7"
        await run(
            empty, f"INSERT INTO proofs (person_id, proof_id, verdict, request_id, purpose, at) VALUES ({values})"
        )
    await asyncio.to_thread(upgrade, empty)
    assert await rows(empty, "SELECT account_id FROM accounts WHERE imported_at = 7 ORDER BY 1") == [
        ("bare",),
        ("bearer",),
    ]
