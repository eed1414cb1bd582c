"""The processes of `make run`: started by fork, watched, and ended together."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

TAIL_LINES = 20
POLL = timedelta(milliseconds=50)
_PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Child:
    """One process of ours; `code` is set once it has ended (negative: the signal that ended it)."""

    name: str
    log: Path
    pid: int
    code: int | None = None

    def ended(self) -> bool:
        """Look whether the process has ended."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is not None

    def tail(self) -> str:
        """Return the last lines of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])


def start(name: str, log: Path, run: Callable[[], None]) -> Child:
    """Fork a process that writes to `log` and does `run`.

    Fork, so that the modules imported so far need no second import: seven interpreters would take far longer than
    the five seconds a warm start may take. No thread and no event loop may exist yet.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become_child(file, parent, run)
    os.close(file)
    return Child(name, log, pid)


def _become_child(log: int, parent: int, run: Callable[[], None]) -> None:
    """Run in the child and never return into the parent's code."""
    code = 1
    try:
        # A session of its own: Ctrl-C in the terminal reaches the launcher alone, which ends its children in order.
        os.setsid()
        _die_with(parent)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(log, 1)
        os.dup2(log, 2)
        sys.stdout = sys.stderr = os.fdopen(1, "w", encoding="utf-8", buffering=1, closefd=False)
        run()
        code = 0
    except BaseException:  # noqa: BLE001 (whatever it is belongs in the child's log, not in the parent's stack)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        os._exit(code)


def _die_with(parent: int) -> None:
    """Ask Linux to end this process when the launcher is killed, so that no port stays taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


def stop(children: Sequence[Child], grace: timedelta) -> None:
    """End all processes: politely first, by force after `grace`."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        alive = [child for child in children if not child.ended()]
        for child in alive:
            os.kill(child.pid, number)
        deadline = time.monotonic() + grace.total_seconds()
        while not all(child.ended() for child in alive) and time.monotonic() < deadline:
            time.sleep(POLL.total_seconds())
