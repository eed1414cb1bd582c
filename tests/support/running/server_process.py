"""One HTTP server of ours as its own process: `python server.py`, a portal, a simulator."""

import http.client
import os
import signal
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Self

from tests.support.patience import patient, patiently
from tests.support.running.local_process import LocalProcess

REPOSITORY = Path(__file__).resolve().parents[3]
PROVIDER = (sys.executable, "server.py")
# An idle machine starts a server in three seconds and stops it in less than one; two start side by side.
_START_LIMIT, _STOP_LIMIT = patiently(60), patiently(20)


class ServerProcess:
    """A server that is ready when `base_url` + `ready_path` answers 200.

    `environment` is all it gets besides PATH and HOME: nothing of the machine's settings leaks into a test.
    `ca_file` is what an https `base_url` is trusted by. `warm` starts the provider as a fork (`warm_process.py`).
    """

    def __init__(
        self,
        argv: Sequence[str | Path] = PROVIDER,
        *,
        base_url: str,
        environment: Mapping[str, str],
        log_path: Path,
        ready_path: str = "/health/ready",
        ca_file: Path | None = None,
        warm: bool = False,
    ) -> None:
        self.base_url = base_url
        self._ready_url = base_url + ready_path
        self._context = None if ca_file is None else ssl.create_default_context(cafile=ca_file)
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._process = LocalProcess(
            argv,
            log_path=log_path,
            environment={"LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1", **inherited, **environment},
            cwd=REPOSITORY,
            warm=warm,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill9()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.running

    def start(self, timeout: timedelta = _START_LIMIT) -> None:
        """Start and wait until ready; `ServerStartError` with the log when it ends or is not ready in time."""
        self.spawn()
        self.wait_ready(timeout)

    def spawn(self) -> None:
        """Start without waiting: whoever needs several servers lets them start side by side."""
        self._process.spawn()

    def wait_ready(self, timeout: timedelta = _START_LIMIT) -> None:
        """Wait until ready after `spawn`; the same errors as `start`."""
        self._process.wait_until(self.is_ready, timeout)

    def terminate(self, timeout: timedelta = _STOP_LIMIT) -> int | None:
        """Send SIGTERM, wait, and return the exit code (negative: ended by that signal)."""
        return self._process.stop(signal.SIGTERM, timeout)

    def interrupt(self, timeout: timedelta = _STOP_LIMIT) -> int | None:
        """Send SIGINT as Ctrl-C does, wait, and return the exit code."""
        return self._process.stop(signal.SIGINT, timeout)

    def kill9(self) -> None:
        """End it at once without any chance to finish what it was doing."""
        self._process.kill9()

    def log_text(self) -> str:
        """Everything it wrote on standard output and standard error, over all its starts."""
        return self._process.log_text()

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(self._ready_url, timeout=patient(5), context=self._context) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return False
        except (OSError, http.client.HTTPException):
            return False
