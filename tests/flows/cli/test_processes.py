"""`idp` as a process: what a call from within does not show.

The import as a process, which is killed, is in `test_import_killed.py`.
"""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flows.cli.conftest import on_sqlite
from tests.flows.cli.operator import Operator
from tests.support.operator import run_python
from tests.support.patience import patient, patiently
from tests.support.running.servers import REPOSITORY
from tests.support.waiting import wait_for

IDP = (sys.executable, "-m", "idp.cli")
# What a machine without any locale has.
POSIX = {"LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Worker:
    """`idp worker` at work, and the database that it works on."""

    process: subprocess.Popen[str]
    database: Path

    def has(self, table: str) -> bool:
        """Say whether there is a row in a table."""
        with closing(sqlite3.connect(self.database)) as database:
            return bool(database.execute(f"SELECT 1 FROM {table}").fetchall())


@pytest.fixture
def worker(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = shutil.copytree(prepared_folder, tmp_path_factory.mktemp("worker"), dirs_exist_ok=True)
    arguments, environment = [*IDP, "worker"], on_sqlite(folder).environment
    with subprocess.Popen(
        arguments, cwd=REPOSITORY, env=environment, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            yield Worker(process, folder / "idp.db")
        finally:
            process.kill()


def test_the_worker_does_not_start_on_a_database_that_was_not_migrated(bare: Operator) -> None:
    done = bare.process("worker")
    assert done.code == 1
    assert done.err.endswith("run `idp migrate` first\n")


def test_what_is_done_refused_or_wrong_is_told_by_the_exit_code(operator: Operator) -> None:
    done = operator.process("keys", "list")
    assert (done.code, done.err, "ES256" in done.out) == (0, "", True)
    refused = operator.process("accounts", "lock", "-", stdin="001899000999\n")
    assert (refused.code, refused.out, refused.err) == (1, "", "idp: there is no such account\n")
    operator.settings["IDP_LISTEN"] = "8000"
    wrong = operator.process("keys", "list")
    assert (wrong.code, wrong.out, wrong.err.startswith("idp: IDP_LISTEN: ")) == (2, "", True)


def test_the_server_ends_with_a_wrong_setting(bare: Operator) -> None:
    bare.settings["IDP_LISTEN"] = "8000"
    done = run_python(["server.py"], bare.environment)
    assert (done.code, done.out, done.err.startswith("IDP_LISTEN: "), done.err.count("\n")) == (1, "", True, 1)


def test_the_command_that_is_installed_is_the_same(operator: Operator) -> None:
    script = Path(sys.executable).with_name("idp")
    environment = {**operator.environment, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        [script, "keys", "list"],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=patient(60),
        check=True,
    )
    assert (done.stdout, done.stderr) == (operator.good("keys", "list"), "")


def test_vietnamese_is_written_and_read_where_there_is_no_locale(operator: Operator) -> None:
    operator.settings |= POSIX
    done = operator.process("prepare", "--demo-accounts")
    assert (done.code, "Người dân mẫu đã có tài khoản" in done.out) == (0, True)
    words, out = operator.folder / "words.txt", operator.folder / "filter"
    words.write_text("mưa rào mùa hạ\n", "utf-8")
    operator.good("passwords", "build-filter", words, "--out", out)
    assert operator.process("passwords", "check", out, stdin="mưa rào mùa hạ\n").out.startswith("known")


def test_a_reader_that_leaves_ends_the_command_without_a_traceback(operator: Operator) -> None:
    arguments = [*IDP, "audit", "export"]
    with subprocess.Popen(
        arguments,
        cwd=REPOSITORY,
        env=operator.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        reported = process.stderr.read()
        assert (process.wait(patient(60)) != 0, "Traceback" in reported) == (True, False)


def test_ctrl_c_ends_a_command_and_leaves_nothing_half_made(bare: Operator) -> None:
    out = bare.folder / "people.jsonl"
    arguments = [*IDP, "accounts", "generate", "100000000", "--out", str(out), "--hash", "none"]
    with subprocess.Popen(
        arguments, cwd=REPOSITORY, env=bare.environment, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            wait_for(
                "the file to begin", lambda: any(one.stat().st_size for one in bare.folder.iterdir()), patiently(30)
            )
            process.send_signal(signal.SIGINT)
            reported = process.communicate(timeout=patient(30))[1]
        finally:
            process.kill()
    assert (process.returncode, "Traceback" in reported) == (130, False)
    assert list(bare.folder.iterdir()) == []


def test_the_worker_says_that_it_is_there_seals_and_signs_until_sigterm_and_ends_well(worker: Worker) -> None:
    assert worker.process.stderr is not None
    assert worker.process.stderr.readline() == "idp worker: delivering\n"
    assert worker.process.poll() is None
    wait_for("a first checkpoint of the audit log", lambda: worker.has("audit_checkpoints"), patiently(120))
    wait_for("a first checkpoint of the public log", lambda: worker.has("transparency_heads"), patiently(120))
    worker.process.send_signal(signal.SIGTERM)
    rest = worker.process.communicate(timeout=patient(20))[1]
    assert (worker.process.returncode, rest) == (0, "")
