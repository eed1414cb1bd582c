"""`idp worker`: it delivers what waits, and ends when told."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta

from tests.flows.cli.operator import Operator
from tests.support.servers import REPOSITORY
from tests.support.waiting import wait_for


def test_it_works_until_sigterm_and_ends_well(operator: Operator) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "idp.cli", "worker"],
        cwd=REPOSITORY,
        env=operator.environment,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as worker:
        assert worker.stderr is not None
        assert worker.stderr.readline() == "idp worker: delivering\n"
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        rest = worker.communicate(timeout=20)[1]
    assert (worker.returncode, rest) == (0, "")


def test_it_seals_the_audit_log(operator: Operator) -> None:
    def sealed() -> bool:
        with closing(sqlite3.connect(operator.folder / "idp.db")) as database:
            return bool(database.execute("SELECT 1 FROM audit_checkpoints").fetchall())

    arguments = [sys.executable, "-m", "idp.cli", "worker"]
    environment = operator.environment
    with subprocess.Popen(arguments, cwd=REPOSITORY, env=environment, stderr=subprocess.DEVNULL) as worker:
        try:
            wait_for("a first checkpoint", sealed, timedelta(minutes=2))
        finally:
            worker.terminate()


def test_it_signs_the_public_log(operator: Operator) -> None:
    def signed() -> bool:
        with closing(sqlite3.connect(operator.folder / "idp.db")) as database:
            return bool(database.execute("SELECT 1 FROM transparency_heads").fetchall())

    arguments = [sys.executable, "-m", "idp.cli", "worker"]
    environment = operator.environment
    with subprocess.Popen(arguments, cwd=REPOSITORY, env=environment, stderr=subprocess.DEVNULL) as worker:
        try:
            wait_for("a first checkpoint", signed, timedelta(minutes=2))
        finally:
            worker.terminate()


def test_it_does_not_start_on_a_database_that_was_not_migrated(bare: Operator) -> None:
    done = bare.process("worker")
    assert done.code == 1
    assert done.err.endswith("run `idp migrate` first\n")
