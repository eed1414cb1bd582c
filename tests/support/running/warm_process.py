"""Servers of ours as forks of one process that has imported the product: an import costs as much as thirty sign-ins.

Each is a process of its own like any other, with `server.py` or the worker run from its first line; only what importing
costs is shared. What a true start does is held by the tests of commands and of `make run`, and by
`tests/architecture/test_start_up.py`.
"""

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

# Imported by the process that is forked: what server.py imports, and what the stores add when they are opened.
_PREPARE = (
    "import runpy, server, idp.worker.jobs, aiosqlite, asyncpg, redis.asyncio; "
    "from tests.support.running.warm_process import serve; program = serve(); "
)
# The program runs at the top of the interpreter, as it does alone: how it ends is the interpreter's matter.
_RUN = (
    "runpy.run_path(program[0], run_name='__main__') if len(program) == 1 "
    "else runpy.run_module(program[1], run_name='__main__', alter_sys=True)"
)
SERVER, WORKER = ("server.py",), ("-m", "idp.worker")


class WarmChild:
    """A running fork, with what `subprocess.Popen` offers of it."""

    def __init__(self, pid: int, warm: "WarmProcess") -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._warm = warm
        # Two threads may see the end; only one can reap.
        self._reaping = threading.Lock()
        # Nobody reaps the process before `poll` asks for it, so that its number stays its own. It stays open as long as
        # the tests: a thread may still look at it.
        self._watch = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """Return the exit code as `Popen.poll` does, None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code; `subprocess.TimeoutExpired` when it does not come in time."""
        code = self._ended(None if timeout is None else timeout * 1000)
        if code is None:
            raise subprocess.TimeoutExpired("server.py", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def _ended(self, milliseconds: float | None) -> int | None:
        watch = select.poll()
        watch.register(self._watch, select.POLLIN)
        if watch.poll(milliseconds):
            with self._reaping:
                if self.returncode is None:
                    self.returncode = self._warm.ask({"reap": self.pid})
        return self.returncode


class WarmProcess:
    """The process that was made ready, and is forked for each server."""

    def __init__(self, cwd: Path) -> None:
        self._one_at_a_time = threading.Lock()
        # Its output is for answers alone.
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PREPARE + _RUN],
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, log: Path, environment: Mapping[str, str], program: tuple[str, ...] = SERVER) -> WarmChild:
        """Start a server, or the worker, in a session of its own; its output is appended to the log."""
        asked = {"start": str(log), "environment": dict(environment), "program": program}
        return WarmChild(self.ask(asked), self)

    def ask(self, request: Mapping[str, object]) -> int:
        """Return the answer to a request, whichever thread asks."""
        with self._one_at_a_time:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())


@cache
def warm_process(cwd: Path) -> WarmProcess:
    """Return the one of this run; it ends with it, when its input closes."""
    return WarmProcess(cwd)


def serve() -> list[str]:
    """Fork for each request to start; return in the fork, which goes on as the program returned, and never here."""
    for line in sys.stdin:
        request = json.loads(line)
        if "reap" in request:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["reap"], 0)[1])
        else:
            answer = os.fork()
            if not answer:
                _become(request["start"], request["environment"])
                program: list[str] = request["program"]
                sys.argv = program[:1]
                return program
        print(answer, flush=True)
    os._exit(0)


def _become(log: str, environment: Mapping[str, str]) -> None:
    """Take on the output, the environment and the session of the server."""
    os.setsid()
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for mine, taken in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(mine, taken)
    os.close(written)
    os.close(nothing)
    # As PYTHONUNBUFFERED=1 does, which is read when an interpreter starts.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(write_through=True)  # type: ignore[union-attr]  # both are text streams
    os.environ.clear()
    os.environ.update(environment)
