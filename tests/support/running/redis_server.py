"""A real Redis server that tests may empty, stop, kill and start again on the same port."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Self

from redis import Redis
from redis.exceptions import RedisError

from tests.support.errors import MissingComponentError
from tests.support.patience import patiently
from tests.support.running.free_ports import free_port
from tests.support.running.local_process import LocalProcess

_START_LIMIT = patiently(10)


def redis_program() -> Path:
    """Return the server's program; `MissingComponentError` names the package that has it."""
    program = shutil.which("redis-server")
    if program is None:
        raise MissingComponentError("Redis (redis-server)", "redis-server")
    return Path(program)


class RedisServer:
    """redis-server from the PATH; without persistence unless asked, so that a restart loses everything."""

    def __init__(self, *, persistent: bool = False) -> None:
        program = redis_program()
        self._folder = Path(tempfile.mkdtemp(prefix="idp-redis-"))
        self._port = free_port()
        listen = ["--bind", "127.0.0.1", "--port", str(self._port), "--dir", str(self._folder)]
        keep = ["--save", "", "--appendonly", "yes" if persistent else "no", "--appendfsync", "always"]
        self._process = LocalProcess(
            [program, *listen, *keep],
            log_path=self._folder / "server.log",
            environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            cwd=self._folder,
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.running

    def start(self) -> None:
        """Start the server and wait until it answers PING."""
        self._process.spawn()
        self._process.wait_until(self._answers, _START_LIMIT)

    def stop(self) -> None:
        self._process.stop()

    def kill9(self) -> None:
        self._process.kill9()

    def restart(self) -> None:
        """Stop and start on the same port; what was stored is gone unless the server is persistent."""
        self.stop()
        self.start()

    def flush(self) -> None:
        """Delete every key of every database."""
        with self._client() as client:
            client.flushall()

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self._process.kill9()
        shutil.rmtree(self._folder)

    def log_text(self) -> str:
        return self._process.log_text()

    def _client(self) -> Redis:
        return Redis.from_url(self.url)

    def _answers(self) -> bool:
        with self._client() as client:
            try:
                return bool(client.ping())
            except (RedisError, OSError):
                return False
