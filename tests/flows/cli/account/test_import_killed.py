"""`idp accounts import` as a process: killed and gone on, its processes gone with it, small at any size."""

import asyncio
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from idp.account.model import EMAIL_PLACE, NUMBER_PLACE, PHONE_PLACE, PROFILE_PLACE, TECH_ID_PLACE
from idp.adapters.sql.database import open_database
from idp.kernel.clock import SystemClock
from idp.kernel.generations import open_root_key
from keys.providers.file import load_master_key
from migrations.runner import upgrade
from tests.flows.cli.conftest import on_sqlite
from tests.flows.cli.operator import Operator
from tests.support.extent import FULL, rounds
from tests.support.patience import patient, patiently
from tests.support.running.servers import REPOSITORY, PostgresServer
from tests.support.waiting import wait_for

# Enough that two thirds of the file are still to come at the last kill in the short form, and a third in the full one.
ROWS, KILLS, SEED = rounds(10_000, 24_000), rounds(3, 10), 20261125
_EVERYTHING = """
    SELECT p.person_id, i.sealed, p.profile_sealed, a.status, a.proof, a.created_at, a.proved_at, a.locked_for,
      w.password_hash, c.sealed, e.sealed, t.sealed
    FROM accounts a JOIN persons p ON p.person_id = a.person_id
    JOIN passwords w ON w.person_id = a.person_id
    LEFT JOIN identifiers i ON i.person_id = a.person_id
    LEFT JOIN contacts c ON c.person_id = a.person_id AND c.kind = 'phone'
    LEFT JOIN contacts e ON e.person_id = a.person_id AND e.kind = 'email'
    LEFT JOIN tech_ids t ON t.person_id = a.person_id
"""
# Ten thousand wrapped hashes would take minutes.
IMPORT = (sys.executable, "-m", "idp.cli", "accounts", "import", "--wrap-later")
_PLACES = (NUMBER_PLACE, PROFILE_PLACE, PHONE_PLACE, EMAIL_PLACE, TECH_ID_PLACE)


@pytest.fixture(scope="session")
def people(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of invented people, some of them met twice, some of them no rows at all."""
    file = tmp_path_factory.mktemp("people") / "people.jsonl"
    on_sqlite(prepared_folder).good(
        "accounts", "generate", str(ROWS), "--out", file, "--seed", str(SEED), "--hash", "ssha", "--hash", "wso2",
        "--duplicates", "1", "--bad", "1",
    )  # fmt: skip
    return file


@pytest.fixture
def own_people(people: Path, tmp_path: Path) -> Path:
    """A copy of the file, with reports of its own."""
    return Path(shutil.copy(people, tmp_path / "own.jsonl"))


async def opened(operator: Operator) -> list[tuple[object, ...]]:
    """Return every account with its values opened, in an order of their own."""
    database = await open_database(operator.database_url)
    root = await open_root_key(database.data_keys, load_master_key(operator.master_key).secret, SystemClock().now())
    await database.close()
    sealer, engine = root.sealer(), create_async_engine(operator.database_url)
    async with engine.connect() as connection:
        found = (await connection.execute(text(_EVERYTHING))).all()
    await engine.dispose()
    plain = []
    for person_id, number, profile, *states, phone, email, tech_id in found:
        values = zip((number, profile, phone, email, tech_id), _PLACES, strict=True)
        plain.append(
            (*(sealer.open(value, column.of(person_id)) if value else b"" for value, column in values), *states)
        )
    return sorted(plain, key=repr)


def reports(file: Path) -> tuple[list[bytes], list[tuple[object, ...]]]:
    """Return the rejects as they stand, and the duplicates without the ids, which every run makes anew."""
    rejects = file.with_name(f"{file.name}.rejects.jsonl").read_bytes().splitlines()
    doubled = [orjson.loads(line) for line in file.with_name(f"{file.name}.duplicates.jsonl").read_bytes().splitlines()]
    return rejects, [(one["line"], one["why"], one["account_id"] is None) for one in doubled]


@pytest.fixture
def two_postgres(postgres: PostgresServer, tmp_path: Path) -> Iterator[tuple[Operator, Operator]]:
    urls = [postgres.create_database(postgres.template("migrated", upgrade)) for _ in range(2)]
    pair = []
    for place, url in enumerate(urls):
        folder = tmp_path / f"postgres{place}"
        folder.mkdir()
        pair.append(Operator(folder, url))
        pair[-1].good("prepare")
    yield pair[0], pair[1]
    for url in urls:
        postgres.drop_database(url)


@pytest.fixture
def two_sqlite(prepared_folder: Path, tmp_path: Path) -> tuple[Operator, Operator]:
    first, second = (on_sqlite(shutil.copytree(prepared_folder, tmp_path / name)) for name in ("first", "second"))
    return first, second


def start(operator: Operator, file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            *IMPORT,
            str(file),
            "--processes",
            "1",
            "--batch",
            "200",
        ],
        cwd=REPOSITORY,
        env=operator.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def children(pid: int) -> list[Path]:
    """Return the folders in /proc of the processes that a process has started."""
    lists = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    found = [Path("/proc", child) for names in lists for child in names.split()]
    assert found, "the import has no processes"
    return found


def runs(process: Path) -> bool:
    """Say whether a process is still there; one that has ended and whom nobody has asked is not."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@contextmanager
def position_of(operator: Operator) -> Iterator[Callable[[], int]]:
    """Give a look at how far the import has come, as it is committed; the connection stays open between looks."""
    engine = create_async_engine(operator.database_url, isolation_level="AUTOCOMMIT")

    async def lines_read(connection: AsyncConnection) -> int:
        return int(await connection.scalar(text("SELECT COALESCE(MAX(lines_read), 0) FROM imports")) or 0)

    with asyncio.Runner() as runner:
        connection = runner.run(_connected(engine))
        try:
            yield lambda: runner.run(lines_read(connection))
        finally:
            runner.run(connection.close())
            runner.run(engine.dispose())


async def _connected(engine: AsyncEngine) -> AsyncConnection:
    return await engine.connect()


def kill_at(line: int, operator: Operator, file: Path, position: Callable[[], int]) -> None:
    """Start the import and kill it once it has stored this line."""
    process = start(operator, file)
    try:
        wait_for("the import to come so far", lambda: position() >= line, patiently(30))
        assert process.poll() is None
        helpers = children(process.pid)
    finally:
        process.kill()
        process.wait()
    # They hold the keys that rows are sealed with: nothing of a killed import goes on.
    wait_for("the processes of the import to end with it", lambda: not any(map(runs, helpers)), patiently(30))


@pytest.mark.long
@pytest.mark.timeout(patient(600))
@pytest.mark.parametrize("kind", ["sqlite", "postgres"] if FULL else ["postgres"])
def test_an_import_that_is_killed_again_and_again_ends_as_one_that_was_not(
    request: pytest.FixtureRequest, kind: str, own_people: Path, tmp_path: Path
) -> None:
    disturbed, calm = request.getfixturevalue(f"two_{kind}")
    chance = random.Random(SEED)
    with position_of(disturbed) as position:
        for kill in range(KILLS):
            # A random share that leaves as much of the file as the last kill needs, however fast the machine is.
            begun = position()
            kill_at(begun + chance.randint(1, (ROWS - begun) // (KILLS - kill + 5)), disturbed, own_people, position)
    last = disturbed.run("accounts", "import", own_people, "--wrap-later", "--json").json()
    other = Path(shutil.copy(own_people, tmp_path / "calm.jsonl"))
    undisturbed = calm.run("accounts", "import", other, "--wrap-later", "--json").json()
    assert last == undisturbed
    assert asyncio.run(opened(disturbed)) == asyncio.run(opened(calm))
    assert reports(own_people) == reports(other)


def test_the_memory_of_all_its_processes_stays_under_300_mib(operator: Operator, own_people: Path) -> None:
    process = subprocess.Popen(
        [
            *IMPORT,
            str(own_people),
            "--processes",
            "2",
            "--json",
        ],
        cwd=REPOSITORY,
        env=operator.environment,
        stdout=subprocess.DEVNULL,
    )
    peaks: dict[int, int] = {}
    watch = threading.Thread(target=_watch, args=(process, peaks))
    watch.start()
    assert process.wait() == 0
    watch.join()
    assert len(peaks) >= 3
    assert sum(peaks.values()) < 300 * 1024


def _watch(process: "subprocess.Popen[bytes]", peaks: dict[int, int]) -> None:
    while process.poll() is None:
        for pid in _family(process.pid):
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            peak = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
            if peak:
                peaks[pid] = peak[0]
        time.sleep(0.05)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(int(child) for child in children)]
