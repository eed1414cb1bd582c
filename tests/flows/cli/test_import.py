"""`idp accounts generate` and `import`: the same people from the same seed, killed and gone on, small at any size."""

import asyncio
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from idp.accounts.model import EMAIL_PLACE, NUMBER_PLACE, PHONE_PLACE, PROFILE_PLACE, TECH_ID_PLACE
from idp.adapters.sql.database import open_database
from idp.kernel.clock import SystemClock
from idp.kernel.root_key import open_root_key
from keys.providers.file import load_master_key
from migrations.runner import upgrade
from tests.contract.sql.direct import rows
from tests.flows.cli.operator import Operator
from tests.support.servers import REPOSITORY, PostgresServer
from tests.support.waiting import wait_for

ROWS, KILLS, SEED = 24_000, 10, 20261125
_EVERYTHING = """
    SELECT i.sealed, p.profile_sealed, a.status, a.proof, a.created_at, a.proved_at, a.locked_for, w.password_hash,
      c.sealed, e.sealed, t.sealed
    FROM accounts a JOIN persons p ON p.person_id = a.person_id
    JOIN passwords w ON w.person_id = a.person_id
    LEFT JOIN identifiers i ON i.person_id = a.person_id
    LEFT JOIN contacts c ON c.person_id = a.person_id AND c.kind = 'phone'
    LEFT JOIN contacts e ON e.person_id = a.person_id AND e.kind = 'email'
    LEFT JOIN tech_ids t ON t.person_id = a.person_id
"""
_PLACES = (NUMBER_PLACE, PROFILE_PLACE, PHONE_PLACE, EMAIL_PLACE, TECH_ID_PLACE)


@pytest.fixture(scope="session")
def people(prepared_folder: Path) -> Path:
    """A file of invented people, some of them met twice, some of them no rows at all."""
    file = prepared_folder / "people.jsonl"
    operator = Operator(prepared_folder, f"sqlite+aiosqlite:///{prepared_folder}/idp.db")
    operator.good(
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
    for number, profile, *states, phone, email, tech_id in found:
        values = zip((number, profile, phone, email, tech_id), _PLACES, strict=True)
        plain.append((*(sealer.open(value, place) if value else b"" for value, place in values), *states))
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
    pair = []
    for place in range(2):
        folder = tmp_path / f"sqlite{place}"
        folder.mkdir()
        pair.append(Operator(folder, f"sqlite+aiosqlite:///{folder}/idp.db"))
        pair[-1].good("prepare")
    return pair[0], pair[1]


def start(operator: Operator, file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "idp.cli", "accounts", "import", str(file), "--processes", "1", "--batch", "200"],
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


async def lines_read(operator: Operator) -> int:
    """Return how far the import has come, as it is committed."""
    found = await rows(operator.database_url, "SELECT COALESCE(MAX(lines_read), 0) FROM imports")
    return int(str(found[0][0]))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_an_import_that_is_killed_ten_times_ends_as_one_that_was_not(
    request: pytest.FixtureRequest, kind: str, own_people: Path, tmp_path: Path
) -> None:
    disturbed, calm = request.getfixturevalue(f"two_{kind}")
    chance = random.Random(SEED)
    for kill in range(KILLS):
        process = start(disturbed, own_people)
        # A random share that leaves a third of the file after the last kill, however fast the machine is.
        begun = asyncio.run(lines_read(disturbed))
        until = begun + chance.randint(1, (ROWS - begun) // (KILLS - kill + 5))
        wait_for("the import to come so far", lambda: asyncio.run(lines_read(disturbed)) >= until)  # noqa: B023
        assert process.poll() is None
        helpers = children(process.pid)
        process.kill()
        process.wait()
        # They hold the keys that rows are sealed with: nothing of a killed import goes on.
        wait_for("the processes of the import to end with it", lambda: not any(map(runs, helpers)))  # noqa: B023
    last = disturbed.run("accounts", "import", own_people, "--json").json()
    other = Path(shutil.copy(own_people, tmp_path / "calm.jsonl"))
    undisturbed = calm.run("accounts", "import", other, "--json").json()
    assert last == undisturbed
    assert asyncio.run(opened(disturbed)) == asyncio.run(opened(calm))
    assert reports(own_people) == reports(other)


def test_the_same_file_under_another_name_is_not_imported_twice(operator: Operator, own_people: Path) -> None:
    done = operator.run("accounts", "import", own_people, "--json").json()
    assert isinstance(done, dict)
    assert done["accepted"] + done["rejected"] == ROWS
    renamed = own_people.rename(own_people.with_name("renamed.jsonl"))
    again = operator.run("accounts", "import", renamed, "--json").json()
    assert again == done | {"state": "was imported before; nothing was done"}


def test_nothing_personal_stands_in_reports_audit_or_messages(operator: Operator, own_people: Path) -> None:
    done = operator.run("accounts", "import", own_people)
    assert done.code == 0, done.err
    row = orjson.loads(own_people.read_bytes().partition(b"\n")[0])
    written = [done.out, done.err, operator.good("audit", "export")]
    written += [path.read_text() for path in own_people.parent.glob("own.jsonl.*.jsonl")]
    for text_ in written:
        assert not any(row[name] in text_ for name in ("number", "name", "phone", "tech_id", "password_hash"))
    names = [event["name"] for event in operator.events()]
    assert names.count("operator:accounts:imported") == 1


def test_a_csv_file_is_imported_too(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("number,name,birth_date,phone\n002899000001,Trần Thị Thúy,1980-02-29,0500000001\nx,y,z\n")
    assert operator.run("accounts", "import", file, "--json").json() == {
        "state": "imported", "lines": 2, "accepted": 1, "rejected": 1,
    }  # fmt: skip
    assert "status: open" in operator.good("accounts", "show", "002899000001")
    file.write_text("number,salary\n")
    refused = operator.run("accounts", "import", file)
    assert (refused.code, "the first line must name columns" in refused.err) == (1, True)


def test_an_empty_file_is_an_import_that_ends(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.touch()
    assert operator.run("accounts", "import", file, "--json").json() == {
        "state": "imported", "lines": 0, "accepted": 0, "rejected": 0,
    }  # fmt: skip


def test_the_memory_of_all_its_processes_stays_under_300_mib(operator: Operator, own_people: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "idp.cli", "accounts", "import", str(own_people), "--processes", "2", "--json"],
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


def test_the_same_seed_makes_the_same_people_and_another_one_others(operator: Operator, tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.jsonl" for n in range(3)]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        operator.good("accounts", "generate", "50", "--out", file, "--seed", str(seed), "--hash", "none")
    first, same, other = (file.read_bytes() for file in files)
    assert first == same
    assert first != other
    rows = [orjson.loads(line) for line in first.splitlines()]
    assert len({row["number"] for row in rows}) == 50
    assert all(row["number"][3] in "89" and row["phone"].startswith("050") for row in rows)
