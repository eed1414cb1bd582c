"""A child process with its output in a file, that never outlives the tests that started it."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from tests.support.errors import ServerStartError
from tests.support.patience import patiently
from tests.support.running.warm_process import WarmChild, warm_process

_POLL_SECONDS = 0.02
# Ends when our end of its input closes, which the kernel does even for a test run that was killed with -9.
_GUARDIAN = 'cat >/dev/null; kill -KILL "-$0"'


class LocalProcess:
    """One program in a process group of its own; it can be started again after it ended."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        log_path: Path,
        environment: Mapping[str, str],
        cwd: Path,
        user: str | None = None,
        warm: bool = False,
    ) -> None:
        """Take what to run; a warm start is one of `server.py` alone."""
        self._argv = [str(part) for part in argv]
        self._log_path = log_path
        self._environment = dict(environment)
        self._cwd = cwd
        self._user = user
        self._warm = warm
        self._child: subprocess.Popen[bytes] | WarmChild | None = None
        self._guardian: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """The process id; `ServerStartError` when it was never started or is stopped."""
        if self._child is None:
            raise ServerStartError(self._argv[0], "is not started", self.log_text())
        return self._child.pid

    def spawn(self) -> None:
        """Start the program without waiting for it; its output is appended to the log."""
        if self.running:
            raise ServerStartError(self._argv[0], "is running already", self.log_text())
        self._reap()
        if self._warm:
            self._child = warm_process(self._cwd).start(self._log_path, self._environment)
        else:
            self._child = self._opened()
        self._guardian = subprocess.Popen(
            ["/bin/sh", "-c", _GUARDIAN, str(self._child.pid)], stdin=subprocess.PIPE, start_new_session=True
        )

    def _opened(self) -> subprocess.Popen[bytes]:
        with self._log_path.open("ab") as log:
            return subprocess.Popen(
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=self._cwd,
                start_new_session=True,
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
            )

    def wait_until(self, answers: Callable[[], bool], timeout: timedelta) -> None:
        """Poll `answers` until it is true; stop the program and raise `ServerStartError` if it never is."""
        deadline = time.monotonic() + timeout.total_seconds()
        while not answers():
            if not self.running:
                code = self._child.returncode if self._child is not None else None
                self._reap()
                raise ServerStartError(self._argv[0], f"ended with code {code}", self.log_text())
            if time.monotonic() > deadline:
                self.kill9()
                raise ServerStartError(self._argv[0], f"did not answer in {timeout}", self.log_text())
            time.sleep(_POLL_SECONDS)

    def stop(self, how: signal.Signals = signal.SIGTERM, timeout: timedelta | None = None) -> int | None:
        """Ask the program to end and return its exit code; kill it and raise when it does not in time."""
        timeout = timeout or patiently(20)
        if self._child is None:
            return None
        if self.running:
            self._child.send_signal(how)
        try:
            code = self._child.wait(timeout.total_seconds())
        except subprocess.TimeoutExpired as late:
            self.kill9()
            raise ServerStartError(self._argv[0], f"did not stop in {timeout}", self.log_text()) from late
        self._reap()
        return code

    def kill9(self) -> None:
        """End the whole process group at once, as a machine that loses power would."""
        self._reap()

    def log_text(self) -> str:
        """Everything the program wrote since its first start."""
        return self._log_path.read_text(errors="replace") if self._log_path.exists() else ""

    def _reap(self) -> None:
        if self._child is not None:
            # What the program itself started may still run in its group after it ended.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
        if self._guardian is not None:
            self._guardian.kill()
            self._guardian.communicate()
        self._child = self._guardian = None
